"""`drawkit rank`: pictures by how well they show the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.completion import values_for
from drawkit.cli.console import tell_json, tell_table
from drawkit.cli.display import Display
from drawkit.cli.flags import AsJson, Overwrite
from drawkit.cli.results import print_result
from drawkit.cli.stop import Stop
from drawkit.config import name_list
from drawkit.errors import InputError
from drawkit.files.writing import write_file

__all__ = ["Model", "rank_pictures"]

_NAMED = (".svg", ".svgz", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
Model = Annotated[
    str,
    typer.Option(
        help="The perceptor that looks.", metavar="NAME", autocompletion=values_for("model")
    ),
]


def rank_pictures(
    words: Annotated[
        list[str],
        typer.Argument(help="What is to be seen, then picture files.", metavar="PROMPT FILE..."),
    ],
    against: Annotated[
        str | None,
        typer.Option(help="Other names: a,b,c or a file, one a line.", metavar="LIST"),
    ] = None,
    model: Model = "auto",
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="A PNG of them all, in order.", metavar="SHEET"),
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Rank pictures and SVGs by how well they show your words.

    drawkit rank "a cat" *.png *.svg -o ranked.png

    Each line has the score (a cosine), the place of your words among all names that the perceptor
    may give the picture, and what it rather takes it for.
    """
    from drawkit.engine.seeing import rank, ranked_sheet
    from drawkit.export.outputs import plan_outputs

    prompt, files = _told_apart(words)
    others = name_list(against, "--against")
    if output is not None:
        if not output.lower().endswith(".png"):
            raise InputError(f"the sheet '{output}' is no PNG; name it ranked.png, for instance")
        plan_outputs([output], "ranked", overwrite=overwrite)
    with Stop("stopped; nothing was written"), Display():
        found = rank(prompt, files, against=others, model=model)
    if output is not None:
        write_file(Path(output), ranked_sheet(found), overwrite=overwrite)
    if as_json:
        tell_json({"prompt": prompt, "ranked": [asdict(one) for one in found]})
        return
    rows = [("score", "place", "taken for", "file")]
    rows += [
        (f"{one.score:.3f}", f"{one.place} of {one.among}", one.taken_for or "", one.file)
        for one in found
    ]
    tell_table(rows)
    if output is not None:
        print_result([Path(output)])


def _told_apart(words: Sequence[str]) -> tuple[str, list[str]]:
    """The words, quoted or not, and the files behind them."""
    first = next(
        (at for at, word in enumerate(words) if at and _is_picture(word)),
        len(words),
    )
    if first == len(words):
        raise InputError("there are no pictures behind the words; name some: *.png *.svg")
    return " ".join(words[:first]), list(words[first:])


def _is_picture(word: str) -> bool:
    return word.lower().endswith(_NAMED) or Path(word).is_file()
