"""Pictures into pixel art: what is pixel art already keeps its cells, of others pixels vote."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt

from drawkit.color import MAX_SWATCHES, Palette, oklab_to_srgb, srgb_to_oklab
from drawkit.errors import InputError
from drawkit.palettes import extract_swatches
from drawkit.pictures import reduced
from drawkit.pixelart.clusters import clustered
from drawkit.pixelart.dither import DITHERS, Dither, thresholds
from drawkit.pixelart.neighbours import Neighbours, neighbours
from drawkit.pixelart.pixelate.art import read_art
from drawkit.pixelart.pixelate.ruling import closest, distance, ruling_colors
from drawkit.pixelart.pixelate.swatches import merged_colors
from drawkit.pixelart.specks import despeckled
from drawkit.scene.cells import SIZES, cell_at
from drawkit.scene.grid import CELLS, Cell, Grid

__all__ = ["MAX_CELLS", "grid_size", "pixelate"]

MAX_CELLS = 512
"""Cells a side."""

_COLORS = 16
_OPAQUE = 128
_FEWEST = 4
"""Pixels of a cell each way at least; smaller pictures are enlarged first."""
_MOST_PIXELS = (_FEWEST * MAX_CELLS) ** 2
"""Pixels that vote at most; larger pictures are made smaller first."""
_SPECK, _LARGEST_SPECK = 1, 64
_CONTRAST = 0.2
_MEANT = 0.03
_TOLD = 0.01
"""Share of a side from which on it is said that it was cut off."""

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]
_Flags = npt.NDArray[np.bool_]

log = logging.getLogger("drawkit")


def grid_size(picture: tuple[int, int], size: int | tuple[int, int], cell: Cell) -> tuple[int, int]:
    """Columns and rows for a picture [width, height]: `size` or, for one number, its longer side.

    One number keeps the picture's proportions, whatever the cells'.
    """
    if not isinstance(size, int):
        columns, rows = size
    else:
        across, down = SIZES[cell]
        high = picture[1] / picture[0] * across / down  # rows for each column
        shorter = max(1, round(size * min(high, 1 / high))) if size > 0 else size
        columns, rows = (size, shorter) if high <= 1 else (shorter, size)
    if not (1 <= columns <= MAX_CELLS and 1 <= rows <= MAX_CELLS):
        given = f"{columns}x{rows}"
        raise InputError(f"the size is {given}; allowed: 1 to {MAX_CELLS} cells a side")
    return columns, rows


def pixelate(
    pixels: _Pixels,
    size: int | tuple[int, int],
    *,
    palette: Palette | None = None,
    colors: int | None = None,
    cell: Cell = "rect",
    dither: Dither = "none",
    despeckle: int | None = None,
) -> Grid:
    """Straight RGBA [H, W, 4] as a grid of `size` cells; less than half opaque ones are empty.

    size: columns and rows, which take the middle of a picture of other proportions, or one number
    for the longer side, which keeps all of it. palette: the colours that it may use; without one
    the `colors` (16) that stand best for it. Pixel art that has so many cells, enlarged or not,
    keeps each of them. despeckle: groups of so many cells or fewer vanish that do not stand out;
    by default 1, and none of pixel art.
    """
    if cell not in CELLS or dither not in DITHERS:
        raise InputError(f"cells are {', '.join(CELLS)}; dithers are {', '.join(DITHERS)}")
    if despeckle is not None and not 0 <= despeckle <= _LARGEST_SPECK:
        raise InputError(f"despeckle is {despeckle}; allowed: 0 to {_LARGEST_SPECK} cells")
    grid = grid_size((pixels.shape[1], pixels.shape[0]), size, cell)
    if not isinstance(size, int):
        across, down = SIZES[cell]
        pixels = _middle(pixels, grid, (grid[0] * across) / (grid[1] * down))
    art = read_art(pixels, size, grid) if cell == "rect" else None
    if art is None:
        shown, lab = _voted(pixels, grid, cell)
        chosen = _palette(lab[shown], palette, colors, not shown.all())
        specks = _SPECK if despeckle is None else despeckle
    else:
        cells, error = art
        grid = cells.shape[1], cells.shape[0]
        shown = cells[..., 3].ravel() >= _OPAQUE
        lab, chosen = _of_art(cells.reshape(-1, 4)[:, :3], shown, error.ravel(), palette, colors)
        specks = 0 if despeckle is None else despeckle
    columns, rows = grid
    if dither != "none":
        indices = _nearest(lab, chosen.to_oklab(), dither, rows, columns)
    else:
        around = neighbours(cell, rows, columns, corners=True)
        inside = np.where(shown[around], around, np.arange(len(around))[:, None])
        meant = 0.0 if art is None else _MEANT
        indices = _in_clusters(lab, chosen.to_oklab(), inside, ~shown, specks, meant)
    hidden = not shown.all()
    swatches = [*chosen.swatches, (0, 0, 0)] if hidden else list(chosen.swatches)
    indices = np.where(shown, indices, len(chosen)).reshape(rows, columns)
    return Grid.still(indices, swatches, len(chosen) if hidden else None, cell)


def _voted(pixels: _Pixels, grid: tuple[int, int], cell: Cell) -> tuple[_Flags, _Floats]:
    """Whether each cell shows something, and the OKLab colour that rules in it."""
    columns, rows = grid
    pixels = _enlarged(reduced(pixels, _MOST_PIXELS), columns, rows)
    place = _places(cell, rows, columns, pixels.shape[:2])
    shown = _opaque(pixels, place, rows * columns)
    _check_visible(shown)
    return shown, ruling_colors(pixels, place, neighbours(cell, rows, columns, corners=True))


def _of_art(
    colors: _Pixels, shown: _Flags, error: _Floats, palette: Palette | None, count: int | None
) -> tuple[_Floats, Palette]:
    """The OKLab colour of each cell [N, 3], without its noise, and the palette of all."""
    _check_visible(shown)
    lab = srgb_to_oklab(colors / 255.0)
    hidden = not shown.all()
    if palette is not None:
        return lab, _palette(lab[shown], palette, count, hidden)
    swatches, at = merged_colors(colors[shown], _limit(count, hidden), error[shown])
    first = np.full(len(swatches), len(at))
    np.minimum.at(first, at, np.arange(len(at)))
    order = np.argsort(first, kind="stable")
    lab[shown] = srgb_to_oklab(swatches / 255.0)[at]
    return lab, Palette("picture", tuple((r, g, b) for r, g, b in swatches[order].tolist()))


def _check_visible(shown: _Flags) -> None:
    if not shown.any():
        raise InputError("nothing is visible in the picture")


def _middle(pixels: _Pixels, grid: tuple[int, int], proportion: float) -> _Pixels:
    """The largest part in the middle whose width is `proportion` of its height."""
    height, width = pixels.shape[:2]
    wide = max(1, min(width, round(height * proportion)))
    high = max(1, min(height, round(width / proportion)))
    for side, kept, name in ((width, wide, "width"), (height, high, "height")):
        if side - kept > _TOLD * side:
            share = 100 * (side - kept) / side
            log.warning(
                "%.0f %% of the picture's %s are cut off, half at each end, to fill %dx%d cells",
                *(share, name, *grid),
            )
    left, top = (width - wide) // 2, (height - high) // 2
    return pixels[top : top + high, left : left + wide]


def _enlarged(pixels: _Pixels, columns: int, rows: int) -> _Pixels:
    """Pixels repeated until each cell has a few of them; large pictures as they are."""
    height, width = pixels.shape[:2]
    times = max(-(-_FEWEST * columns // width), -(-_FEWEST * rows // height))
    return pixels.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else pixels


def _places(cell: Cell, rows: int, columns: int, shape: tuple[int, int]) -> _Numbers:
    """[H * W] the cell that each pixel lies in."""
    height, width = shape
    y = ((np.arange(height) + 0.5) * rows / height)[:, None]
    x = ((np.arange(width) + 0.5) * columns / width)[None, :]
    row, column = cell_at(cell, x, y)
    place = np.clip(row, 0, rows - 1) * columns + np.clip(column, 0, columns - 1)
    return np.broadcast_to(place, shape).ravel()


def _opaque(pixels: _Pixels, place: _Numbers, count: int) -> _Flags:
    """[cells] whether at least half of what lies in a cell is opaque."""
    area = np.maximum(np.bincount(place, minlength=count), 1)
    opaque: _Flags = np.bincount(place, pixels[..., 3].ravel(), count) >= (127.5 * area)
    return opaque


def _palette(lab: _Floats, palette: Palette | None, colors: int | None, hidden: bool) -> Palette:
    """The colours that the grid will use: the palette's, or the best few for its cells."""
    limit = MAX_SWATCHES - hidden
    if palette is not None and colors is None:
        if len(palette) > limit:
            raise InputError(
                f"the palette '{palette.name}' has {len(palette)} colours; allowed: {limit},"
                " as the picture is transparent in places"
            )
        return palette
    wanted = _limit(colors, hidden)
    if palette is None:
        levels = np.rint(oklab_to_srgb(lab).clip(0, 1) * 255).astype(np.uint8)
        seen = np.concatenate([levels, np.full((len(levels), 1), 255, np.uint8)], axis=1)
        return Palette("picture", extract_swatches(seen[None], wanted))
    used = np.bincount(closest(lab, palette.to_oklab()), minlength=len(palette))
    best = np.sort(np.argsort(-used, kind="stable")[:wanted])
    return Palette(palette.name, tuple(palette.swatches[row] for row in best))


def _limit(colors: int | None, hidden: bool) -> int:
    """How many colours a grid may have; one is left for what is hidden."""
    wanted, most = _COLORS if colors is None else colors, MAX_SWATCHES - hidden
    if not 1 <= wanted <= most:
        raise InputError(f"colors is {wanted}; allowed: 1 to {most}")
    return wanted


def _in_clusters(
    lab: _Floats,
    swatches: _Floats,
    around: Neighbours,
    hidden: _Flags,
    specks: int,
    meant: float,
) -> _Numbers:
    """[cells] about the nearest colour, without specks that do not stand out.

    meant: distance in OKLab below which a cell's colour is a swatch, whatever is around it.
    """
    apart = np.stack([distance(lab, swatch) ** 2 for swatch in swatches], axis=1)
    near = clustered(apart, around, kept=apart.min(axis=1) < meant**2)
    indices = despeckled(near, swatches, around, specks, _CONTRAST, hidden)
    return indices.astype(np.intp)


def _nearest(lab: _Floats, swatches: _Floats, dither: Dither, rows: int, columns: int) -> _Numbers:
    """[cells] the nearest colour, its lightness shifted by the dither's pattern."""
    pattern = thresholds(dither, rows, columns).ravel()
    shifted = lab.copy()
    if len(swatches) > 1:
        apart = np.sqrt(((swatches[:, None] - swatches) ** 2).sum(axis=2))
        apart[np.diag_indices(len(apart))] = np.inf
        shifted[:, 0] += pattern * np.median(apart.min(axis=1))
    return closest(shifted, swatches)
