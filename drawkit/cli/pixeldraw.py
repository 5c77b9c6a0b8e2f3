"""`drawkit pixeldraw`: words into pixel art."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import DRAW_FLAGS, PIXEL_FLAGS, DrawCommand, gather, with_flags
from drawkit.config import Given
from drawkit.errors import InputError

__all__ = ["PixelCommand", "pixeldraw"]

_CANVAS = "pixels"


class PixelCommand(DrawCommand):
    """A command about pixel art, whose help shows the defaults of that canvas."""

    canvas: ClassVar[str] = _CANVAS


@with_flags([*PIXEL_FLAGS, *DRAW_FLAGS])
def pixeldraw(
    words: Annotated[
        str | None,
        typer.Argument(help="What to draw, in a few words.", metavar="PROMPT", show_default=False),
    ] = None,
    transparent: Annotated[
        bool,
        typer.Option("--transparent", help="Nothing around the figure.", rich_help_panel="Pixels"),
    ] = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write; the suffix decides the format; may be repeated. "
            "Without it: an SVG and a PNG named after the prompt.",
            metavar="FILE",
            rich_help_panel="Files",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace existing files.", rich_help_panel="Files")
    ] = False,
    assign: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Any other setting; see 'drawkit config show'.",
            metavar="SECTION.KEY=VALUE",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON.", rich_help_panel="Files")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    **flags: Any,
) -> None:
    """Draw words as pixel art: an exact grid, few colours, hard edges.

    drawkit pixeldraw "a knight" --size 32 --palette pico8 --transparent -o knight.png --scale 8

    drawkit pixeldraw "mossy stone" --size 16 --tile xy --colors 6
    """
    layer = {**gather(words, flags, assign or []), "draw.canvas": Given(_CANVAS, "pixeldraw")}
    if transparent:
        layer["draw.background"] = Given("transparent", "--transparent")
    for mask in ("freeze", "freeze_edits"):
        if f"pixels.{mask}" in layer and "draw.init" not in layer:
            raise InputError(f"--{mask.replace('_', '-')} needs --init: the picture that stays")
    draw_and_save(layer, output or [], overwrite=overwrite, as_json=as_json, quiet=quiet)
