"""`drawkit pixelate`: a picture into pixel art."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from drawkit.cli.display import Display
from drawkit.cli.drawing import draw_and_save
from drawkit.cli.flags import Outputs, Overwrite, Quiet
from drawkit.cli.results import print_result
from drawkit.color import MAX_SWATCHES, Palette
from drawkit.config import DrawConfig, Given, parse_size
from drawkit.errors import InputError
from drawkit.export.png import PngConfig
from drawkit.grid import CELLS, Cell, Grid
from drawkit.grid.dither import DITHERS, Dither
from drawkit.outputs import plan_outputs, save
from drawkit.palettes import resolve_palette
from drawkit.pictures import read_picture
from drawkit.pixelate import pixelate
from drawkit.scene import Background, Detail, Metadata, Scene

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["pixelate_picture"]

_POLISHED_SCALE = 16
"""Pixels of a cell that is no square, where the polish starts from its picture."""


def pixelate_picture(
    picture: Annotated[Path, typer.Argument(help="A picture file.", metavar="PICTURE")],
    size: Annotated[
        str, typer.Option(help="Cells of the longer side, or exactly.", metavar="N|WxH")
    ] = "64",
    palette: Annotated[
        str | None,
        typer.Option(
            help="Hold to these colours: a name, a file or @PICTURE:16.", metavar="NAME|FILE"
        ),
    ] = None,
    colors: Annotated[
        int | None, typer.Option(help="Colours at most (default: 16, or the palette).")
    ] = None,
    cell: Annotated[str, typer.Option(help=f"{', '.join(CELLS)}.", metavar="SHAPE")] = "rect",
    dither: Annotated[str, typer.Option(help=f"{', '.join(DITHERS)}.", metavar="NAME")] = "none",
    scale: Annotated[int | None, typer.Option(help="Pixels of a cell in the PNG.")] = None,
    prompt: Annotated[
        str | None,
        typer.Option(help="Let the perceptor polish it toward these words.", metavar="TEXT"),
    ] = None,
    output: Outputs = None,
    metadata: Annotated[
        str | None,
        typer.Option(
            help="What the files say of how they were made: short, full, none.", metavar="NAME"
        ),
    ] = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Turn a picture into pixel art with crisp edges; what is transparent stays so.

    drawkit pixelate photo.png --size 64 --palette db32

    drawkit pixelate cat.png --size 32 --colors 8 --prompt "a cat" -o sprite.png
    """
    outputs, title = output or [], f"{picture.stem}-pixels"
    config = PngConfig(scale=scale)
    drawn = DrawConfig() if metadata is None else DrawConfig(metadata=cast(Detail, metadata))
    plan = plan_outputs(outputs, title, overwrite=overwrite)
    with Display(quiet=quiet):  # what reading the picture has to say
        grid = _pixelated(picture, size, palette, colors, cell, dither)
    if prompt is not None:
        layer = _polish_layer(grid, palette, cell, dither, scale, prompt)
        if metadata is not None:
            layer["draw.metadata"] = Given(metadata, "--metadata")
        draw_and_save(
            layer,
            outputs,
            overwrite=overwrite,
            as_json=False,
            quiet=quiet,
            start=_as_picture(grid),
            title=title,
        )
        return
    columns, rows = grid.size
    facts = Metadata(title=picture.stem, detail=drawn.metadata)
    scene = Scene(columns, rows, (), Background(None), facts, grid)
    with Display(quiet=quiet) as display:
        saved = save(scene, plan, [config])
        for note in saved.notes:
            display.warn(note)
    print_result(saved.paths)


def _pixelated(
    picture: Path, size: str, palette: str | None, colors: int | None, cell: str, dither: str
) -> Grid:
    """The picture as a grid; whatever is wrong with what was given is said in one line."""
    try:
        wanted = parse_size(size)
    except ValueError as error:
        raise InputError(f"--size {error}") from error
    chosen: Palette | None = None if palette is None else resolve_palette(palette)
    single = int(size) if size.strip().isdecimal() else wanted
    return pixelate(
        read_picture(picture),
        single,
        palette=chosen,
        colors=colors,
        cell=cast(Cell, cell),
        dither=cast(Dither, dither),
    )


def _polish_layer(
    grid: Grid, palette: str | None, cell: str, dither: str, scale: int | None, prompt: str
) -> dict[str, Given]:
    """The settings of a drawing that begins with the grid and stays near to it."""
    hidden = grid.transparent is not None
    count = min(len(grid.palette) + (not hidden), MAX_SWATCHES - 1)
    given = {
        "draw.prompts": ([prompt], "--prompt"),
        "draw.canvas": ("pixels", "pixelate"),
        "draw.size": (grid.size, "--size"),
        "draw.background": ("transparent", "pixelate"),
        "pixels.palette": (palette, "--palette"),
        "pixels.colors": (count, "--colors"),
        "pixels.economy": (0.0, "pixelate"),
        "pixels.cell": (cell, "--cell"),
        "pixels.dither": (dither, "--dither"),
        "export.png.scale": (scale, "--scale"),
    }
    return {key: Given(value, source) for key, (value, source) in given.items()}


def _as_picture(grid: Grid) -> npt.NDArray[np.uint8]:
    """The grid as straight RGBA: a pixel a cell, or more where cells are no squares."""
    from drawkit.grid.cells import enlarged

    scale = 1 if grid.cell in ("rect", "knit") else _POLISHED_SCALE
    return grid.rgba(enlarged(grid, grid.indices, scale))
