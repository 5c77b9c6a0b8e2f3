"""The kernels that draw: every tile on its own, layer over layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import prange

from drawkit.raster.constants import SAMPLES, TILE
from drawkit.raster.cpu.cover import COVER_WORK, RECORD, fill_share, stroke_share, wind
from drawkit.raster.cpu.jit import device, maker, parallel_kernel
from drawkit.raster.cpu.near import BLOCKS, LANES, OUT, SQUARES, gather

__all__ = [
    "BACK",
    "BY_SHARE",
    "EVEN",
    "NO",
    "NONE",
    "ONE",
    "RED",
    "ROOM",
    "YES",
    "Kept",
    "corner_of",
    "draw",
    "find_layer",
    "new_kept",
    "new_scratch",
    "over",
    "paint_of",
    "square_of",
    "start",
]

F32 = npt.NDArray[np.float32]
F0, F1, HALF = np.float32(0), np.float32(1), np.float32(0.5)
# numba compiles a function once more for each literal that it is given, but not for these
NONE, ONE, NO, YES = np.int64(0), np.int64(1), np.bool_(False), np.bool_(True)
TILE_F = np.float32(TILE)
EVEN = np.float32(1 / (SAMPLES * SAMPLES))
ROOM = 40  # records kept, a pair on the average of a tile: strokes leave about 16
# Rows of the work array, beside those of `near` and `cover`.
RED, GREEN, BLUE, ALPHA, BACK, BY_SHARE = (COVER_WORK + row * SQUARES for row in (0, 1, 2, 3, 4, 8))
WORK = BY_SHARE + SQUARES


class Scratch(NamedTuple):
    """Room in which one thread works on one tile."""

    table: F32
    gaps: F32
    near: npt.NDArray[np.uint32]  # unsigned: an index that may be negative costs more
    rim: npt.NDArray[np.uint32]
    sides: npt.NDArray[np.uint8]
    blocks: npt.NDArray[np.uint8]
    turns: npt.NDArray[np.int32]
    within: npt.NDArray[np.bool_]
    work: F32


class Kept(NamedTuple):
    """What drawing found, for the way back; all empty where nothing is kept.

    Of every pair: its coverage [M, SQUARES], the blocks that it touches [M, BLOCKS] and their
    number [M], its first record [M] and the number of them [M], -1 where they are not kept.
    records: [ROOM * M, RECORD], see `cover`.
    """

    shares: F32
    blocks: npt.NDArray[np.uint8]
    touched: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    total: npt.NDArray[np.int32]
    records: F32


@maker
def new_scratch(most_edges):
    """Room for tiles with up to so many edges of a layer."""
    return Scratch(
        np.empty((most_edges, 9), np.float32),
        np.empty(most_edges * BLOCKS, np.float32),
        np.empty(most_edges + 1, np.uint32),
        np.empty(SQUARES + 1, np.uint32),
        np.empty(BLOCKS, np.uint8),
        np.empty(BLOCKS, np.uint8),
        np.empty(SQUARES, np.int32),
        np.empty(SQUARES, np.bool_),
        np.empty(WORK, np.float32),
    )


@maker
def new_kept(pairs, records):
    """Room for what is found of so many pairs, and for so many records: the arrays of `Kept`."""
    return (
        np.empty((pairs, SQUARES), np.float32),
        np.empty((pairs, BLOCKS), np.uint8),
        np.empty(pairs, np.int32),
        np.empty(pairs, np.int64),
        np.empty(pairs, np.int32),
        np.empty((records, RECORD), np.float32),
    )


@device
def find_layer(lines, edges, pairs, paints, pair, cx, cy, scratch, kept, row, at, end, keep):
    """Coverage of one pair, the blocks that it touches, and its records, into row `row` of `kept`.

    Records go to `at` on, up to `end`, if they are to be kept. Returns where the next ones may go.
    """
    out, sides = kept.shares[row], scratch.sides
    count = 0
    if pairs.full[pair]:
        for i in range(SQUARES):
            out[i] = F1
        for b in range(BLOCKS):
            sides[b] = OUT + 1
    else:
        layer = pairs.layer[pair]
        path, stroke = layer // 2, layer % 2 == 1
        low = pairs.edge_low[pair]
        high = low + pairs.slot[pair + 1] - pairs.slot[pair]
        radius = paints.radius[path] if stroke else F0
        edge_count = gather(edges, low, high, cx, cy, radius, scratch.table, scratch.gaps)
        if stroke:
            count = stroke_share(
                scratch.table, edge_count, radius, scratch, out, kept.records, at, end, keep
            )
        else:
            wind(lines, path, paints.even_odd[path], cx, cy, scratch.turns, scratch.within)
            count = fill_share(scratch.table, edge_count, scratch, out, kept.records, at, end, keep)
    touched = 0
    for b in range(BLOCKS):
        kept.blocks[row, touched] = b
        touched += sides[b] != OUT
    kept.touched[row], kept.first[row], kept.total[row] = touched, at, count
    return at + max(count, 0)


@device
def paint_of(paints, layer):
    """Straight RGBA of a layer."""
    path = layer // 2
    rgba = paints.stroke if layer % 2 == 1 else paints.fill
    return rgba[path, 0], rgba[path, 1], rgba[path, 2], rgba[path, 3]


@device
def over(squares, out, red, green, blue, opacity):
    """Paint coverage `out` of a colour over the premultiplied squares of one block.

    squares: the work array from the block's first square on.
    """
    for i in range(LANES):
        alpha = opacity * out[i]
        squares[RED + i] += alpha * (red - squares[RED + i])
        squares[GREEN + i] += alpha * (green - squares[GREEN + i])
        squares[BLUE + i] += alpha * (blue - squares[BLUE + i])
        squares[ALPHA + i] += alpha * (F1 - squares[ALPHA + i])


@device
def start(work, background):
    """The background on every square."""
    for i in range(SQUARES):
        work[RED + i], work[GREEN + i] = background[0], background[1]
        work[BLUE + i], work[ALPHA + i] = background[2], background[3]


@device
def average(work, picture, x0, y0):
    """Mean of the squares of every pixel of the tile into the picture [4, height, width]."""
    height, width = picture.shape[1], picture.shape[2]
    for c in range(4):
        for y in range(min(TILE, height - y0)):
            for x in range(min(TILE, width - x0)):
                i = RED + c * SQUARES + square_of(x, y)
                mean = EVEN * ((work[i] + work[i + 1]) + (work[i + 4] + work[i + 5]))
                picture[c, y0 + y, x0 + x] = mean


@device
def square_of(x, y):
    """The upper left square of a pixel of the tile; the others are at + 1, + 4 and + 5."""
    return (y // 2 * 4 + x // 2) * LANES + y % 2 * 8 + x % 2 * 2


@maker
def draw_tiles(lines, edges, pairs, paints, background, picture, most_edges, given, job, jobs):
    """Draw every `jobs`-th tile, from tile `job` on."""
    scratch = new_scratch(most_edges)
    keep = len(given.shares) > 0
    kept = given if keep else Kept(*new_kept(ONE, NONE))
    for tile in range(job, len(pairs.tile_first) - 1, jobs):
        draw_tile(lines, edges, pairs, paints, background, picture, scratch, kept, keep, tile)


@device
def draw_tile(lines, edges, pairs, paints, background, picture, scratch, kept, keep, tile):
    """Draw one tile; `keep` what is found, or find all in row 0 of `kept`."""
    work = scratch.work
    x0, y0, cx, cy = corner_of(tile, picture.shape[2])
    start(work, background)
    at, end = ROOM * pairs.tile_first[tile], ROOM * pairs.tile_first[tile + 1]
    for k in range(pairs.tile_first[tile], pairs.tile_first[tile + 1]):
        pair = pairs.order[k]
        row = pair if keep else 0
        at = find_layer(
            lines, edges, pairs, paints, pair, cx, cy, scratch, kept, row, at, end, keep
        )
        red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
        for q in range(kept.touched[row]):
            first = np.int64(kept.blocks[row, q]) * LANES
            out = kept.shares[row, first : first + LANES]
            over(work[first:], out, red, green, blue, opacity)
    average(work, picture, x0, y0)


@device
def corner_of(tile, width):
    """The first column and row of a tile, and its centre, in px."""
    columns = (width + TILE - 1) // TILE
    x0, y0 = tile % columns * TILE, tile // columns * TILE
    return x0, y0, np.float32(x0) + TILE_F * HALF, np.float32(y0) + TILE_F * HALF


@parallel_kernel
def draw(lines, edges, pairs, paints, background, width, height, most_edges, kept, jobs):
    """Premultiplied RGBA [4, height, width]; what is found is put into `kept`, if it has room."""
    picture = np.empty((4, height, width), np.float32)
    for job in prange(jobs):
        here = np.int64(job)  # signed, or all would be compiled once more
        draw_tiles(lines, edges, pairs, paints, background, picture, most_edges, kept, here, jobs)
    return picture
