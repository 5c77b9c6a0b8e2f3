"""`drawkit models`: what there is to choose from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.completion import values_for
from drawkit.cli.console import tell, tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.results import print_result
from drawkit.cli.stop import Stop
from drawkit.config import read_prompts
from drawkit.errors import InputError, brief
from drawkit.files.published import PUBLISHED, pulled

if TYPE_CHECKING:
    from drawkit.perceptor.catalog import ModelEntry

__all__ = ["convert_weights", "list_models", "model_info", "nearest_concepts", "pull_model"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[
    str,
    typer.Argument(
        help="A perceptor, as --model takes it, or a generator, as --weights does.",
        metavar="NAME",
        autocompletion=values_for("model"),
    ),
]


def list_models(as_json: AsJson = False) -> None:
    """List perceptors, for --model, and generators, for --weights: here or to be downloaded.

    Those named guided-diffusion are for --target-weights.
    """
    from drawkit.perceptor.catalog import listed_models

    entries = [*listed_models(), *map(_generator, PUBLISHED)]
    if as_json:
        tell_json([_plain(entry) for entry in entries])
        return
    tell_table([(e.name, e.state, _size(e.size_mb), e.licence) for e in entries])


def model_info(name: Name, as_json: AsJson = False) -> None:
    """Show what is known of one perceptor or generator."""
    if name in PUBLISHED:
        _print_model(_generator(name), as_json)
        return
    from drawkit.perceptor.catalog import describe

    _print_model(describe(name), as_json)


def nearest_concepts(
    words: Annotated[
        list[str], typer.Argument(help="What you would type to draw.", metavar="WORDS")
    ],
    count: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 10,
    as_json: AsJson = False,
) -> None:
    """List the things that the built-in perceptor finds nearest to your words."""
    prompt = read_prompts([" ".join(words)]).main
    if not prompt.plain or prompt.picture is not None:
        raise InputError(f"'{brief(str(prompt))}': names are near to words alone")
    from drawkit.perceptor.look_up import look_up

    found = look_up(prompt.text, count)
    if as_json:
        tell_json({"nearest": dict(found.nearest), "unknown": found.unknown})
        return
    tell_table([(name, f"{value:.2f}") for name, value in found.nearest])
    if found.doubt is not None:
        tell(found.doubt)


def pull_model(name: Name, as_json: AsJson = False) -> None:
    """Download a perceptor or a generator, so that later drawings need no network."""
    with Stop("stopped; the download is not complete"), Display() as display:
        if name in PUBLISHED:
            from drawkit.files.pulling import pull_weights

            display.wait(f"downloading {name} ({_size(PUBLISHED[name].size_mb)})")
            pull_weights(name)
            display.finish()
            _print_model(_generator(name), as_json)
            return
        from drawkit.perceptor.catalog import describe, pull

        entry = describe(name)
        if entry.state == "available":
            size = f" ({_size(entry.size_mb)})" if entry.size_mb else ""
            display.wait(f"downloading {entry.name}{size}")
        entry = pull(name)
    _print_model(entry, as_json)


def convert_weights(
    file: Annotated[Path, typer.Argument(help="A checkpoint or a pickled module.", metavar="FILE")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write: .safetensors. Without it, beside FILE.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing file.")
    ] = False,
) -> None:
    """Take the tensors out of a file that holds more, without running any code in it.

    drawkit models convert decoder.pkl
    """
    with Stop("stopped; nothing was written"), Display() as display:
        display.wait(f"reading {file}")
        from drawkit.files.pulling import convert

        place = convert(file, output, overwrite=overwrite)
    print_result([place])


def _generator(name: str) -> ModelEntry:
    """What is known of weights that others published."""
    from drawkit.perceptor.catalog import ModelEntry

    known, path = PUBLISHED[name], pulled(name)
    state = "available" if path is None else "cached"
    return ModelEntry(name, state, known.size_mb, known.licence, path)


def _print_model(entry: ModelEntry, as_json: bool) -> None:
    if as_json:
        tell_json(_plain(entry))
        return
    facts = [("name", entry.name), ("state", entry.state), ("size", _size(entry.size_mb))]
    facts += [("licence", entry.licence), ("path", str(entry.path or "not on this machine"))]
    facts += [(name.replace("_", " "), f"{value:g}") for name, value in entry.figures.items()]
    tell_table(facts)


def _plain(entry: ModelEntry) -> dict[str, Any]:
    return {**asdict(entry), "path": None if entry.path is None else str(entry.path)}


def _size(megabytes: int) -> str:
    return f"{megabytes} MB" if megabytes else "size unknown"
