"""Kernels that say which layers touch which tile.

A layer is the fill (2 p) or the stroke (2 p + 1) of path p. A layer and a tile that it touches
are a pair; pairs are kept in layer order, and listed per tile in paint order. A pair is full
where the layer covers the whole tile, else it is drawn from the layer's edges: pieces of lines.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import prange

from drawkit.raster.constants import SAMPLES, TILE
from drawkit.raster.cpu.jit import device, kernel, maker, parallel_kernel
from drawkit.raster.cpu.scalars import maths

__all__ = [
    "HALF_DIAGONAL",
    "REACH",
    "Edges",
    "Paints",
    "Pairs",
    "bound_layers",
    "join_edges",
    "list_pairs",
    "mark_tiles",
]

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
along, inside = maths.along, maths.inside
FAR = np.float32(1e9)  # px: farther is off every canvas
F0, F1, HALF = np.float32(0), np.float32(1), np.float32(0.5)
TILE_F = np.float32(TILE)
SHORT = np.float32(1e-10)
# from a tile's centre to the centre of its farthest square
HALF_DIAGONAL = np.float32(math.sqrt(2) * (TILE / 2 - 0.5 / SAMPLES))
# from a square's centre to its corner, the farthest that an edge still matters
REACH = np.float32(math.sqrt(2) / 2 / SAMPLES + 0.01)
EMPTY, DRAWN, FULL = 0, 1, 2


class Edges(NamedTuple):
    """Edges of every layer: first [2 N + 1], line [E], table [E, 8].

    A row of the table: start x, y and step x, y of the line; 1 / |step|^2, 0 for a dot; the low
    and high parameter on the line; and for a fill the side of its inside: +1 that of the normal
    (-step y, step x), -1 the other.
    """

    first: I32
    line: I32
    table: F32


class Pairs(NamedTuple):
    """M pairs in layer order, and their order in every tile.

    first: first pair of each layer [2 N + 1]; layer, full: [M]; edge_low: first edge that may
    touch [M]; slot: first gradient slot [M + 1], one an edge from there to the last that may
    touch. order[tile_first[t] : tile_first[t + 1]] are the pairs of tile t in paint order.
    """

    first: I32
    layer: I32
    full: npt.NDArray[np.uint8]
    edge_low: I32
    slot: npt.NDArray[np.int64]
    tile_first: I32
    order: I32


class Paints(NamedTuple):
    """Of every path: radius [N], stroke and fill [N, 4] straight RGBA, fill rule [N]."""

    radius: F32
    stroke: F32
    fill: F32
    even_odd: npt.NDArray[np.bool_]


@kernel
def join_edges(lines, pieces_first, pieces_line, pieces_span, stroked):
    """One table of edges: fill pieces on even layers, whole lines on odd ones."""
    paths = len(stroked)
    first = np.zeros(2 * paths + 1, np.int32)
    for p in range(paths):
        fill = pieces_first[p + 1] - pieces_first[p]
        whole = lines.first[p + 1] - lines.first[p] - lines.closing[p]
        first[2 * p + 1] = first[2 * p] + fill
        first[2 * p + 2] = first[2 * p + 1] + (whole if stroked[p] else 0)
    line = np.empty(first[2 * paths], np.int32)
    table = np.empty((len(line), 8), np.float32)
    for p in range(paths):
        base, source = first[2 * p], pieces_first[p]
        for k in range(first[2 * p + 1] - base):
            line[base + k] = pieces_line[source + k]
            for c in range(3):
                table[base + k, 5 + c] = pieces_span[source + k, c]
        base = first[2 * p + 1]
        for k in range(first[2 * p + 2] - base):
            line[base + k] = lines.first[p] + k
            table[base + k, 5], table[base + k, 6], table[base + k, 7] = F0, F1, F0
    for e in range(len(line)):
        i = line[e]
        ex, ey = lines.step[i, 0], lines.step[i, 1]
        square = ex * ex + ey * ey
        table[e, 0], table[e, 1] = lines.start[i, 0], lines.start[i, 1]
        table[e, 2], table[e, 3] = ex, ey
        table[e, 4] = F1 / square if square > SHORT else F0
    return first, line, table


@kernel
def bound_layers(lines, radius, filled, stroked, columns, rows):
    """Tiles that may be touched by each layer: box [2 N, 4] x0 y0 x1 y1, cells [2 N + 1]."""
    paths = len(radius)
    box = np.zeros((2 * paths, 4), np.int32)
    cells = np.zeros(2 * paths + 1, np.int64)
    for layer in range(2 * paths):
        p, stroke = layer // 2, layer % 2 == 1
        if (stroked[p] if stroke else filled[p]) and lines.first[p + 1] > lines.first[p]:
            margin = (radius[p] if stroke else F0) + REACH
            low_x, low_y, high_x, high_y = FAR, FAR, -FAR, -FAR
            for i in range(lines.first[p], lines.first[p + 1]):
                x, y = lines.start[i, 0], lines.start[i, 1]
                u, v = x + lines.step[i, 0], y + lines.step[i, 1]
                low_x, high_x = min(low_x, min(x, u)), max(high_x, max(x, u))
                low_y, high_y = min(low_y, min(y, v)), max(high_y, max(y, v))
            box[layer, 0] = tile_index(low_x - margin, columns)
            box[layer, 1] = tile_index(low_y - margin, rows)
            box[layer, 2] = tile_index(high_x + margin + TILE_F, columns)
            box[layer, 3] = tile_index(high_y + margin + TILE_F, rows)
        wide = max(0, box[layer, 2] - box[layer, 0])
        cells[layer + 1] = cells[layer] + wide * max(0, box[layer, 3] - box[layer, 1])
    return box, cells


@device
def tile_index(place, count):
    """Tile of a coordinate, held to 0..count."""
    held = min(max(place / TILE_F, F0), np.float32(count))
    return int(math.floor(held))  # noqa: RUF046 (a float in a kernel)


@parallel_kernel
def mark_tiles(lines, edges, radius, even_odd, box, cells, state, low, high):
    """EMPTY, DRAWN or FULL for each cell of each layer's box, and its range of edges."""
    for layer in prange(len(box)):
        # signed, as numba reads the loop at first: it would compile all once more for unsigned
        here = np.int64(layer)
        mark_layer(lines, edges, radius, even_odd, box, cells, state, low, high, here)


@maker
def mark_layer(lines, edges, radius, even_odd, box, cells, state, low, high, layer):
    """`mark_tiles` of one layer."""
    x0, y0, x1, y1 = box[layer, 0], box[layer, 1], box[layer, 2], box[layer, 3]
    base, wide = cells[layer], x1 - x0
    if cells[layer + 1] == base:
        return
    stroke = layer % 2 == 1
    reach = (radius[layer // 2] if stroke else F0) + REACH + HALF_DIAGONAL
    near = np.empty(cells[layer + 1] - base, np.float32)
    for k in range(len(near)):
        near[k] = FAR * FAR
    for e in range(edges.first[layer], edges.first[layer + 1]):
        row = edges.table[e]
        ax, ay, ex, ey, inverse = row[0], row[1], row[2], row[3], row[4]
        tx0 = max(x0, tile_index(min(ax, ax + ex) - reach, x1))
        tx1 = min(x1, tile_index(max(ax, ax + ex) + reach, x1) + 1)
        ty0 = max(y0, tile_index(min(ay, ay + ey) - reach, y1))
        ty1 = min(y1, tile_index(max(ay, ay + ey) + reach, y1) + 1)
        for ty in range(ty0, ty1):
            wy = (np.float32(ty) + HALF) * TILE_F - ay
            for tx in range(tx0, tx1):
                wx = (np.float32(tx) + HALF) * TILE_F - ax
                u = along(wx, wy, ex, ey, inverse, row[5], row[6])
                gx, gy = wx - u * ex, wy - u * ey
                gap = gx * gx + gy * gy
                if gap <= reach * reach:
                    cell = base + (ty - y0) * wide + tx - x0
                    if near[cell - base] == FAR * FAR:
                        low[cell] = e
                    high[cell] = e
                    near[cell - base] = min(near[cell - base], gap)
    inner = max(F0, reach - np.float32(2) * (REACH + HALF_DIAGONAL)) if stroke else F0
    for k in range(len(near)):
        full, drawn = near[k] < inner * inner, near[k] <= reach * reach
        state[base + k] = FULL if full else DRAWN if drawn else EMPTY
    if not stroke:
        flood(lines, layer // 2, even_odd[layer // 2], x0, y0, x1, y1, base, state)


@maker
def flood(lines, path, even_odd, x0, y0, x1, y1, base, state):
    """Mark the tiles that lie inside a fill, away from its edge, as FULL."""
    wide = x1 - x0
    turns = np.zeros(wide + 1, np.int32)
    for ty in range(y0, y1):
        for tx in range(wide + 1):
            turns[tx] = 0
        y = (np.float32(ty) + HALF) * TILE_F
        for i in range(lines.first[path], lines.first[path + 1]):
            ay = lines.start[i, 1]
            by = ay + lines.step[i, 1]
            if (ay <= y) != (by <= y):
                cross = lines.start[i, 0] + (y - ay) / lines.step[i, 1] * lines.step[i, 0]
                # the first tile whose centre lies to the right of the crossing
                column = math.ceil(min(max(cross, -FAR), FAR) / TILE_F - HALF)
                turns[min(max(int(column) - x0, 0), wide)] += 1 if by > ay else -1
        number = 0
        for tx in range(wide):
            number += turns[tx]
            cell = base + (ty - y0) * wide + tx
            if state[cell] == EMPTY and inside(number, even_odd):
                state[cell] = FULL


@kernel
def list_pairs(box, cells, state, low, high, columns, tiles):
    """The pairs in layer order, and their order per tile."""
    layers, total = len(box), 0
    for cell in range(len(state)):
        total += state[cell] != EMPTY
    first = np.zeros(layers + 1, np.int32)
    layer_of, full = np.empty(total, np.int32), np.empty(total, np.uint8)
    edge_low, tile_of = np.empty(total, np.int32), np.empty(total, np.int32)
    slot = np.zeros(total + 1, np.int64)
    tile_first = np.zeros(tiles + 1, np.int32)
    pair = 0
    for layer in range(layers):
        wide = box[layer, 2] - box[layer, 0]
        for cell in range(cells[layer], cells[layer + 1]):
            if state[cell] == EMPTY:
                continue
            place = cell - cells[layer]
            tile = (box[layer, 1] + place // wide) * columns + box[layer, 0] + place % wide
            layer_of[pair], tile_of[pair], full[pair] = layer, tile, state[cell] == FULL
            edge_low[pair] = low[cell]
            size = 0 if full[pair] else high[cell] - low[cell] + 1
            slot[pair + 1] = slot[pair] + size
            tile_first[tile + 1] += 1
            pair += 1
        first[layer + 1] = pair
    for tile in range(tiles):
        tile_first[tile + 1] += tile_first[tile]
    order, at = np.empty(total, np.int32), np.zeros(tiles, np.int32)
    for pair in range(total):
        tile = tile_of[pair]
        order[tile_first[tile] + at[tile]] = pair
        at[tile] += 1
    return first, layer_of, full, edge_low, slot, tile_first, order
