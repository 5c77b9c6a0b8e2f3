"""Coverage of one tile by one layer, and its gradient: the inner loops of the rasterizer.

A tile is SQUARES compositing squares (2 x 2 a pixel), row after row, with coordinates from the
tile's centre. The edges near it are gathered into a table [8, M]: start x, y; step x, y;
1 / |step|^2; span low, high; and their line index.
"""

from __future__ import annotations

import math

import numpy as np

from drawkit.raster.bezier import build
from drawkit.raster.bins import HALF_DIAGONAL, REACH, SAMPLES, TILE
from drawkit.raster.jit import device
from drawkit.raster.pieces_cpu import inside

__all__ = ["MIN_RADIUS", "SIDE", "SQUARES", "fill_gradient", "fill_share", "gather", "stroke_gradient", "stroke_share", "wind"]

maths = build(device)
along, share, share_slopes = maths.along, maths.share, maths.share_slopes
SIDE = TILE * SAMPLES
SQUARES = SIDE * SIDE
SIDE_F = np.float32(SIDE)
SQUARE = np.float32(1 / SAMPLES)  # px
F0, F1, HALF, TWO = np.float32(0), np.float32(1), np.float32(0.5), np.float32(2)
FAR2, TINY2, SHORT = np.float32(1e18), np.float32(1e-18), np.float32(1e-10)
MIN_RADIUS = np.float32(0.1)  # px: a thinner line is this wide and fainter
ROOT2 = np.float32(math.sqrt(2))
CLEAR = np.float32(math.sqrt(2) / 2)  # squares: farther from an edge is all in or all out
MAX_GRID = 8


@device
def gather(lines, edges, layer, cx, cy, radius, table, gaps):  # type: ignore[no-untyped-def]
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
            table[7, count] = np.float32(e - e0)
            count += 1
    return count


@device
def find_nearest(table, count, x, y, best, which):  # type: ignore[no-untyped-def]
    """Squared distance of every square to its nearest edge, and that edge's row."""
    for i in range(SQUARES):
        best[i] = FAR2
        which[i] = 0
    for k in range(count):
        ax, ay, ex, ey = table[0, k], table[1, k], table[2, k], table[3, k]
        inverse, low, high = table[4, k], table[5, k], table[6, k]
        middle = HALF if inverse == F0 else F0
        row = np.int32(k)
        for i in range(SQUARES):
            wx, wy = x[i] - ax, y[i] - ay
            u = min(max((wx * ex + wy * ey) * inverse + middle, low), high)
            gx, gy = wx - u * ex, wy - u * ey
            gap = gx * gx + gy * gy
            old, oldest = best[i], which[i]
            best[i] = gap if gap < old else old
            which[i] = row if gap < old else oldest


@device
def toward(table, k, x, y, gap):  # type: ignore[no-untyped-def]
    """Of the edge's row k seen from (x, y) at distance `gap`: u, unit direction, side.

    side is +1 or -1 beside the line (the direction is its normal times that), 0 beyond an end.
    """
    ex, ey, inverse = table[2, k], table[3, k], table[4, k]
    wx, wy = x - table[0, k], y - table[1, k]
    u = along(wx, wy, ex, ey, inverse, table[5, k], table[6, k])
    if u > table[5, k] and u < table[6, k] and inverse > F0:
        scale = math.sqrt(inverse)
        nx, ny = -ey * scale, ex * scale
        side = F1 if wx * nx + wy * ny >= F0 else -F1
        return u, nx * side, ny * side, side
    safe = F1 / max(gap, np.float32(1e-9))
    return u, (wx - u * ex) * safe, (wy - u * ey) * safe, F0


@device
def grid_of(radius):  # type: ignore[no-untyped-def]
    """Squares a pixel side that a stroke needs: none wider than sqrt(2) radius."""
    grid = SAMPLES
    while grid < MAX_GRID and np.float32(grid) * ROOT2 * radius < F1:
        grid *= 2
    return grid


@device
def shift(phase, parts):  # type: ignore[no-untyped-def]
    """Offset in px of one of `parts` finer squares of a compositing square."""
    return ((np.float32(phase) + HALF) / np.float32(parts) - HALF) * SQUARE


@device
def stroke_share(table, count, radius, work, best, which, out):  # type: ignore[no-untyped-def]
    """Coverage of a stroke on every square of the tile."""
    floor = max(radius, MIN_RADIUS)
    grid = grid_of(floor)
    parts = grid // SAMPLES
    scale = radius / floor / np.float32(parts * parts)
    inner = max(floor - CLEAR / np.float32(grid), F0)
    outer = floor + CLEAR / np.float32(grid)
    inner, outer = inner * inner, outer * outer
    out[:] = F0
    for part in range(parts * parts):
        ox, oy = shift(part % parts, parts), shift(part // parts, parts)
        for i in range(SQUARES):
            work[2, i], work[3, i] = work[0, i] + ox, work[1, i] + oy
        find_nearest(table, count, work[2], work[3], best, which)
        for i in range(SQUARES):
            if best[i] < inner:
                out[i] += scale
            elif best[i] < outer:
                gap = math.sqrt(best[i])
                _, nx, ny, _ = toward(table, which[i], work[2, i], work[3, i], gap)
                out[i] += scale * share((floor - gap) * np.float32(grid), nx, ny)


@device
def wind(lines, path, even_odd, cx, cy, turns, within):  # type: ignore[no-untyped-def]
    """Whether the centre of each square lies inside the fill of a path."""
    turns[:] = 0
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
def first_square(place):  # type: ignore[no-untyped-def]
    """First of the SIDE squares in a row whose centre is at or past `place`, 0..SIDE."""
    index = math.ceil(place / SQUARE + SIDE_F * HALF - HALF)
    return int(min(max(index, F0), SIDE_F))


@device
def fill_share(table, count, within, work, best, which, out):  # type: ignore[no-untyped-def]
    """Coverage of a fill on every square of the tile."""
    find_nearest(table, count, work[0], work[1], best, which)
    limit = CLEAR * SQUARE * CLEAR * SQUARE
    for i in range(SQUARES):
        out[i] = F1 if within[i] else F0
        if best[i] < limit:
            gap = math.sqrt(best[i])
            _, nx, ny, _ = toward(table, which[i], work[0, i], work[1, i], gap)
            depth = gap if within[i] else -gap
            out[i] = share(depth / SQUARE, nx, ny)


@device
def push(table, k, x, y, gap, outward, slope, by_depth, by_angle, grads):  # type: ignore[no-untyped-def]
    """Add the gradient of one square's coverage to the two ends of edge k's line.

    Depth grows with `outward` times the distance to the edge.
    """
    u, nx, ny, side = toward(table, k, x, y, gap)
    pull = -outward * by_depth * slope
    if side != F0:
        turn = by_angle * slope * side * math.sqrt(table[4, k])
        start, end = pull * (F1 - u) - turn, pull * u + turn
        grads[k, 0] += start * nx
        grads[k, 1] += start * ny
        grads[k, 2] += end * nx
        grads[k, 3] += end * ny
    else:
        turn = by_angle * slope / max(gap, np.float32(1e-9))
        gx, gy = pull * nx + turn * ny, pull * ny - turn * nx
        grads[k, 0] += (F1 - u) * gx
        grads[k, 1] += (F1 - u) * gy
        grads[k, 2] += u * gx
        grads[k, 3] += u * gy


@device
def stroke_gradient(table, count, radius, slope, work, best, which, grads):  # type: ignore[no-untyped-def]
    """Gradient of sum(slope * coverage) by the lines into `grads` [M, 4]; returns by radius."""
    floor = max(radius, MIN_RADIUS)
    grid = grid_of(floor)
    fine = np.float32(grid)
    parts = grid // SAMPLES
    even = F1 / np.float32(parts * parts)
    scale = radius / floor * even
    inner = max(floor - CLEAR / fine, F0)
    outer = floor + CLEAR / fine
    inner, outer = inner * inner, outer * outer
    by_radius = F0
    for part in range(parts * parts):
        ox, oy = shift(part % parts, parts), shift(part // parts, parts)
        for i in range(SQUARES):
            work[2, i], work[3, i] = work[0, i] + ox, work[1, i] + oy
        if parts > 1:  # the nearest edges of a single part are still there
            find_nearest(table, count, work[2], work[3], best, which)
        for i in range(SQUARES):
            if best[i] >= outer or slope[i] == F0:
                continue
            if best[i] < inner:
                if radius < MIN_RADIUS:
                    by_radius += slope[i] * even / floor
                continue
            gap, k = math.sqrt(best[i]), which[i]
            x, y = work[2, i], work[3, i]
            _, nx, ny, _ = toward(table, k, x, y, gap)
            depth = (floor - gap) * fine
            by_depth, by_angle = share_slopes(depth, nx, ny)
            push(table, k, x, y, gap, -F1, slope[i] * scale, by_depth * fine, by_angle, grads)
            if radius < MIN_RADIUS:
                by_radius += slope[i] * even * share(depth, nx, ny) / floor
            else:
                by_radius += slope[i] * scale * by_depth * fine
    return by_radius


@device
def fill_gradient(table, within, slope, work, best, which, grads):  # type: ignore[no-untyped-def]
    """Gradient of sum(slope * coverage) by the lines into `grads` [M, 4]."""
    limit = CLEAR * SQUARE * CLEAR * SQUARE
    for i in range(SQUARES):
        if best[i] < limit and slope[i] != F0:
            gap, k = math.sqrt(best[i]), which[i]
            x, y = work[0, i], work[1, i]
            _, nx, ny, _ = toward(table, k, x, y, gap)
            outward = F1 if within[i] else -F1
            by_depth, by_angle = share_slopes(outward * gap / SQUARE, nx, ny)
            push(table, k, x, y, gap, outward, slope[i], by_depth / SQUARE, by_angle, grads)
