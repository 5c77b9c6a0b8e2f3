"""`drawkit models`: what there is to choose from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.completion import values_for
from drawkit.cli.console import tell, tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop
from drawkit.config import read_prompts
from drawkit.errors import InputError, brief

if TYPE_CHECKING:
    from drawkit.perceptor.catalog import ModelEntry

__all__ = ["list_models", "model_info", "nearest_concepts", "pull_model"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[
    str,
    typer.Argument(
        help="A perceptor, as --model takes it.", metavar="NAME", autocompletion=values_for("model")
    ),
]


def list_models(as_json: AsJson = False) -> None:
    """List perceptors: the built-in one, those on this machine, those to download."""
    from drawkit.perceptor.catalog import listed_models

    entries = listed_models()
    if as_json:
        tell_json([_plain(entry) for entry in entries])
        return
    tell_table([(e.name, e.state, _size(e.size_mb), e.licence) for e in entries])


def model_info(name: Name, as_json: AsJson = False) -> None:
    """Show what is known of one perceptor."""
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
    """Download a perceptor, so that later drawings need no network."""
    with Stop("stopped; the download is not complete"), Display() as display:
        from drawkit.perceptor.catalog import describe, pull

        entry = describe(name)
        if entry.state == "available":
            size = f" ({_size(entry.size_mb)})" if entry.size_mb else ""
            display.wait(f"downloading {entry.name}{size}")
        entry = pull(name)
    _print_model(entry, as_json)


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
