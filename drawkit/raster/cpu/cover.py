"""Coverage of one tile by one layer, and how it moves with the layer's lines.

`records` hold the latter, one row for each square on the rim: the square; the edge, counted from
the pair's first; the coverage's slopes by the line's start x, y, end x, y, and by the radius.
"""

from __future__ import annotations

import math

import numpy as np

from drawkit.raster import constants
from drawkit.raster.constants import MAX_GRID, SAMPLES
from drawkit.raster.cpu.jit import device
from drawkit.raster.cpu.near import (
    ALONG,
    AWAY_X,
    AWAY_Y,
    BLOCKS,
    EDGE,
    GAP2,
    IN,
    LANES,
    OUT,
    SIDE,
    SPARE,
    SQUARE,
    SQUARES,
    measure_blocks,
    place_of,
    search,
    sort_blocks,
)
from drawkit.raster.cpu.scalars import maths

__all__ = [
    "COVER_WORK",
    "FULL_RECORDS",
    "MIN_RADIUS",
    "RECORD",
    "fill_share",
    "stroke_share",
    "wind",
]

along, share, share_slopes = maths.along, maths.share, maths.share_slopes
grid_of, inside = maths.grid_of, maths.inside
F0, F1, HALF, TWO = np.float32(0), np.float32(1), np.float32(0.5), np.float32(2)
WHOLE = np.int64(1)  # a square in one part
SIDE_F = np.float32(SIDE)
TINY = np.float32(1e-6)
MIN_RADIUS = np.float32(constants.MIN_RADIUS)
CLEAR = np.float32(math.sqrt(2) / 2)  # squares: farther from an edge is all in or all out
OPPOSED = np.float32(0.25)  # cosine^2: edges within 60 degrees of facing each other
SMALL, MEET = np.float32(1e-9), np.float32(1e-4)  # px
NEAR2 = CLEAR * SQUARE * CLEAR * SQUARE
RECORD = 7
FULL_RECORDS = (MAX_GRID // SAMPLES) ** 2 * SQUARES  # the most that a layer leaves on one tile
COVER, P_GAP2, P_X, P_Y, P_ALONG, P_EX, P_EY, P_INVERSE, P_FREE, SLOPES = (
    SPARE + row * SQUARES for row in range(10)
)
COVER_WORK = SLOPES + 5 * SQUARES


@device
def shift(phase, parts):
    """Offset in px of one of `parts` finer squares of a compositing square."""
    return ((np.float32(phase) + HALF) / np.float32(parts) - HALF) * SQUARE


@device
def stroke_share(table, count, radius, scratch, out, records, at, end, keep):
    """Coverage of a stroke into `out`, of the blocks that it touches; how many records it leaves.

    They go to the rows of `records` from `at` on; -1 where they would pass `end`.
    """
    work, sides, blocks = scratch.work, scratch.sides, scratch.blocks
    floor = max(radius, MIN_RADIUS)
    grid = grid_of(floor)
    parts, fine = grid // SAMPLES, np.float32(grid)
    whole = radius / floor
    scale = whole / np.float32(parts * parts)
    measure_blocks(table, count, scratch.gaps, work)
    sort_blocks(floor, work, sides)
    for b in range(BLOCKS):
        if scratch.hidden[b]:
            sides[b] = OUT
        if sides[b] != OUT:
            put(out[b * LANES :], whole if sides[b] == IN else F0)
    first = at
    for part in range(parts * parts):
        ox, oy = shift(part % parts, parts), shift(part // parts, parts)
        found = search(table, count, parts, ox, oy, scratch.gaps, sides, scratch.near, blocks, work)
        cover_stroke(found * LANES, floor, fine, scale, work)
        for q in range(found):
            add(out[blocks[q] * LANES :], work[COVER + q * LANES :])
        if keep and at >= 0:
            at = record_stroke(
                table, found * LANES, radius, floor, fine, scale, scratch, records, at, end
            )
    return at - first if at >= 0 else -1


@device
def cover_stroke(total, radius, fine, scale, work):
    """Coverage of the `total` squares that were searched into row COVER of `work`."""
    for i in range(total):  # without branches, so that it vectorizes
        gap = math.sqrt(work[GAP2 + i])
        inverse = F1 / max(gap, SMALL)
        ax, ay = abs(work[AWAY_X + i] * inverse), abs(work[AWAY_Y + i] * inverse)
        a, b = max(ax, ay, HALF), max(min(ax, ay), TINY)  # 0, 0 on the line itself
        depth = (radius - gap) * fine
        size = abs(depth)
        rest = max((a + b) * HALF - size, F0)
        straight, corner = HALF + size / a, F1 - rest * rest / (TWO * a * b)
        covered = straight if size <= (a - b) * HALF else corner
        work[COVER + i] = scale * (covered if depth >= F0 else F1 - covered)


@device
def put(out, value):
    """Give all of a block this coverage."""
    for i in range(LANES):
        out[i] = value


@device
def add(out, part):
    """Add to a block's coverage."""
    for i in range(LANES):
        out[i] += part[i]


@device
def record_stroke(table, total, radius, floor, fine, scale, scratch, records, at, end):
    """Record the squares on the rim among the `total` that were searched; the next free row."""
    work, rim = scratch.work, scratch.rim
    count = np.int64(0)
    for i in range(total):
        rim[count] = i
        count += (work[COVER + i] > F0) & (work[COVER + i] < scale)
    if at + count > end:
        return -1
    for r in range(count):
        i = rim[r]
        k = np.uint32(work[EDGE + i])
        inverse, u = table[k, 4], work[ALONG + i]
        work[P_GAP2 + r], work[P_ALONG + r] = work[GAP2 + i], u
        work[P_X + r], work[P_Y + r] = work[AWAY_X + i], work[AWAY_Y + i]
        work[P_EX + r], work[P_EY + r], work[P_INVERSE + r] = table[k, 2], table[k, 3], inverse
        free = (u > table[k, 5]) & (u < table[k, 6]) & (inverse > F0)
        work[P_FREE + r] = F1 if free else F0
    slopes_of_stroke(count, floor, fine, scale, work)
    widens = F1 if radius >= MIN_RADIUS else F0
    mine = records[at : at + count]
    for r in range(count):
        i = rim[r]
        mine[r, 0] = np.float32(scratch.blocks[i // LANES] * LANES + i % LANES)
        mine[r, 1] = table[np.uint32(work[EDGE + i]), 8]
        for c in range(4):
            mine[r, 2 + c] = work[SLOPES + c * SQUARES + r]
        mine[r, 6] = widens * work[SLOPES + 4 * SQUARES + r]
    return at + count


@device
def slopes_of_stroke(count, radius, fine, scale, work):
    """Slopes of the coverage of the `count` squares on the rim, in rows P_* of `work`."""
    for i in range(count):  # without branches, so that it vectorizes
        gap = math.sqrt(work[P_GAP2 + i])
        inverse = F1 / max(gap, SMALL)
        nx, ny = work[P_X + i] * inverse, work[P_Y + i] * inverse
        ax, ay = abs(nx), abs(ny)
        a, b = max(ax, ay, HALF), max(min(ax, ay), TINY)  # 0, 0 on the line itself
        depth = (radius - gap) * fine
        size = abs(depth)
        rest = max((a + b) * HALF - size, F0)
        over = rest / (a * b)
        flat = size <= (a - b) * HALF
        by_depth = F1 / a if flat else over
        by_a = -size / (a * a) if flat else HALF * over * (rest / a - F1)
        by_b = F0 if flat else HALF * over * (rest / b - F1)
        by_x, by_y = (by_a if ax >= ay else by_b), (by_b if ax >= ay else by_a)
        by_angle = by_y * (nx if ny >= F0 else -nx) - by_x * (ny if nx >= F0 else -ny)
        pull = scale * fine * by_depth
        turn = scale * (by_angle if depth >= F0 else -by_angle)
        # Beside a line its normal turns with it; beyond an end the direction to that end turns.
        free, u = work[P_FREE + i] > F0, work[P_ALONG + i]
        left = ny * work[P_EX + i] - nx * work[P_EY + i] < F0
        lean = turn * math.sqrt(work[P_INVERSE + i])
        lean = -lean if left else lean
        swing = F0 if free else turn * inverse
        lean = lean if free else F0
        start, end = pull * (F1 - u) - lean, pull * u + lean
        work[SLOPES + i] = start * nx + (F1 - u) * swing * ny
        work[SLOPES + SQUARES + i] = start * ny - (F1 - u) * swing * nx
        work[SLOPES + 2 * SQUARES + i] = end * nx + u * swing * ny
        work[SLOPES + 3 * SQUARES + i] = end * ny - u * swing * nx
        work[SLOPES + 4 * SQUARES + i] = pull


@device
def wind(lines, path, even_odd, cx, cy, turns, within):
    """Whether the centre of each square lies inside the fill of a path."""
    for i in range(SQUARES):
        turns[i] = 0
    for i in range(lines.first[path], lines.first[path + 1]):
        ay = lines.start[i, 1] - cy
        by = ay + lines.step[i, 1]
        ax, ex, ey = lines.start[i, 0] - cx, lines.step[i, 0], lines.step[i, 1]
        top, bottom = min(ay, by), max(ay, by)
        first = first_square(top)
        last = first_square(bottom)
        for row in range(first, last):
            y = (np.float32(row) + HALF) * SQUARE - SIDE_F * HALF * SQUARE
            column = first_square(ax + (y - ay) / ey * ex)
            if column < SIDE:
                turns[row * SIDE + column] += 1 if by > ay else -1
    for row in range(SIDE):
        number = 0
        for column in range(SIDE):
            number += turns[row * SIDE + column]
            block = row // 4 * 4 + column // 4
            within[block * LANES + row % 4 * 4 + column % 4] = inside(number, even_odd)


@device
def first_square(place):
    """First of the SIDE squares in a row whose centre is at or past `place`, 0..SIDE."""
    index = math.ceil(place / SQUARE + SIDE_F * HALF - HALF)
    return int(min(max(index, F0), SIDE_F))


@device
def fill_share(table, count, scratch, out, records, at, end, keep):
    """Coverage of a fill into `out`; how many records it leaves.

    They go to the rows of `records` from `at` on; -1 where they would pass `end`.
    """
    work, sides, within, blocks = scratch.work, scratch.sides, scratch.within, scratch.blocks
    measure_blocks(table, count, scratch.gaps, work)
    sort_blocks(F0, work, sides)
    for b in range(BLOCKS):
        touched = False
        for i in range(LANES):
            out[b * LANES + i] = F1 if within[b * LANES + i] else F0
            touched |= within[b * LANES + i]
        if sides[b] == OUT and touched:
            sides[b] = IN
        if scratch.hidden[b]:
            sides[b] = OUT
    found = search(table, count, WHOLE, F0, F0, scratch.gaps, sides, scratch.near, blocks, work)
    first = at
    for i in range(found * LANES):
        if work[GAP2 + i] >= NEAR2:
            continue
        square = blocks[i // LANES] * LANES + i % LANES
        gap = math.sqrt(work[GAP2 + i])
        k = int(work[EDGE + i])
        nx, ny = toward(table, k, work[AWAY_X + i], work[AWAY_Y + i], gap)
        outward = F1 if within[square] else -F1
        part = share(outward * gap / SQUARE, nx, ny)
        x, y = place_of(square)
        other, u, depth, mx, my = opposite(table, count, k, x, y)
        sliver = depth < CLEAR * SQUARE  # what both edges leave
        across = share(depth / SQUARE, mx, my) if sliver else F1
        out[square] = max(part + across - F1, F0) if sliver else part
        if not keep or at < 0 or part + across <= F1:
            continue
        if at + 2 > end:
            at = -1
            continue
        if sliver:
            behind = F1 if depth >= F0 else -F1
            pull, turn = share_slopes(depth / SQUARE, mx, my)
            records[at, 0] = np.float32(square)
            record(table, other, u, mx, my, -behind * pull / SQUARE, turn, abs(depth), records[at])
            at += 1
        pull, turn = share_slopes(outward * gap / SQUARE, nx, ny)
        records[at, 0] = np.float32(square)
        u = work[ALONG + i]
        record(table, k, u, nx, ny, -outward * pull / SQUARE, turn, gap, records[at])
        at += 1
    return at - first if at >= 0 else -1


@device
def toward(table, k, away_x, away_y, gap):
    """Unit direction from the nearest point, on edge k, to a square; safe where they meet."""
    if gap > MEET:
        return away_x / gap, away_y / gap
    scale = math.sqrt(table[k, 4])
    if scale == F0:
        return F1, F0
    return -table[k, 3] * scale, table[k, 2] * scale


@device
def opposite(table, count, nearest, x, y):
    """Of the edges that face edge `nearest` from across the inside, the one next to (x, y).

    Its row, the nearest point's parameter, the depth of (x, y) behind it (px; negative outside,
    great where there is none near) and the unit direction from there.
    """
    ex, ey, side = table[nearest, 2], table[nearest, 3], table[nearest, 7]
    row, along_it, best, nx, ny = -1, F0, CLEAR * SQUARE, F1, F0
    depth = best
    for k in range(count):
        fx, fy = table[k, 2], table[k, 3]
        facing = (ex * fx + ey * fy) * side * table[k, 7]
        size = table[k, 4] * table[nearest, 4]
        if facing >= F0 or facing * facing * size < OPPOSED:
            continue
        wx, wy = x - table[k, 0], y - table[k, 1]
        u = along(wx, wy, fx, fy, table[k, 4], table[k, 5], table[k, 6])
        gx, gy = wx - u * fx, wy - u * fy
        gap = math.sqrt(gx * gx + gy * gy)
        if gap < best:
            scale = math.sqrt(table[k, 4])
            behind = (wy * fx - wx * fy) * table[k, 7]
            row, along_it, best = k, u, gap
            depth = gap if behind >= F0 else -gap
            nx = gx / gap if gap > MEET else -fy * scale
            ny = gy / gap if gap > MEET else fx * scale
    return row, along_it, depth, nx, ny


@device
def record(table, k, u, nx, ny, pull, turn, gap, row):
    """A record's edge and slopes: a pull along n, and a turn of n by its angle.

    `u` is the nearest point's parameter. Beside a line its normal turns with it; beyond an end
    the direction to that end turns, `gap` px away.
    """
    inverse = table[k, 4]
    row[1], row[6] = table[k, 8], F0
    if u > table[k, 5] and u < table[k, 6] and inverse > F0:
        lean = turn * math.sqrt(inverse)
        if ny * table[k, 2] - nx * table[k, 3] < F0:
            lean = -lean
        start, end = pull * (F1 - u) - lean, pull * u + lean
        row[2], row[3], row[4], row[5] = start * nx, start * ny, end * nx, end * ny
    else:
        lean = turn / max(gap, SMALL)
        gx, gy = pull * nx + lean * ny, pull * ny - lean * nx
        row[2], row[3], row[4], row[5] = (F1 - u) * gx, (F1 - u) * gy, u * gx, u * gy
