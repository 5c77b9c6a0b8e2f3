"""Which edges lie nearest to the squares of a tile.

A tile is SQUARES compositing squares (2 x 2 a pixel), with coordinates from the tile's centre. It
is BLOCKS blocks of 4 x 4 squares, row after row, and in each block its squares row after row: so
a block lies in one piece of memory, and only the blocks on an outline are searched.
"""

from __future__ import annotations

import math

import numpy as np

from drawkit.raster.constants import SAMPLES, TILE
from drawkit.raster.cpu.bins import HALF_DIAGONAL, REACH
from drawkit.raster.cpu.jit import device
from drawkit.raster.cpu.scalars import maths

__all__ = [
    "ALONG",
    "AWAY_X",
    "AWAY_Y",
    "BLOCKS",
    "EDGE",
    "GAP2",
    "IN",
    "LANES",
    "NEAREST",
    "ON",
    "OUT",
    "SIDE",
    "SPARE",
    "SQUARE",
    "SQUARES",
    "gather",
    "measure_blocks",
    "place_of",
    "search",
    "sort_blocks",
]

to_edge = maths.to_edge
SIDE = TILE * SAMPLES
SQUARES = SIDE * SIDE
BLOCK = 4  # squares a side
LANES = BLOCK * BLOCK  # squares of a block: as many floats as the widest registers hold
BLOCKS = SQUARES // LANES
ACROSS = SIDE // BLOCK  # blocks a side
SQUARE = np.float32(1 / SAMPLES)  # px
F0, F1, HALF, TWO = np.float32(0), np.float32(1), np.float32(0.5), np.float32(2)
BLOCK_F, ACROSS_F = np.float32(BLOCK), np.float32(ACROSS)
FAR2 = np.float32(1e18)
# from a block's centre to its corner, px; rounding must not leave out an edge
CORNER = np.float32(math.sqrt(2) * BLOCK / 2 / SAMPLES + 0.001)
OUT, ON, IN = 0, 1, 2
FEW = 32  # so many edges are all taken: to choose costs more
# Where each row of SQUARES numbers lies in the work array. One flat array with constant offsets:
# so the compiler sees that the rows do not overlap, and vectorizes the loops over them.
GAP2, AWAY_X, AWAY_Y, ALONG, EDGE, NEAREST = (row * SQUARES for row in range(6))
SPARE = 6 * SQUARES  # others use the rows from here on


@device
def gather(edges, low, high, cx, cy, radius, table, gaps):
    """Fill `table` with those of the edges that can be nearest to a square of the tile.

    cx, cy: the tile's centre. Its rows are those of `Edges`, with the start counted from there,
    and at their end which of the edges from `low` on it is. Returns how many there are.
    """
    limit = FAR2
    if high - low > FEW:
        for e in range(low, high):
            row = edges.table[e]
            wx, wy = cx - row[0], cy - row[1]
            gap, _, _, _ = to_edge(wx, wy, row[2], row[3], row[4], row[5], row[6])
            gaps[e - low] = gap
            limit = min(limit, gap)
        limit = min(radius + REACH, math.sqrt(limit) + HALF_DIAGONAL) + HALF_DIAGONAL
        limit *= limit
    count = 0
    for e in range(low, high):
        if high - low > FEW and gaps[e - low] > limit:
            continue
        row, own = edges.table[e], table[count]
        for c in range(8):
            own[c] = row[c]
        own[0] -= cx
        own[1] -= cy
        own[8] = np.float32(e - low)
        count += 1
    return count


@device
def place_of(square):
    """Centre of a square of the tile."""
    block, inner = square // LANES, square % LANES
    column = block % ACROSS * BLOCK + inner % BLOCK
    row = block // ACROSS * BLOCK + inner // BLOCK
    return (np.float32(column) + HALF) * SQUARE - TWO * TWO, (
        np.float32(row) + HALF
    ) * SQUARE - TWO * TWO


@device
def block_place(block):
    """Centre of a block of the tile."""
    x = np.float32(block % ACROSS) + HALF - ACROSS_F * HALF
    y = np.float32(block // ACROSS) + HALF - ACROSS_F * HALF
    return x * BLOCK_F * SQUARE, y * BLOCK_F * SQUARE


@device
def measure_blocks(table, count, gaps, work):
    """Squared distance of each edge to the centre of each block, and the least of each block."""
    if count == 0:
        for b in range(BLOCKS):
            work[NEAREST + b] = FAR2
    for k in range(count):
        ax, ay, ex, ey = table[k, 0], table[k, 1], table[k, 2], table[k, 3]
        inverse, low, high = table[k, 4], table[k, 5], table[k, 6]
        row = gaps[k * BLOCKS : k * BLOCKS + BLOCKS]
        for b in range(BLOCKS):
            x, y = block_place(b)
            gap, _, _, _ = to_edge(x - ax, y - ay, ex, ey, inverse, low, high)
            row[b] = gap
    for k in range(count):
        row = gaps[k * BLOCKS : k * BLOCKS + BLOCKS]
        for b in range(BLOCKS):
            old = work[NEAREST + b]
            work[NEAREST + b] = row[b] if (k == 0) | (row[b] < old) else old


@device
def sort_blocks(radius, work, sides):
    """Whether each block lies OUT of what is within `radius` of the edges, ON its rim or IN it."""
    outer = (radius + CORNER) * (radius + CORNER)
    inner = (radius - CORNER) * (radius - CORNER) if radius > CORNER else F0
    for b in range(BLOCKS):
        gap = work[NEAREST + b]
        sides[b] = OUT if gap > outer else IN if gap < inner else ON


@device
def search(table, count, parts, ox, oy, gaps, sides, near, blocks, work):
    """The nearest edge of every square, moved by (ox, oy) px, of the blocks that are ON the rim.

    Into `blocks` those blocks' numbers, and block after block into `work`: the squared distance,
    the vector from the nearest point to the square, that point's parameter and the edge's row.
    """
    spread = CORNER * (F1 - HALF * HALF / np.float32(parts))  # its squares' centres lie so far out
    found = 0
    for b in range(BLOCKS):
        if sides[b] != ON:
            continue
        limit = math.sqrt(work[NEAREST + b]) + TWO * spread
        limit *= limit
        few = np.int64(0)
        for k in range(count):
            near[few] = k
            few += gaps[k * BLOCKS + b] <= limit
        x, y = block_place(b)
        rows = work[found * LANES : SPARE - SQUARES + (found + 1) * LANES]
        search_block(table, near, few, x + ox, y + oy, rows)
        blocks[found] = b
        found += 1
    return found


@device
def search_block(table, near, few, x, y, work):
    """`search` in the one block around (x, y), of the edges `near`; its squares begin `work`.

    Two edges at a time: what is nearest so far need not go to memory and back after each.
    """
    x -= (BLOCK_F - F1) * HALF * SQUARE
    y -= (BLOCK_F - F1) * HALF * SQUARE
    for q in range(0, few, 2):
        k, m = near[q], near[min(q + 1, few - 1)]
        ax, ay, ex, ey = table[k, 0] - x, table[k, 1] - y, table[k, 2], table[k, 3]
        bx, by, fx, fy = table[m, 0] - x, table[m, 1] - y, table[m, 2], table[m, 3]
        e_inverse, e_low, e_high = table[k, 4], table[k, 5], table[k, 6]
        f_inverse, f_low, f_high = table[m, 4], table[m, 5], table[m, 6]
        number, other = np.float32(k), np.float32(m)
        for i in range(LANES):
            left, top = np.float32(i % BLOCK) * SQUARE, np.float32(i // BLOCK) * SQUARE
            gap, gx, gy, u = to_edge(left - ax, top - ay, ex, ey, e_inverse, e_low, e_high)
            f_gap, hx, hy, v = to_edge(left - bx, top - by, fx, fy, f_inverse, f_low, f_high)
            nearer = f_gap < gap
            gx, gy, u = hx if nearer else gx, hy if nearer else gy, v if nearer else u
            gap, which = min(gap, f_gap), other if nearer else number
            old, old_x, old_y = work[GAP2 + i], work[AWAY_X + i], work[AWAY_Y + i]
            old_u, old_number = work[ALONG + i], work[EDGE + i]
            nearer = (q == 0) | (gap < old)
            work[GAP2 + i] = gap if nearer else old
            work[AWAY_X + i] = gx if nearer else old_x
            work[AWAY_Y + i] = gy if nearer else old_y
            work[ALONG + i] = u if nearer else old_u
            work[EDGE + i] = which if nearer else old_number
