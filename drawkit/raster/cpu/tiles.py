"""The kernels that draw: every tile on its own, layer over layer.

A tile's layers are found from the top down, and what no square of a block shows any more is left
out: as a drawing is painted over and over, that is half of the work. A square shows less than
UNSEEN of what lies under its layers; and, as the gradient by a layer's opacity asks what the
square would be without it, at most FAINT where any one of them is away.
"""

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
    "find_tile",
    "hide_all_but",
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
UNSEEN, FAINT = np.float32(2**-14), np.float32(2**-7)  # less than a 60th of a step of 8 bit
ROOM = 40  # records kept, a pair on the average of a tile: strokes leave about 16
# Rows of the work array, beside those of `near` and `cover`.
RED, GREEN, BLUE, ALPHA, BACK, BY_SHARE = (COVER_WORK + row * SQUARES for row in (0, 1, 2, 3, 4, 8))
# How much shines through all layers found so far but the densest one, and through that one.
OTHERS, DENSEST = BY_SHARE + SQUARES, BY_SHARE + 2 * SQUARES
WORK = DENSEST + SQUARES


class Scratch(NamedTuple):
    """Room in which one thread works on one tile."""

    table: F32
    gaps: F32
    near: npt.NDArray[np.uint32]  # unsigned: an index that may be negative costs more
    rim: npt.NDArray[np.uint32]
    sides: npt.NDArray[np.uint8]
    blocks: npt.NDArray[np.uint8]
    hidden: npt.NDArray[np.uint8]
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

    Blocks that are hidden count as not touched. Records go to `at` on, up to `end`, if they are to
    be kept. Returns where the next ones may go.
    """
    out, sides = kept.shares[row], scratch.sides
    count = 0
    if pairs.full[pair]:
        for i in range(SQUARES):
            out[i] = F1
        for b in range(BLOCKS):
            sides[b] = OUT if scratch.hidden[b] else OUT + 1
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


@device
def find_tile(lines, edges, pairs, paints, tile, cx, cy, scratch, kept, keep):
    """Coverage of a tile's layers from the top down, as far as they are seen.

    Into the rows of `kept` that are the pairs' own where they are to be kept, with the records;
    else without them into its first rows, in paint order.
    """
    work, hidden = scratch.work, scratch.hidden
    k0, k1 = pairs.tile_first[tile], pairs.tile_first[tile + 1]
    at, end = (ROOM * k0, ROOM * k1) if keep else (0, 0)
    for i in range(SQUARES):
        work[OTHERS + i], work[DENSEST + i] = F1, F1
    for b in range(BLOCKS):
        hidden[b] = 0
    seen = BLOCKS
    for k in range(k1 - 1, k0 - 1, -1):
        pair = pairs.order[k]
        row = pair if keep else k - k0
        if seen == 0:
            kept.touched[row], kept.first[row], kept.total[row] = 0, at, 0
            continue
        at = find_layer(
            lines, edges, pairs, paints, pair, cx, cy, scratch, kept, row, at, end, keep
        )
        _, _, _, opacity = paint_of(paints, pairs.layer[pair])
        for q in range(kept.touched[row]):
            b = np.int64(kept.blocks[row, q])
            hides = lay(work[b * LANES :], kept.shares[row, b * LANES :], opacity)
            hidden[b] = hides
            seen -= hides


@device
def lay(squares, out, opacity):
    """Lay coverage `out` of this opacity over a block; whether it then hides what lies below.

    squares: the work array from the block's first square on.
    """
    most, faint = F0, F0
    for i in range(LANES):
        through, others, densest = F1 - opacity * out[i], squares[OTHERS + i], squares[DENSEST + i]
        others *= max(through, densest)
        densest = min(through, densest)
        squares[OTHERS + i], squares[DENSEST + i] = others, densest
        faint = max(faint, others)
        most = max(most, others * densest)
    return (most <= UNSEEN) & (faint <= FAINT)


@device
def hide_all_but(blocks, touched, hidden):
    """Count as hidden all blocks but the first `touched` of `blocks`."""
    for b in range(BLOCKS):
        hidden[b] = 1
    for q in range(touched):
        hidden[blocks[q]] = 0


@maker
def draw_tiles(
    lines, edges, pairs, paints, background, picture, most_edges, most_layers, given, job, jobs
):
    """Draw every `jobs`-th tile, from tile `job` on."""
    scratch = new_scratch(most_edges)
    keep = len(given.shares) > 0
    kept = given if keep else Kept(*new_kept(most_layers, NONE))
    for tile in range(job, len(pairs.tile_first) - 1, jobs):
        draw_tile(lines, edges, pairs, paints, background, picture, scratch, kept, keep, tile)


@device
def draw_tile(lines, edges, pairs, paints, background, picture, scratch, kept, keep, tile):
    """Draw one tile; `keep` what is found, or use the first rows of `kept` for it."""
    work = scratch.work
    x0, y0, cx, cy = corner_of(tile, picture.shape[2])
    start(work, background)
    find_tile(lines, edges, pairs, paints, tile, cx, cy, scratch, kept, keep)
    for k in range(pairs.tile_first[tile], pairs.tile_first[tile + 1]):
        pair = pairs.order[k]
        row = pair if keep else k - pairs.tile_first[tile]
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
def draw(
    lines, edges, pairs, paints, background, width, height, most_edges, most_layers, kept, jobs
):
    """Premultiplied RGBA [4, height, width]; what is found is put into `kept`, if it has room."""
    picture = np.empty((4, height, width), np.float32)
    for job in prange(jobs):
        here = np.int64(job)  # signed, or all would be compiled once more
        draw_tiles(
            lines, edges, pairs, paints, background, picture, most_edges, most_layers, kept,
            here, jobs,
        )  # fmt: skip
    return picture
