"""Coverage of one tile by one layer, and its gradient: the inner loops of the rasterizer.

A tile is SQUARES compositing squares (2 x 2 a pixel), row after row, with coordinates from the
tile's centre. The edges near it are gathered into a table [9, M]: start x, y; step x, y;
1 / |step|^2; span low, high; the edge's number in its layer; and the side of its inside.
"""

from __future__ import annotations

import math

import numpy as np

from drawkit.raster.bezier import build
from drawkit.raster.bins import HALF_DIAGONAL, REACH, SAMPLES, TILE
from drawkit.raster.jit import device
from drawkit.raster.pieces_cpu import inside

__all__ = [
    "MIN_RADIUS",
    "SHARE",
    "SIDE",
    "SQUARES",
    "WORK",
    "X",
    "Y",
    "fill_gradient",
    "fill_share",
    "gather",
    "stroke_gradient",
    "stroke_share",
    "wind",
]

maths = build(device)
along, share, share_slopes = maths.along, maths.share, maths.share_slopes
SIDE = TILE * SAMPLES
SQUARES = SIDE * SIDE
SIDE_F = np.float32(SIDE)
SQUARE = np.float32(1 / SAMPLES)  # px
F0, F1, HALF, TWO = np.float32(0), np.float32(1), np.float32(0.5), np.float32(2)
FAR2, SHORT, TINY = np.float32(1e18), np.float32(1e-10), np.float32(1e-6)
MIN_RADIUS = np.float32(0.1)  # px: a thinner line is this wide and fainter
ROOT2 = np.float32(math.sqrt(2))
CLEAR = np.float32(math.sqrt(2) / 2)  # squares: farther from an edge is all in or all out
MAX_GRID = 8
OPPOSED = np.float32(0.25)  # cosine^2: edges within 60 degrees of facing each other
SMALL, MEET = np.float32(1e-9), np.float32(1e-4)  # px
NEAR2 = CLEAR * SQUARE * CLEAR * SQUARE
# Where each row of SQUARES numbers lies in the work table. One flat array with constant offsets:
# so the compiler sees that the rows do not overlap, and vectorizes the loops over them.
X, Y, FINE_X, FINE_Y, GAP2, AWAY_X, AWAY_Y, ALONG, EDGE, PULL, TURN, SHARE = (
    row * SQUARES for row in range(12)
)
WORK = 12 * SQUARES


@device
def gather(lines, edges, layer, cx, cy, radius, table, gaps):
    """Fill `table` with the edges that can be nearest to a square of the tile at (cx, cy)."""
    e0, e1 = edges.first[layer], edges.first[layer + 1]
    nearest = radius + REACH + HALF_DIAGONAL
    reach = nearest
    for e in range(e0, e1):
        i = edges.line[e]
        wx, wy = cx - lines.start[i, 0], cy - lines.start[i, 1]
        ex, ey = lines.step[i, 0], lines.step[i, 1]
        square = ex * ex + ey * ey
        inverse = F1 / square if square > SHORT else F0
        u = along(wx, wy, ex, ey, inverse, edges.span[e, 0], edges.span[e, 1])
        gx, gy = wx - u * ex, wy - u * ey
        gaps[e - e0] = math.sqrt(gx * gx + gy * gy)
        nearest = min(nearest, gaps[e - e0])
    limit = min(reach, nearest + TWO * HALF_DIAGONAL)
    count = 0
    for e in range(e0, e1):
        if gaps[e - e0] <= limit:
            i = edges.line[e]
            ex, ey = lines.step[i, 0], lines.step[i, 1]
            square = ex * ex + ey * ey
            table[0, count], table[1, count] = lines.start[i, 0] - cx, lines.start[i, 1] - cy
            table[2, count], table[3, count] = ex, ey
            table[4, count] = F1 / square if square > SHORT else F0
            table[5, count], table[6, count] = edges.span[e, 0], edges.span[e, 1]
            table[7, count], table[8, count] = np.float32(e - e0), edges.span[e, 2]
            count += 1
    return count


@device
def find_nearest(table, count, reach, work):
    """The nearest edge of every square, whose centre stands in rows FINE_X and FINE_Y of `work`.

    Into `work`: the edge's row, the squared distance, the vector from the nearest point to the
    square, and that point's parameter. Squares that no edge comes within `reach` px of keep a
    great distance.
    """
    for i in range(SQUARES):
        work[GAP2 + i], work[AWAY_X + i], work[AWAY_Y + i] = FAR2, F1, F0
        work[ALONG + i], work[EDGE + i] = F0, F0
    for k in range(count):
        ax, ay, ex, ey = table[0, k], table[1, k], table[2, k], table[3, k]
        inverse, low, high = table[4, k], table[5, k], table[6, k]
        middle = HALF if inverse == F0 else F0
        number = np.float32(k)
        first = max(first_square(min(ay, ay + ey) - reach) - 1, 0)
        last = first_square(max(ay, ay + ey) + reach)
        for r in range(first, last):
            row = work[r * SIDE : r * SIDE + WORK - SQUARES + SIDE]
            for i in range(SIDE):
                wx, wy = row[FINE_X + i] - ax, row[FINE_Y + i] - ay
                u = min(max((wx * ex + wy * ey) * inverse + middle, low), high)
                gx, gy = wx - u * ex, wy - u * ey
                gap = gx * gx + gy * gy
                nearer = gap < row[GAP2 + i]
                row[GAP2 + i] = gap if nearer else row[GAP2 + i]
                row[AWAY_X + i] = gx if nearer else row[AWAY_X + i]
                row[AWAY_Y + i] = gy if nearer else row[AWAY_Y + i]
                row[ALONG + i] = u if nearer else row[ALONG + i]
                row[EDGE + i] = number if nearer else row[EDGE + i]


@device
def toward(table, k, work, i, gap):
    """Unit direction from the nearest point, on edge k, to square i; safe where they meet."""
    if gap > MEET:
        return work[AWAY_X + i] / gap, work[AWAY_Y + i] / gap
    scale = math.sqrt(table[4, k])
    if scale == F0:
        return F1, F0
    return -table[3, k] * scale, table[2, k] * scale


@device
def grid_of(radius):
    """Squares a pixel side that a stroke needs: none wider than sqrt(2) radius."""
    grid = SAMPLES
    while grid < MAX_GRID and np.float32(grid) * ROOT2 * radius < F1:
        grid *= 2
    return grid


@device
def shift(phase, parts):
    """Offset in px of one of `parts` finer squares of a compositing square."""
    return ((np.float32(phase) + HALF) / np.float32(parts) - HALF) * SQUARE


@device
def stroke_share(table, count, radius, work, out):
    """Coverage of a stroke on every square of the tile."""
    floor = max(radius, MIN_RADIUS)
    grid = grid_of(floor)
    parts, fine = grid // SAMPLES, np.float32(grid)
    scale = radius / floor / np.float32(parts * parts)
    for i in range(SQUARES):
        out[i] = F0
    for part in range(parts * parts):
        look(table, count, floor, part, parts, work)
        for i in range(SQUARES):  # without branches, so that it vectorizes
            gap = math.sqrt(work[GAP2 + i])
            inverse = F1 / max(gap, SMALL)
            ax, ay = abs(work[AWAY_X + i] * inverse), abs(work[AWAY_Y + i] * inverse)
            a, b = max(ax, ay, HALF), max(min(ax, ay), TINY)  # 0, 0 on the line itself
            depth = (floor - gap) * fine
            size = abs(depth)
            rest = max((a + b) * HALF - size, F0)
            straight, corner = HALF + size / a, F1 - rest * rest / (TWO * a * b)
            covered = straight if size <= (a - b) * HALF else corner
            out[i] += scale * (covered if depth >= F0 else F1 - covered)


@device
def look(table, count, radius, part, parts, work):
    """Find the nearest edges of one of the `parts` x `parts` finer squares of every square."""
    ox, oy = shift(part % parts, parts), shift(part // parts, parts)
    for i in range(SQUARES):
        work[FINE_X + i], work[FINE_Y + i] = work[X + i] + ox, work[Y + i] + oy
    find_nearest(table, count, radius + REACH, work)


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
            within[row * SIDE + column] = inside(number, even_odd)


@device
def first_square(place):
    """First of the SIDE squares in a row whose centre is at or past `place`, 0..SIDE."""
    index = math.ceil(place / SQUARE + SIDE_F * HALF - HALF)
    return int(min(max(index, F0), SIDE_F))


@device
def fill_share(table, count, within, work, out):
    """Coverage of a fill on every square of the tile."""
    look(table, count, F0, 0, 1, work)
    for i in range(SQUARES):
        out[i] = F1 if within[i] else F0
        if work[GAP2 + i] < NEAR2:
            gap = math.sqrt(work[GAP2 + i])
            k = int(work[EDGE + i])
            nx, ny = toward(table, k, work, i, gap)
            out[i] = share((gap if within[i] else -gap) / SQUARE, nx, ny)
            _, _, depth, nx, ny = opposite(table, count, k, work[X + i], work[Y + i])
            if depth < CLEAR * SQUARE:  # a sliver: what both edges leave
                out[i] = max(out[i] + share(depth / SQUARE, nx, ny) - F1, F0)


@device
def opposite(table, count, nearest, x, y):
    """Of the edges that face edge `nearest` from across the inside, the one next to (x, y).

    Its row, the nearest point's parameter, the depth of (x, y) behind it (px; negative outside,
    great where there is none near) and the unit direction from there.
    """
    ex, ey, side = table[2, nearest], table[3, nearest], table[8, nearest]
    row, along_it, best, nx, ny = -1, F0, CLEAR * SQUARE, F1, F0
    depth = best
    for k in range(count):
        fx, fy = table[2, k], table[3, k]
        facing = (ex * fx + ey * fy) * side * table[8, k]
        size = table[4, k] * table[4, nearest]
        if facing >= F0 or facing * facing * size < OPPOSED:
            continue
        wx, wy = x - table[0, k], y - table[1, k]
        u = along(wx, wy, fx, fy, table[4, k], table[5, k], table[6, k])
        gx, gy = wx - u * fx, wy - u * fy
        gap = math.sqrt(gx * gx + gy * gy)
        if gap < best:
            scale = math.sqrt(table[4, k])
            behind = (wy * fx - wx * fy) * table[8, k]
            row, along_it, best = k, u, gap
            depth = gap if behind >= F0 else -gap
            nx = gx / gap if gap > MEET else -fy * scale
            ny = gy / gap if gap > MEET else fx * scale
    return row, along_it, depth, nx, ny


@device
def push(table, k, u, nx, ny, pull, turn, gap, grads):
    """Add to the two ends of edge k's line: a pull along n, and a turn of n by its angle.

    `u` is the nearest point's parameter. Beside a line its normal turns with it; beyond an end
    the direction to that end turns, `gap` px away.
    """
    inverse = table[4, k]
    if u > table[5, k] and u < table[6, k] and inverse > F0:
        lean = turn * math.sqrt(inverse)
        if ny * table[2, k] - nx * table[3, k] < F0:
            lean = -lean
        start, end = pull * (F1 - u) - lean, pull * u + lean
        grads[k, 0] += start * nx
        grads[k, 1] += start * ny
        grads[k, 2] += end * nx
        grads[k, 3] += end * ny
    else:
        lean = turn / max(gap, SMALL)
        gx, gy = pull * nx + lean * ny, pull * ny - lean * nx
        grads[k, 0] += (F1 - u) * gx
        grads[k, 1] += (F1 - u) * gy
        grads[k, 2] += u * gx
        grads[k, 3] += u * gy


@device
def stroke_gradient(table, count, radius, slope, work, grads):
    """Gradient of sum(slope * coverage) by the lines into `grads` [M, 4]; returns by radius.

    work: as `stroke_share` left it.
    """
    floor = max(radius, MIN_RADIUS)
    grid = grid_of(floor)
    parts, fine = grid // SAMPLES, np.float32(grid)
    even = F1 / np.float32(parts * parts)
    scale = radius / floor * even
    by_radius = F0
    if radius < MIN_RADIUS:
        for i in range(SQUARES):  # the coverage itself grows with the radius
            by_radius += slope[i] * work[SHARE + i]
        by_radius = by_radius / max(radius, SMALL)
    for part in range(parts * parts):
        if parts > 1:  # else what `stroke_share` found is there still
            look(table, count, floor, part, parts, work)
        pulled = F0
        for i in range(SQUARES):  # without branches, so that it vectorizes
            gap = math.sqrt(work[GAP2 + i])
            inverse = F1 / max(gap, SMALL)
            nx, ny = work[AWAY_X + i] * inverse, work[AWAY_Y + i] * inverse
            ax, ay = abs(nx), abs(ny)
            a, b = max(ax, ay, HALF), max(min(ax, ay), TINY)  # 0, 0 on the line itself
            depth = (floor - gap) * fine
            size = abs(depth)
            rest = max((a + b) * HALF - size, F0)
            over = rest / (a * b)
            flat = size <= (a - b) * HALF
            by_depth = F1 / a if flat else over
            by_a = -size / (a * a) if flat else HALF * over * (rest / a - F1)
            by_b = F0 if flat else HALF * over * (rest / b - F1)
            by_x, by_y = (by_a if ax >= ay else by_b), (by_b if ax >= ay else by_a)
            by_angle = by_y * (nx if ny >= F0 else -nx) - by_x * (ny if nx >= F0 else -ny)
            work[PULL + i] = scale * fine * slope[i] * by_depth
            work[TURN + i] = scale * slope[i] * (by_angle if depth >= F0 else -by_angle)
            pulled += work[PULL + i]
        by_radius += pulled if radius >= MIN_RADIUS else F0
        for i in range(SQUARES):
            if work[PULL + i] != F0 or work[TURN + i] != F0:
                gap = math.sqrt(work[GAP2 + i])
                nx, ny = work[AWAY_X + i] / gap, work[AWAY_Y + i] / gap
                push(
                    table,
                    int(work[EDGE + i]),
                    work[ALONG + i],
                    nx,
                    ny,
                    work[PULL + i],
                    work[TURN + i],
                    gap,
                    grads,
                )
    return by_radius


@device
def fill_gradient(table, count, within, slope, work, grads):
    """Gradient of sum(slope * coverage) by the lines into `grads` [M, 4].

    work: as `fill_share` left it.
    """
    for i in range(SQUARES):
        if work[GAP2 + i] < NEAR2 and slope[i] != F0:
            gap, k = math.sqrt(work[GAP2 + i]), int(work[EDGE + i])
            nx, ny = toward(table, k, work, i, gap)
            outward = F1 if within[i] else -F1
            by_depth, by_angle = share_slopes(outward * gap / SQUARE, nx, ny)
            row, u, depth, mx, my = opposite(table, count, k, work[X + i], work[Y + i])
            if depth < CLEAR * SQUARE:
                across = share(depth / SQUARE, mx, my)
                if share(outward * gap / SQUARE, nx, ny) + across <= F1:
                    continue
                behind = F1 if depth >= F0 else -F1
                by_far, by_turn = share_slopes(depth / SQUARE, mx, my)
                pull, turn = -behind * by_far / SQUARE * slope[i], by_turn * slope[i]
                push(table, row, u, mx, my, pull, turn, abs(depth), grads)
            pull, turn = -outward * by_depth / SQUARE * slope[i], by_angle * slope[i]
            push(table, k, work[ALONG + i], nx, ny, pull, turn, gap, grads)
