"""`drawkit restyle`: what there is, changed into what words say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.display import Display
from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
    PIXEL_FLAGS,
    STROKE_FLAGS,
    AsJson,
    Assign,
    DrawCommand,
    Outputs,
    Overwrite,
    Preview,
    Quiet,
    gather,
    with_flags,
)
from drawkit.config import Given, RestyleOptions
from drawkit.config.restyle import RESTYLED, SHAPES_OF_PICTURE, STRENGTH
from drawkit.errors import InputError

__all__ = ["RestyleCommand", "restyle_drawing"]

_NAMES = {"style", "prompt", *RestyleOptions.__annotations__}
_FLAGS = [flag for flag in (*STROKE_FLAGS, *PIXEL_FLAGS, *DRAW_FLAGS) if flag.name in _NAMES]


class RestyleCommand(DrawCommand):
    """Its help shows the defaults of what is restyled."""

    def own(self) -> Mapping[str, Given]:
        """What is laid under the user's settings, as far as flags lead there."""
        shown = {
            "optimize.steps": RESTYLED["optimize.steps"],
            "strokes.shapes": SHAPES_OF_PICTURE,
        }
        return {key: Given(value, "restyle") for key, value in shown.items()}


@with_flags(_FLAGS)
def restyle_drawing(
    file: Annotated[
        Path, typer.Argument(help="An SVG, a sprite or any other picture.", metavar="FILE")
    ],
    words: Annotated[list[str], typer.Argument(help="What it shall become.", metavar="PROMPT")],
    was: Annotated[
        str | None,
        typer.Option("--from", help="What it shows, if its record does not say.", metavar="TEXT"),
    ] = None,
    strength: Annotated[
        str, typer.Option(help="From above 0 (a hint) to 1 (a new drawing).", metavar="0..1")
    ] = str(STRENGTH),
    lock: Annotated[
        list[str] | None,
        typer.Option(
            help="Parts of an SVG that stay; for a sprite a picture that is light where it stays.",
            metavar="ID|LABEL|MASK",
        ),
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    preview: Preview = False,
    **flags: Any,
) -> None:
    """Change a drawing into what words say: colours first, shapes at more strength.

    drawkit restyle cat.svg "a black cat"

    drawkit restyle photo.jpg "a house in snow" --from "a house" --strength 0.9

    drawkit restyle hero.png "a zombie" --from "a knight" --palette pico8

    The paths of an SVG stay in its layers, sprites stay pixel art, other pictures become shapes.
    """
    from drawkit.engine.restyling import restyled

    layer = gather(words, flags, assign or [])
    how = _strength(strength)
    with Display(quiet=quiet) as display:  # what reading the file has to say
        display.wait("changing the picture")
        begun = restyled(file, layer, was=was, strength=how, lock=lock or [])
    draw_and_save(
        begun.layer,
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        preview=preview,
        title=f"{file.stem}-restyled",
        begun=begun,
    )


def _strength(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--strength takes a number above 0 to 1, got '{text}'") from None
