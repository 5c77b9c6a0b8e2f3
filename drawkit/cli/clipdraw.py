"""`drawkit clipdraw`: words into strokes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import DRAW_FLAGS, STROKE_FLAGS, gather, with_flags

__all__ = ["clipdraw"]


@with_flags([*STROKE_FLAGS, *DRAW_FLAGS])
def clipdraw(
    words: Annotated[
        str | None,
        typer.Argument(help="What to draw, in a few words.", metavar="PROMPT", show_default=False),
    ] = None,
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
    """Draw words with Bezier strokes, into an SVG that you can edit.

    drawkit clipdraw "a cat"

    drawkit clipdraw "a lighthouse" --prompt "people:-0.5" --strokes 64 --ink navy -o light.svg
    """
    draw_and_save(
        gather(words, flags, assign or []),
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
    )
