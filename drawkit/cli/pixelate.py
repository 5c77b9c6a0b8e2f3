"""`drawkit pixelate`: a picture into pixel art."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

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
from drawkit.cli.results import print_result
from drawkit.color import MAX_SWATCHES
from drawkit.config import DrawConfig, Given, Settings, parse_size, resolve
from drawkit.errors import InputError
from drawkit.export.outputs import plan_outputs, save
from drawkit.export.png import PngConfig
from drawkit.palettes import resolve_palette
from drawkit.pictures import read_picture
from drawkit.pixelart.dither import Dither
from drawkit.pixelart.pixelate import pixelate
from drawkit.scene import Background, CellLayer, Metadata, Scene
from drawkit.scene.grid import Cell, Grid

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["pixelate_picture"]

_POLISHED_SCALE = 16
"""Pixels of a cell that is no square, where the polish starts from its picture."""

_OWN = ("palette", "colors", "cell", "dither", "despeckle", "scale", "metadata")
_POLISH = (
    *("style", "modifiers", "steps", "seed", "model", "precision", "device", "cutouts"),
    *("threads", "save_every"),
)
_FLAGS = [flag for flag in (*PIXEL_FLAGS, *DRAW_FLAGS) if flag.name in (*_OWN, *_POLISH)]


@dataclass(frozen=True)
class _Pixels:
    """What pixel art may be set to without words; the names are those of the canvas."""

    palette: str | None = None
    colors: int | None = None
    cell: str = "rect"
    dither: str = "none"
    despeckle: int | None = None


_SECTIONS: Mapping[str, type[Any]] = {
    "draw": DrawConfig,
    "pixels": _Pixels,
    "export.png": PngConfig,
}


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
    layer = gather(prompt, flags, assign or [])
    settings = _settings(layer, idle=prompt is None)
    plan = plan_outputs(outputs, title, overwrite=overwrite)
    with Display(quiet=quiet):  # what reading the picture has to say
        grid = _pixelated(picture, size, settings.get("pixels", _Pixels))
    if prompt is not None:
        draw_and_save(
            _polish_layer(grid, layer),
            outputs,
            overwrite=overwrite,
            as_json=False,
            quiet=quiet,
            start=_as_picture(grid),
            title=title,
        )
        return
    columns, rows = grid.size
    facts = Metadata(title=picture.stem, detail=settings.get("draw", DrawConfig).metadata)
    scene = Scene(columns, rows, (CellLayer("cells", grid),), Background(None), facts)
    with Display(quiet=quiet) as display:
        saved = save(scene, plan, [settings.get("export.png", PngConfig)])
        for note in saved.notes:
            display.warn(note)
    print_result(saved.paths)


def _refuse_idle(flags: Mapping[str, Any]) -> None:
    """Refuse flags that say how to draw where nothing is drawn."""
    for name in _POLISH:
        if flags.get(name) not in (None, []):
            raise InputError(f"--{name.replace('_', '-')} needs --prompt: words to polish toward")


def _settings(layer: Mapping[str, Given], *, idle: bool) -> Settings:
    """What the grid and its files are made with, read without the parts that draw.

    idle: nothing is drawn, so a `--set` of anything else would do nothing, and is refused.
    """
    used = {key: given for key, given in layer.items() if key in _readable()}
    for key, given in layer.items():
        if idle and key not in used and given.source == "--set":
            raise InputError(f"--set {key} needs --prompt: words to polish toward")
    return resolve(_SECTIONS, used)


def _readable() -> set[str]:
    own = {f"pixels.{name}" for name in _Pixels.__dataclass_fields__}
    return own | {"draw.metadata"} | {f"export.png.{n}" for n in PngConfig.__dataclass_fields__}


def _pixelated(picture: Path, size: str, pixels: _Pixels) -> Grid:
    """The picture as a grid; whatever is wrong with what was given is said in one line."""
    try:
        wanted = parse_size(size)
    except ValueError as error:
        raise InputError(f"--size {error}") from error
    return pixelate(
        read_picture(picture),
        int(size) if size.strip().isdecimal() else wanted,
        palette=None if pixels.palette is None else resolve_palette(pixels.palette),
        colors=pixels.colors,
        cell=cast(Cell, pixels.cell),
        dither=cast(Dither, pixels.dither),
        despeckle=pixels.despeckle,
    )


def _polish_layer(grid: Grid, layer: Mapping[str, Given]) -> dict[str, Given]:
    """The settings of a drawing that begins with the grid and stays near to it."""
    hidden = grid.transparent is not None
    count = min(len(grid.palette) + (not hidden), MAX_SWATCHES - 1)
    below = {"draw.background": "transparent", "pixels.economy": 0.0}
    above = {"draw.canvas": "pixels", "draw.size": grid.size, "pixels.colors": count}
    return {
        **{key: Given(value, "pixelate") for key, value in below.items()},
        **layer,
        **{key: Given(value, "pixelate") for key, value in above.items()},
    }


def _as_picture(grid: Grid) -> npt.NDArray[np.uint8]:
    """The grid as straight RGBA: a pixel a cell, or more where cells are no squares."""
    from drawkit.scene.cells import enlarged

    scale = 1 if grid.cell in ("rect", "knit") else _POLISHED_SCALE
    return grid.rgba(enlarged(grid, grid.indices, scale))
