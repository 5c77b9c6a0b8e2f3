"""`drawkit sketch`: a picture into few strokes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from drawkit.cli.display import Display
from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import (
    DRAW_FLAGS,
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
from drawkit.config import SKETCHED, Given, Raw, SketchConfig, SketchOptions
from drawkit.pictures import as_pixels

__all__ = ["SketchCommand", "sketch_picture"]

_FLAGS = [flag for flag in DRAW_FLAGS if flag.name in SketchOptions.__annotations__]
_PANEL = "Strokes"


class SketchCommand(DrawCommand):
    """Its help shows the defaults of a sketch."""

    def own(self) -> Mapping[str, Given]:
        """What is laid under the user's settings, as far as flags lead there."""
        shown = {key: SKETCHED[key] for key in ("cutouts.count", "optimize.steps")}
        shown |= {
            "strokes.strokes": SketchConfig.strokes,
            "strokes.segments": SketchConfig.segments,
        }
        return {key: Given(value, "sketch") for key, value in shown.items()}


def _option(text: str, metavar: str, default: object = None) -> Any:
    """default: of a flag whose name is not that of another setting, which the help looks up."""
    return typer.Option(
        help=text if default is None else f"{text} (default: {default})",
        metavar=metavar,
        rich_help_panel=_PANEL,
        show_default=False,
    )


@with_flags(_FLAGS)
def sketch_picture(
    picture: Annotated[Path, typer.Argument(help="A picture file; an SVG too.", metavar="PICTURE")],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words that the sketch is to show as well.",
            metavar="[PROMPT]",
            show_default=False,
        ),
    ] = None,
    strokes: Annotated[str | None, _option("Strokes at most.", "N")] = None,
    segments: Annotated[str | None, _option("Curve segments of a stroke at most.", "N")] = None,
    width: Annotated[
        str | None,
        _option("Width of strokes, in px of a 384 px drawing.", "PX", SketchConfig.width),
    ] = None,
    color: Annotated[
        str | None, _option("Colour of all strokes.", "COLOR", SketchConfig.color)
    ] = None,
    tries: Annotated[
        str | None, _option("Seeds to try; the best is kept.", "N", SketchConfig.tries)
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    preview: Preview = False,
    **flags: Any,
) -> None:
    """Sketch a picture in few strokes, along the borders that tell most of it.

    drawkit sketch cat.png --strokes 16

    drawkit sketch photo.jpg "a cat" --strokes 32 --color navy -o sketch.svg

    What is transparent is no part of the thing; in an opaque picture a plain ground is left out.
    """
    from drawkit.engine.sketching import Sketch, sketch_layer

    own = {
        "strokes": strokes,
        "segments": segments,
        "width": width,
        "color": color,
        "tries": tries,
    }
    layer = gather(words, flags, assign or [])
    for name, value in own.items():
        if value is not None:
            layer[f"sketch.{name}"] = Given(Raw(value), f"--{name}")
    settled = sketch_layer(str(picture), layer)
    with Display(quiet=quiet):  # what reading the picture has to say
        pixels = as_pixels(picture)
    draw_and_save(
        settled,
        output or [],
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
        preview=preview,
        title=f"{picture.stem}-sketch",
        made=lambda since: Sketch(settled, pixels),
    )
