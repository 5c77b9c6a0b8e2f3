"""The kernels that draw: every tile on its own, layer over layer, and the way back."""

from __future__ import annotations

import numpy as np
from numba import prange

from drawkit.raster.bezier import build
from drawkit.raster.bins import SAMPLES, TILE
from drawkit.raster.cover import (
    SHARE,
    SIDE,
    SQUARES,
    WORK,
    X,
    Y,
    fill_gradient,
    fill_share,
    gather,
    stroke_gradient,
    stroke_share,
    wind,
)
from drawkit.raster.jit import device, kernel, parallel_kernel

__all__ = ["collect", "draw", "draw_back"]

corner = build(device).corner
F0, F1, HALF = np.float32(0), np.float32(1), np.float32(0.5)
TILE_F = np.float32(TILE)
EVEN = np.float32(1 / (SAMPLES * SAMPLES))
SIDE_F = np.float32(SIDE)
SAMPLES_F = np.float32(SAMPLES)
RED, GREEN, BLUE, ALPHA = (channel * SQUARES for channel in range(4))


@device
def centres(work):  # type: ignore[no-untyped-def]
    """Square centres from the tile's centre into rows X and Y of `work`."""
    for i in range(SQUARES):
        work[X + i] = (np.float32(i % SIDE) + HALF - SIDE_F * HALF) / SAMPLES_F
        work[Y + i] = (np.float32(i // SIDE) + HALF - SIDE_F * HALF) / SAMPLES_F


@device
def layer_share(lines, edges, pairs, paints, pair, cx, cy, table, gaps, work, turns, within, out):  # type: ignore[no-untyped-def]
    """Coverage of one pair on the tile's squares into `out`; returns its edges in `table`."""
    layer = pairs.layer[pair]
    if pairs.full[pair]:
        radius = paints.radius[layer // 2]
        out[:] = min(radius / np.float32(0.1), F1) if layer % 2 == 1 else F1
        return 0
    path = layer // 2
    if layer % 2 == 1:
        radius = paints.radius[path]
        count = gather(lines, edges, layer, cx, cy, radius, table, gaps)
        stroke_share(table, count, radius, work, out)
    else:
        count = gather(lines, edges, layer, cx, cy, F0, table, gaps)
        wind(lines, path, paints.even_odd[path], cx, cy, turns, within)
        fill_share(table, count, within, work, out)
    return count


@device
def paint_of(paints, layer):  # type: ignore[no-untyped-def]
    """Straight RGBA of a layer."""
    path = layer // 2
    rgba = paints.stroke if layer % 2 == 1 else paints.fill
    return rgba[path, 0], rgba[path, 1], rgba[path, 2], rgba[path, 3]


@device
def over(state, out, red, green, blue, opacity):  # type: ignore[no-untyped-def]
    """Paint coverage `out` of a colour over the premultiplied squares `state`, flat [4, SQUARES].

    Flat, for the reason given at `cover.X`.
    """
    for i in range(SQUARES):
        alpha = opacity * out[i]
        state[RED + i] += alpha * (red - state[RED + i])
        state[GREEN + i] += alpha * (green - state[GREEN + i])
        state[BLUE + i] += alpha * (blue - state[BLUE + i])
        state[ALPHA + i] += alpha * (F1 - state[ALPHA + i])


@parallel_kernel
def draw(lines, edges, pairs, paints, background, width, height, most_edges, jobs):  # type: ignore[no-untyped-def]
    """Premultiplied RGBA [height, width, 4]."""
    columns, rows = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    picture = np.empty((height, width, 4), np.float32)
    for job in prange(jobs):
        table, gaps = np.empty((8, most_edges), np.float32), np.empty(most_edges, np.float32)
        work, state = np.empty(WORK, np.float32), np.empty(4 * SQUARES, np.float32)
        turns, within = np.empty(SQUARES, np.int32), np.empty(SQUARES, np.bool_)
        out = np.empty(SQUARES, np.float32)
        centres(work)
        for tile in range(job, columns * rows, jobs):
            x0, y0 = tile % columns * TILE, tile // columns * TILE
            cx, cy = np.float32(x0) + TILE_F * HALF, np.float32(y0) + TILE_F * HALF
            for c in range(4):
                state[c * SQUARES : (c + 1) * SQUARES] = background[c]
            for k in range(pairs.tile_first[tile], pairs.tile_first[tile + 1]):
                pair = pairs.order[k]
                layer_share(
                    lines, edges, pairs, paints, pair, cx, cy, table, gaps, work, turns, within, out
                )
                red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
                over(state, out, red, green, blue, opacity)
            for y in range(y0, min(y0 + TILE, height)):
                for x in range(x0, min(x0 + TILE, width)):
                    for c in range(4):
                        i = c * SQUARES + (y - y0) * SAMPLES * SIDE + (x - x0) * SAMPLES
                        top = state[i] + state[i + 1]
                        picture[y, x, c] = EVEN * (top + state[i + SIDE] + state[i + SIDE + 1])
    return picture


@device
def slopes_of_tile(slope, x0, y0, width, height, back):  # type: ignore[no-untyped-def]
    """Gradient by each square of the tile from that by the picture's pixels."""
    for i in range(SQUARES):
        x, y = x0 + i % SIDE // SAMPLES, y0 + i // SIDE // SAMPLES
        for c in range(4):
            back[c * SQUARES + i] = EVEN * slope[y, x, c] if x < width and y < height else F0


@device
def under(state, out, red, green, blue, opacity, back, by_share):  # type: ignore[no-untyped-def]
    """Undo `over`: gradient by coverage into `by_share`, by what lay below into `back`.

    Returns the gradient by red, green, blue and opacity.
    """
    by_red, by_green, by_blue, by_opacity = F0, F0, F0, F0
    for i in range(SQUARES):
        alpha = opacity * out[i]
        by_alpha = (
            back[RED + i] * (red - state[RED + i])
            + back[GREEN + i] * (green - state[GREEN + i])
            + back[BLUE + i] * (blue - state[BLUE + i])
            + back[ALPHA + i] * (F1 - state[ALPHA + i])
        )
        by_red += alpha * back[RED + i]
        by_green += alpha * back[GREEN + i]
        by_blue += alpha * back[BLUE + i]
        by_opacity += out[i] * by_alpha
        by_share[i] = opacity * by_alpha
        back[RED + i] *= F1 - alpha
        back[GREEN + i] *= F1 - alpha
        back[BLUE + i] *= F1 - alpha
        back[ALPHA + i] *= F1 - alpha
    return by_red, by_green, by_blue, by_opacity


@device
def spread(lines, edges, pairs, paints, pair, table, count, grads, points):  # type: ignore[no-untyped-def]
    """From the ends of lines to the four control points of their segments."""
    e0 = edges.first[pairs.layer[pair]]
    for k in range(count):
        i = edges.line[e0 + int(table[7, k])]
        place = pairs.slot[pair] + lines.segment[i] - pairs.segment_low[pair]
        if place < pairs.slot[pair] or place >= pairs.slot[pair + 1]:
            continue
        total = lines.count[lines.segment[i]]
        fine, last = np.float32(total), lines.place[i] + 1 == total
        a0, a1, a2, a3 = corner(np.float32(lines.place[i]) / fine, total)
        b0, b1, b2, b3 = corner(F1 if last else np.float32(lines.place[i] + 1) / fine, total)
        for axis in range(2):
            start, end = grads[k, axis], grads[k, 2 + axis]
            points[place, axis] += a0 * start + b0 * end
            points[place, 2 + axis] += a1 * start + b1 * end
            points[place, 4 + axis] += a2 * start + b2 * end
            points[place, 6 + axis] += a3 * start + b3 * end


@parallel_kernel
def draw_back(lines, edges, pairs, paints, background, slope, most_edges, most_layers, jobs):  # type: ignore[no-untyped-def]
    """Gradient of sum(slope * picture), one slot a pair: by paint and radius [M, 5], and by the
    control points of each segment of each pair [slots, 8].
    """
    height, width = slope.shape[0], slope.shape[1]
    columns, rows = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    by_paints = np.zeros((len(pairs.layer), 5), np.float32)
    by_segments = np.zeros((pairs.slot[-1], 8), np.float32)
    for job in prange(jobs):
        table, gaps = np.empty((8, most_edges), np.float32), np.empty(most_edges, np.float32)
        grads = np.empty((most_edges, 4), np.float32)
        work, back = np.empty(WORK, np.float32), np.empty(4 * SQUARES, np.float32)
        turns, within = np.empty(SQUARES, np.int32), np.empty(SQUARES, np.bool_)
        by_share = np.empty(SQUARES, np.float32)
        shares = np.empty((most_layers, SQUARES), np.float32)
        states = np.empty((most_layers + 1, 4 * SQUARES), np.float32)
        centres(work)
        for tile in range(job, columns * rows, jobs):
            k0, k1 = pairs.tile_first[tile], pairs.tile_first[tile + 1]
            x0, y0 = tile % columns * TILE, tile // columns * TILE
            cx, cy = np.float32(x0) + TILE_F * HALF, np.float32(y0) + TILE_F * HALF
            for c in range(4):
                states[0, c * SQUARES : (c + 1) * SQUARES] = background[c]
            for k in range(k0, k1):
                pair, j = pairs.order[k], k - k0
                layer_share(
                    lines, edges, pairs, paints, pair, cx, cy, table, gaps, work, turns, within, shares[j]
                )
                red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
                states[j + 1] = states[j]
                over(states[j + 1], shares[j], red, green, blue, opacity)
            slopes_of_tile(slope, x0, y0, width, height, back)
            for k in range(k1 - 1, k0 - 1, -1):
                pair, j = pairs.order[k], k - k0
                layer = pairs.layer[pair]
                red, green, blue, opacity = paint_of(paints, layer)
                r, g, b, o = under(
                    states[j], shares[j], red, green, blue, opacity, back, by_share
                )
                by_paints[pair, 0], by_paints[pair, 1], by_paints[pair, 2], by_paints[pair, 3] = r, g, b, o
                if pairs.full[pair]:
                    if layer % 2 == 1 and paints.radius[layer // 2] < np.float32(0.1):
                        by_paints[pair, 4] = np.float32(10) * by_share.sum()
                    continue
                path, count = layer // 2, 0
                if layer % 2 == 1:
                    radius = paints.radius[path]
                    count = gather(lines, edges, layer, cx, cy, radius, table, gaps)
                    grads[:count] = F0
                    work[SHARE : SHARE + SQUARES] = shares[j]
                    by_paints[pair, 4] = stroke_gradient(
                        table, count, radius, by_share, work, grads
                    )
                else:
                    count = gather(lines, edges, layer, cx, cy, F0, table, gaps)
                    grads[:count] = F0
                    wind(lines, path, paints.even_odd[path], cx, cy, turns, within)
                    fill_gradient(table, count, within, by_share, work, grads)
                spread(lines, edges, pairs, paints, pair, table, count, grads, by_segments)
    return by_paints, by_segments


@kernel
def collect(lines, pairs, by_paints, by_segments, by_points, by_radius, by_stroke, by_fill):  # type: ignore[no-untyped-def]
    """Sum the slots in layer order into the gradients of the paths (float64 sums)."""
    controls = lines.controls
    for layer in range(len(pairs.first) - 1):
        path = layer // 2
        by_paint = by_stroke if layer % 2 == 1 else by_fill
        for pair in range(pairs.first[layer], pairs.first[layer + 1]):
            for c in range(4):
                by_paint[path, c] += by_paints[pair, c]
            if layer % 2 == 1:
                by_radius[path] += by_paints[pair, 4]
            for place in range(pairs.slot[pair], pairs.slot[pair + 1]):
                segment = pairs.segment_low[pair] + place - pairs.slot[pair]
                for c in range(4):
                    by_points[controls[segment, c], 0] += by_segments[place, 2 * c]
                    by_points[controls[segment, c], 1] += by_segments[place, 2 * c + 1]
