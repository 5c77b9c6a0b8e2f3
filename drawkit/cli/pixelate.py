"""`drawkit pixelate`: a picture into pixel art."""

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
    Assign,
    Outputs,
    Overwrite,
    Quiet,
    gather,
    with_flags,
)
from drawkit.cli.results import Destination, print_result
from drawkit.config import PixelateOptions
from drawkit.errors import InputError
from drawkit.export.outputs import save
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.games.pixelate import (
    POLISH,
    cells_scene,
    light_settings,
    pixelated_grid,
    polish_layer,
    start_pixels,
)
from drawkit.pictures import as_pixels

__all__ = ["pixelate_picture"]

_NAMES = {"style", *PixelateOptions.__annotations__}
_FLAGS = [flag for flag in (*PIXEL_FLAGS, *DRAW_FLAGS) if flag.name in _NAMES]


@with_flags(_FLAGS)
def pixelate_picture(
    picture: Annotated[Path, typer.Argument(help="A picture file.", metavar="PICTURE")],
    size: Annotated[
        str, typer.Option(help="Cells of the longer side, or exactly.", metavar="N|WxH")
    ] = "64",
    prompt: Annotated[
        str | None,
        typer.Option(help="Let the perceptor polish it toward these words.", metavar="TEXT"),
    ] = None,
    output: Outputs = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Turn a picture into pixel art: one colour a cell, few colours, hard edges.

    drawkit pixelate photo.jpg --size 64 --palette db32

    drawkit pixelate cat.png --size 32 --colors 8 --prompt "a cat" -o sprite.png

    Pixel art that has so many cells, enlarged or not, keeps each of them.
    """
    outputs, title = output or [], f"{picture.stem}-pixels"
    if prompt is None:
        _refuse_idle(flags)
    layer = gather(None if prompt is None else [prompt], flags, assign or [])
    settings = light_settings(layer, "--set" if prompt is None else None)
    going = Destination(outputs, title, overwrite=overwrite)
    with Display(quiet=quiet):  # what reading the picture has to say
        grid = pixelated_grid(as_pixels(picture), size, settings, "--size")
    if prompt is not None:
        draw_and_save(
            polish_layer(grid, layer),
            outputs,
            overwrite=overwrite,
            as_json=False,
            quiet=quiet,
            start=start_pixels(grid),
            title=title,
        )
        return
    scene = cells_scene(grid, picture.stem, settings)
    configs = (settings.get("export.png", PngConfig), settings.get("export.svg", SvgConfig))
    with Display(quiet=quiet) as display:
        saved = save(scene, going.plan, configs)
        for note in saved.notes:
            display.warn(note)
    if going.piped:
        from drawkit.engine.drawing import Drawing  # loads torch, which files can do without

        going.hand_out(Drawing(scene, configs), saved.paths)
    else:
        print_result(saved.paths)


def _refuse_idle(flags: Mapping[str, Any]) -> None:
    """Refuse flags that say how to draw where nothing is drawn."""
    for name in POLISH:
        if flags.get(name) not in (None, []):
            raise InputError(f"--{name.replace('_', '-')} needs --prompt: words to polish toward")
