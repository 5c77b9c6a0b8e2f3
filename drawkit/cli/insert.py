"""`drawkit insert`: draw words into an SVG that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
    STROKE_FLAGS,
    AsJson,
    Assign,
    Outputs,
    Overwrite,
    Quiet,
    gather,
    with_flags,
)

__all__ = ["insert_drawing"]

_NAMES = (
    *(
        "prompt",
        "steps",
        "time",
        "patience",
        "seed",
        "background",
        "style",
        "modifiers",
        "style_image",
        "model",
    ),
    *("precision", "device", "cutouts", "threads", "png_size", "metadata", "save_every"),
)
_FLAGS = [*STROKE_FLAGS, *(flag for flag in DRAW_FLAGS if flag.name in _NAMES)]


@with_flags(_FLAGS)
def insert_drawing(
    file: Annotated[Path, typer.Argument(help="An SVG.", metavar="FILE")],
    words: Annotated[
        list[str] | None,
        typer.Argument(help="What to draw.", metavar="PROMPT", show_default=False),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            help="Draw where this is, not on the whole page; may be repeated.", metavar="ID|LABEL"
        ),
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw words into an SVG: on its page, or where something is in it.

    drawkit insert card.svg "a cat" --at frame -o card-2.svg

    The drawing is a group of its own; all else in the file stays as it is. `drawkit resume
    card-2.svg --only ID` goes on with it alone.
    """
    from drawkit.cli.display import Display
    from drawkit.engine.inserting import inserted

    layer = gather(words, flags, assign or [])
    with Display(quiet=quiet):  # what reading the file has to say
        found = inserted(file, layer, at=at or [])
    draw_and_save(
        found.layer,
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        title=file.stem,
        into=found,
    )
