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
def centres(work):
    """Square centres from the tile's centre into rows X and Y of `work`."""
    for i in range(SQUARES):
        work[X + i] = (np.float32(i % SIDE) + HALF - SIDE_F * HALF) / SAMPLES_F
        work[Y + i] = (np.float32(i // SIDE) + HALF - SIDE_F * HALF) / SAMPLES_F


@device
def layer_share(lines, edges, pairs, paints, pair, cx, cy, table, gaps, work, turns, within, out):
    """Coverage of one pair on the tile's squares into `out`; how many edges are in `table`."""
    layer = pairs.layer[pair]
    if pairs.full[pair]:
        for i in range(SQUARES):
            out[i] = F1
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
def paint_of(paints, layer):
    """Straight RGBA of a layer."""
    path = layer // 2
    rgba = paints.stroke if layer % 2 == 1 else paints.fill
    return rgba[path, 0], rgba[path, 1], rgba[path, 2], rgba[path, 3]


@device
def over(state, out, red, green, blue, opacity):
    """Paint coverage `out` of a colour over the premultiplied squares `state`, flat [4, SQUARES].

    Flat, for the reason given at `cover.X`.
    """
    for i in range(SQUARES):
        alpha = opacity * out[i]
        state[RED + i] += alpha * (red - state[RED + i])
        state[GREEN + i] += alpha * (green - state[GREEN + i])
        state[BLUE + i] += alpha * (blue - state[BLUE + i])
        state[ALPHA + i] += alpha * (F1 - state[ALPHA + i])


@device
def average(state, picture, x0, y0):
    """Mean of the squares of every pixel of the tile into the picture."""
    height, width = picture.shape[0], picture.shape[1]
    for y in range(y0, min(y0 + TILE, height)):
        for x in range(x0, min(x0 + TILE, width)):
            for c in range(4):
                i = c * SQUARES + (y - y0) * SAMPLES * SIDE + (x - x0) * SAMPLES
                top = state[i] + state[i + 1]
                picture[y, x, c] = EVEN * (top + state[i + SIDE] + state[i + SIDE + 1])


@device
def draw_tiles(lines, edges, pairs, paints, background, picture, most_edges, job, jobs):
    """Draw every `jobs`-th tile, from tile `job` on."""
    table, gaps = np.empty((9, most_edges), np.float32), np.empty(most_edges, np.float32)
    work, state = np.empty(WORK, np.float32), np.empty(4 * SQUARES, np.float32)
    turns, within = np.empty(SQUARES, np.int32), np.empty(SQUARES, np.bool_)
    out = np.empty(SQUARES, np.float32)
    columns = (picture.shape[1] + TILE - 1) // TILE
    centres(work)
    for tile in range(job, len(pairs.tile_first) - 1, jobs):
        x0, y0 = tile % columns * TILE, tile // columns * TILE
        cx, cy = np.float32(x0) + TILE_F * HALF, np.float32(y0) + TILE_F * HALF
        start_state(state, background)
        for k in range(pairs.tile_first[tile], pairs.tile_first[tile + 1]):
            pair = pairs.order[k]
            layer_share(
                lines, edges, pairs, paints, pair, cx, cy, table, gaps, work, turns, within, out
            )
            red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
            over(state, out, red, green, blue, opacity)
        average(state, picture, x0, y0)


@device
def start_state(state, background):
    """The background on every square."""
    for c in range(4):
        for i in range(SQUARES):
            state[c * SQUARES + i] = background[c]


@parallel_kernel
def draw(lines, edges, pairs, paints, background, width, height, most_edges, jobs):
    """Premultiplied RGBA [height, width, 4]."""
    picture = np.empty((height, width, 4), np.float32)
    for job in prange(jobs):
        draw_tiles(lines, edges, pairs, paints, background, picture, most_edges, job, jobs)
    return picture


@device
def slopes_of_tile(slope, x0, y0, back):
    """Gradient by each square of the tile from that by the picture's pixels."""
    height, width = slope.shape[0], slope.shape[1]
    for i in range(SQUARES):
        x, y = x0 + i % SIDE // SAMPLES, y0 + i // SIDE // SAMPLES
        for c in range(4):
            back[c * SQUARES + i] = EVEN * slope[y, x, c] if x < width and y < height else F0


@device
def under(state, out, red, green, blue, opacity, back, by_share, by_paint):
    """Undo `over`: the gradient by coverage into `by_share`, by what lay below into `back`.

    That by red, green, blue and opacity goes into `by_paint`.
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
    by_paint[0], by_paint[1], by_paint[2], by_paint[3] = by_red, by_green, by_blue, by_opacity


@device
def spread(lines, edges, pairs, pair, table, count, grads, points):
    """From the ends of lines to the four control points of their segments."""
    e0 = edges.first[pairs.layer[pair]]
    for k in range(count):
        i = edges.line[e0 + int(table[7, k])]
        place = pairs.slot[pair] + lines.segment[i] - pairs.segment_low[pair]
        if place < pairs.slot[pair] or place >= pairs.slot[pair + 1]:
            continue
        total = lines.counts[lines.segment[i]]
        fine, last = np.float32(total), lines.place[i] + 1 == total
        a0, a1, a2, a3 = corner(np.float32(lines.place[i]) / fine, total)
        b0, b1, b2, b3 = corner(F1 if last else np.float32(lines.place[i] + 1) / fine, total)
        for axis in range(2):
            start, end = grads[k, axis], grads[k, 2 + axis]
            points[place, axis] += a0 * start + b0 * end
            points[place, 2 + axis] += a1 * start + b1 * end
            points[place, 4 + axis] += a2 * start + b2 * end
            points[place, 6 + axis] += a3 * start + b3 * end


@device
def draw_tiles_back(
    lines, edges, pairs, paints, background, slope, by_paints, by_segments,
    most_edges, most_layers, job, jobs,
):  # fmt: skip
    """Gradients of every `jobs`-th tile, from tile `job` on, into the slots of its pairs."""
    gaps, grads = np.empty(most_edges, np.float32), np.empty((most_edges, 4), np.float32)
    back, by_share = np.empty(4 * SQUARES, np.float32), np.empty(SQUARES, np.float32)
    turns = np.empty(SQUARES, np.int32)
    # What is found on the way up through a tile's layers is there again on the way down.
    tables, counts = (
        np.empty((most_layers, 9, most_edges), np.float32),
        np.empty(most_layers, np.int32),
    )
    works = np.empty((most_layers, WORK), np.float32)
    withins = np.empty((most_layers, SQUARES), np.bool_)
    shares = np.empty((most_layers, SQUARES), np.float32)
    states = np.empty((most_layers + 1, 4 * SQUARES), np.float32)
    columns = (slope.shape[1] + TILE - 1) // TILE
    for j in range(most_layers):
        centres(works[j])
    for tile in range(job, len(pairs.tile_first) - 1, jobs):
        k0, k1 = pairs.tile_first[tile], pairs.tile_first[tile + 1]
        x0, y0 = tile % columns * TILE, tile // columns * TILE
        cx, cy = np.float32(x0) + TILE_F * HALF, np.float32(y0) + TILE_F * HALF
        start_state(states[0], background)
        for k in range(k0, k1):
            pair, j = pairs.order[k], k - k0
            counts[j] = layer_share(
                lines, edges, pairs, paints, pair, cx, cy, tables[j], gaps, works[j], turns,
                withins[j], shares[j],
            )  # fmt: skip
            red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
            for i in range(4 * SQUARES):
                states[j + 1, i] = states[j, i]
            over(states[j + 1], shares[j], red, green, blue, opacity)
        slopes_of_tile(slope, x0, y0, back)
        for k in range(k1 - 1, k0 - 1, -1):
            pair, j = pairs.order[k], k - k0
            red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
            under(states[j], shares[j], red, green, blue, opacity, back, by_share, by_paints[pair])
            if not pairs.full[pair]:
                layer_gradient(
                    pairs, paints, pair, tables[j], counts[j], works[j], withins[j], shares[j],
                    by_share, by_paints[pair], grads,
                )  # fmt: skip
                spread(lines, edges, pairs, pair, tables[j], counts[j], grads, by_segments)


@device
def layer_gradient(
    pairs, paints, pair, table, count, work, within, shares, by_share, by_paint, grads
):
    """Gradient of one pair by its edges into `grads`, by its radius into `by_paint`.

    table, count, work, within: as `layer_share` left them.
    """
    layer = pairs.layer[pair]
    path, stroke = layer // 2, layer % 2 == 1
    for k in range(count):
        grads[k, 0], grads[k, 1], grads[k, 2], grads[k, 3] = F0, F0, F0, F0
    if stroke:
        for i in range(SQUARES):
            work[SHARE + i] = shares[i]
        by_paint[4] = stroke_gradient(table, count, paints.radius[path], by_share, work, grads)
    else:
        fill_gradient(table, count, within, by_share, work, grads)


@parallel_kernel
def draw_back(lines, edges, pairs, paints, background, slope, most_edges, most_layers, jobs):
    """Gradient of sum(slope * picture), in slots of the pairs.

    By paint and radius [M, 5], and by the control points of each of their segments [slots, 8].
    """
    by_paints = np.zeros((len(pairs.layer), 5), np.float32)
    by_segments = np.zeros((pairs.slot[-1], 8), np.float32)
    for job in prange(jobs):
        draw_tiles_back(
            lines, edges, pairs, paints, background, slope, by_paints, by_segments,
            most_edges, most_layers, job, jobs,
        )  # fmt: skip
    return by_paints, by_segments


@kernel
def collect(lines, pairs, by_paints, by_segments, by_points, by_radius, by_stroke, by_fill):
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
