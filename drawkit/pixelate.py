"""Pictures into pixel art: every cell takes the colour that rules in it, not the mean of all.

The mean of a cell on a border is a colour that the picture does not have, and its edges go soft.
Here pixels vote: for the nearest of a few colours of the picture, those in flat areas with more
weight than those on edges. The cell takes the mean of the pixels that won.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.color import MAX_SWATCHES, Palette, oklab_to_srgb, srgb_to_oklab
from drawkit.errors import InputError
from drawkit.grid import CELLS, Cell, Grid
from drawkit.grid.cells import SIZES, cell_at
from drawkit.grid.clusters import clustered
from drawkit.grid.dither import DITHERS, Dither, thresholds
from drawkit.grid.neighbours import Neighbours, neighbours
from drawkit.grid.specks import despeckled
from drawkit.palettes import extract_swatches

__all__ = ["MAX_CELLS", "grid_size", "pixelate", "ruling_colors"]

MAX_CELLS = 512
"""Cells a side."""

_VOTED = 48
"""Colours of the picture that pixels vote for."""
_EDGE = 0.05
"""Difference to its neighbours (OKLab) at which a pixel's vote counts half."""
_LINE = 2.0
"""How much more a colour counts that differs from the mean around its cell by 1: lines stay."""
_FEWEST = 4
"""Pixels of a cell each way at least; smaller pictures are enlarged first."""
_SPECK = 1
_CONTRAST = 0.2

_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]


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
    pixels: npt.NDArray[np.uint8],
    size: int | tuple[int, int],
    *,
    palette: Palette | None = None,
    colors: int | None = None,
    cell: Cell = "rect",
    dither: Dither = "none",
) -> Grid:
    """Straight RGBA [H, W, 4] as a grid of `size` cells; less than half opaque ones are empty.

    palette: the colours that it may use; without one the `colors` (16) that stand best for it.
    A grid of other proportions than the picture's takes the middle of it.
    """
    if cell not in CELLS or dither not in DITHERS:
        raise InputError(f"cells are {', '.join(CELLS)}; dithers are {', '.join(DITHERS)}")
    columns, rows = grid_size((pixels.shape[1], pixels.shape[0]), size, cell)
    across, down = SIZES[cell]
    pixels = _middle(pixels, (columns * across) / (rows * down))
    pixels = _enlarged(pixels, columns, rows)
    place = _places(cell, rows, columns, pixels.shape[:2])
    shown = _opaque(pixels, place, rows * columns)
    hidden = not shown.all()
    if not shown.any():
        raise InputError("nothing is visible in the picture")
    around = neighbours(cell, rows, columns, corners=True)
    lab = ruling_colors(pixels, place, around)
    chosen = _palette(lab[shown], palette, colors, hidden)
    inside = np.where(shown[around], around, np.arange(len(around))[:, None])
    if dither == "none":
        indices = _in_clusters(lab, chosen.to_oklab(), inside, ~shown)
    else:
        indices = _nearest(lab, chosen.to_oklab(), dither, rows, columns)
    swatches = [*chosen.swatches, (0, 0, 0)] if hidden else list(chosen.swatches)
    indices = np.where(shown, indices, len(chosen))
    grid = indices.reshape(rows, columns)
    return Grid.still(grid, swatches, len(chosen) if hidden else None, cell)


def _middle(pixels: npt.NDArray[np.uint8], proportion: float) -> npt.NDArray[np.uint8]:
    """The largest part in the middle whose width is `proportion` of its height."""
    height, width = pixels.shape[:2]
    wide = max(1, min(width, round(height * proportion)))
    high = max(1, min(height, round(width / proportion)))
    left, top = (width - wide) // 2, (height - high) // 2
    return pixels[top : top + high, left : left + wide]


def _enlarged(pixels: npt.NDArray[np.uint8], columns: int, rows: int) -> npt.NDArray[np.uint8]:
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


def _opaque(pixels: npt.NDArray[np.uint8], place: _Numbers, count: int) -> npt.NDArray[np.bool_]:
    """[cells] whether at least half of what lies in a cell is opaque."""
    area = np.maximum(np.bincount(place, minlength=count), 1)
    opaque: npt.NDArray[np.bool_] = np.bincount(place, pixels[..., 3].ravel(), count) >= (
        127.5 * area
    )
    return opaque


def ruling_colors(pixels: npt.NDArray[np.uint8], place: _Numbers, around: Neighbours) -> _Floats:
    """OKLab colours [cells, 3] that rule in each cell of straight RGBA [H, W, 4].

    place: [H * W] the cell that each pixel lies in; around: each cell's neighbours. Something
    has to be visible.
    """
    count = len(around)
    alpha = pixels[..., 3].ravel() / 255.0
    lab = srgb_to_oklab(pixels[..., :3] / 255.0)
    flat = lab.reshape(-1, 3)
    ballot = srgb_to_oklab(np.array(extract_swatches(pixels, _VOTED)) / 255.0)
    vote = _closest(flat, ballot)
    mean = _sums(place, alpha, flat, count)[around].mean(axis=1)
    weight = alpha * _calm(lab).ravel() * (1 + _LINE * _distance(flat, mean[place]))
    tally = np.bincount(place * len(ballot) + vote, weight, count * len(ballot))
    winner = tally.reshape(count, len(ballot)).argmax(axis=1)
    return _sums(place, weight * (vote == winner[place]), flat, count)


def _calm(lab: _Floats) -> _Floats:
    """[H, W] 1 where a pixel is like its neighbours, toward 0 on edges."""
    steps = np.zeros(lab.shape[:2])
    for axis in (0, 1):
        step = np.sqrt((np.diff(lab, axis=axis) ** 2).sum(axis=-1))
        first, last = ((1, 0), (0, 0)), ((0, 1), (0, 0))
        if axis == 1:
            first, last = first[::-1], last[::-1]
        steps = np.maximum(steps, np.minimum(np.pad(step, first), np.pad(step, last)))
    return 1 / (1 + steps / _EDGE)


def _sums(place: _Numbers, weight: _Floats, lab: _Floats, count: int) -> _Floats:
    """[cells, 3] weighted means of the pixels' colours."""
    total = np.maximum(np.bincount(place, weight, count), 1e-9)
    parts = [np.bincount(place, weight * lab[:, axis], count) / total for axis in range(3)]
    return np.stack(parts, axis=1)


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
    wanted = 16 if colors is None else colors
    if not 1 <= wanted <= limit:
        raise InputError(f"colors is {wanted}; allowed: 1 to {limit}")
    if palette is None:
        levels = np.rint(oklab_to_srgb(lab).clip(0, 1) * 255).astype(np.uint8)
        seen = np.concatenate([levels, np.full((len(levels), 1), 255, np.uint8)], axis=1)
        return Palette("picture", extract_swatches(seen[None], wanted))
    used = np.bincount(_closest(lab, palette.to_oklab()), minlength=len(palette))
    best = np.sort(np.argsort(-used, kind="stable")[:wanted])
    return Palette(palette.name, tuple(palette.swatches[row] for row in best))


def _in_clusters(
    lab: _Floats, swatches: _Floats, around: Neighbours, hidden: npt.NDArray[np.bool_]
) -> _Numbers:
    """[cells] about the nearest colour, without specks that do not stand out."""
    apart = np.stack([_distance(lab, swatch) ** 2 for swatch in swatches], axis=1)
    indices = despeckled(clustered(apart, around), swatches, around, _SPECK, _CONTRAST, hidden)
    return indices.astype(np.intp)


def _nearest(lab: _Floats, swatches: _Floats, dither: Dither, rows: int, columns: int) -> _Numbers:
    """[cells] the nearest colour, its lightness shifted by the dither's pattern."""
    pattern = thresholds(dither, rows, columns).ravel()
    shifted = lab.copy()
    if len(swatches) > 1:
        apart = np.sqrt(((swatches[:, None] - swatches) ** 2).sum(axis=2))
        apart[np.diag_indices(len(apart))] = np.inf
        shifted[:, 0] += pattern * np.median(apart.min(axis=1))
    return _closest(shifted, swatches)


def _closest(lab: _Floats, swatches: _Floats) -> _Numbers:
    """The nearest of `swatches` [P, 3] for each colour [N, 3], a strip at a time."""
    size = (swatches**2).sum(axis=1)
    strips = np.array_split(lab, max(1, len(lab) * len(swatches) >> 23))
    return np.concatenate([(size - 2 * strip @ swatches.T).argmin(axis=1) for strip in strips])


def _distance(one: _Floats, other: _Floats) -> _Floats:
    distance: _Floats = np.sqrt(((one - other) ** 2).sum(axis=1))
    return distance
