"""`drawkit trace`: a picture into flat shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.canvas.trace_config import TraceConfig
from drawkit.cli.completion import values_for
from drawkit.cli.display import Display
from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
    AsJson,
    Assign,
    Outputs,
    Overwrite,
    Preview,
    Quiet,
    StatePath,
    gather,
    with_flags,
)
from drawkit.config import Given, Raw, TraceOptions
from drawkit.pictures import as_pixels

__all__ = ["trace_picture"]

_FLAGS = [f for f in DRAW_FLAGS if f.name in TraceOptions.__annotations__ and f.name != "size"]


@with_flags(_FLAGS)
def trace_picture(
    picture: Annotated[Path, typer.Argument(help="A picture file.", metavar="PICTURE")],
    shapes: Annotated[
        str | None,
        typer.Option(help=f"Shapes at most. (default: {TraceConfig.shapes})", metavar="N"),
    ] = None,
    palette: Annotated[
        str | None,
        typer.Option(
            help="Hold to these: a name, a file, @PICTURE:16 or #f00,black.",
            metavar="NAME|FILE",
            autocompletion=values_for("palette"),
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Longer side in px at which it is traced. (default: 256)", metavar="N"),
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    state: StatePath = None,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    preview: Preview = False,
    **flags: Any,
) -> None:
    """Trace a picture: few flat shapes that lie on each other, into an SVG that you can edit.

    drawkit trace photo.jpg --shapes 64

    drawkit trace logo.png --shapes 16 --palette pico8 -o logo.svg

    What is transparent stays so. Small pixel art keeps every corner.
    """
    from drawkit.engine.tracing import tracing

    layer = gather(None, flags, assign or [])
    own = {"trace.shapes": shapes, "trace.palette": palette, "draw.size": size}
    for key, value in own.items():
        if value is not None:
            layer[key] = Given(Raw(value), f"--{key.rpartition('.')[2]}")
    with Display(quiet=quiet):  # what reading the picture has to say
        found = tracing(as_pixels(picture), layer, str(picture))
    draw_and_save(
        found.layer,
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        preview=preview,
        state=state,
        start=found.start,
        title=f"{picture.stem}-traced",
    )
