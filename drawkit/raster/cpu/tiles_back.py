"""The kernels of the way back: from the picture's gradient to that of the paths."""

from __future__ import annotations

import numpy as np
from numba import prange

from drawkit.raster.constants import TILE
from drawkit.raster.cpu.cover import FULL_RECORDS, MIN_RADIUS
from drawkit.raster.cpu.jit import device, maker, parallel_kernel
from drawkit.raster.cpu.near import LANES, SQUARES
from drawkit.raster.cpu.scalars import maths
from drawkit.raster.cpu.tiles import (
    BACK,
    BY_SHARE,
    EVEN,
    NONE,
    ONE,
    RED,
    YES,
    Kept,
    corner_of,
    find_layer,
    find_tile,
    hide_all_but,
    new_kept,
    new_scratch,
    over,
    paint_of,
    square_of,
    start,
)

__all__ = ["draw_backward"]

corner = maths.corner
F0, F1 = np.float32(0), np.float32(1)
SMALL = np.float32(1e-9)
MOST_RECORDS = np.int64(FULL_RECORDS)


@device
def spread_over_squares(grad_output, x0, y0, work):
    """Gradient by each square of the tile from that by the picture's pixels."""
    height, width = grad_output.shape[1], grad_output.shape[2]
    for c in range(4):
        for y in range(TILE):
            for x in range(TILE):
                seen = x0 + x < width and y0 + y < height
                value = EVEN * grad_output[c, y0 + y, x0 + x] if seen else F0
                i = BACK + c * SQUARES + square_of(x, y)
                work[i], work[i + 1], work[i + 4], work[i + 5] = value, value, value, value


@device
def over_backward(squares, sums, below, out, red, green, blue, opacity):
    """Undo `over` in one block: gradients by coverage, by what lay below and by the paint.

    squares: the work array from the block's first square on; its row BY_SHARE gets the first, its
    rows BACK the second. below: what lay below. sums: [4 * LANES], by red, green, blue and
    opacity, added to.
    """
    for i in range(LANES):
        share, alpha = out[i], opacity * out[i]
        by_red, by_green = squares[BACK + i], squares[BACK + SQUARES + i]
        by_blue, by_alpha = squares[BACK + 2 * SQUARES + i], squares[BACK + 3 * SQUARES + i]
        value = (
            by_red * (red - below[i])
            + by_green * (green - below[LANES + i])
            + by_blue * (blue - below[2 * LANES + i])
            + by_alpha * (F1 - below[3 * LANES + i])
        )
        sums[i] += alpha * by_red
        sums[LANES + i] += alpha * by_green
        sums[2 * LANES + i] += alpha * by_blue
        sums[3 * LANES + i] += share * value
        squares[BY_SHARE + i] = opacity * value
        squares[BACK + i] = (F1 - alpha) * by_red
        squares[BACK + SQUARES + i] = (F1 - alpha) * by_green
        squares[BACK + 2 * SQUARES + i] = (F1 - alpha) * by_blue
        squares[BACK + 3 * SQUARES + i] = (F1 - alpha) * by_alpha


@device
def sum_paint(sums, by_paint):
    """The sums that `over_backward` left."""
    for c in range(4):
        total = F0
        for i in range(LANES):
            total += sums[c * LANES + i]
        by_paint[c] = total


@maker
def draw_tiles_backward(
    lines, edges, pairs, paints, background, grad_output, by_paints, by_edges, kept, most_edges,
    most_layers, job, jobs,
):  # fmt: skip
    """Gradients of every `jobs`-th tile, from tile `job` on, into the slots of its pairs."""
    scratch = new_scratch(most_edges)
    have = len(kept.shares) > 0
    found = kept if have else Kept(*new_kept(most_layers, NONE))
    again = Kept(*new_kept(ONE, MOST_RECORDS))
    sums = np.empty(4 * LANES, np.float32)
    below = np.empty(most_layers * 4 * SQUARES, np.float32)
    for tile in range(job, len(pairs.tile_first) - 1, jobs):
        draw_tile_backward(
            lines, edges, pairs, paints, background, grad_output, by_paints, by_edges, scratch,
            have, found, again, below, sums, tile,
        )  # fmt: skip


@device
def draw_tile_backward(
    lines, edges, pairs, paints, background, grad_output, by_paints, by_edges, scratch, have,
    found, again, below, sums, tile,
):  # fmt: skip
    """Gradients of one tile.

    have: `found` holds what drawing found; else it is found here once more. Room: `again` for the
    records of one layer; `below` for what lay below each, [layers * 4 * SQUARES]; sums [4 * LANES].
    """
    work = scratch.work
    x0, y0, cx, cy = corner_of(tile, grad_output.shape[2])
    k0, k1 = pairs.tile_first[tile], pairs.tile_first[tile + 1]
    if not have:
        find_tile(lines, edges, pairs, paints, tile, cx, cy, scratch, found, have)
    start(work, background)
    for k in range(k0, k1):
        pair, place = pairs.order[k], (k - k0) * 4 * SQUARES
        row = pair if have else k - k0
        red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
        for q in range(found.touched[row]):
            first, at = np.int64(found.blocks[row, q]) * LANES, place + q * 4 * LANES
            out = found.shares[row, first : first + LANES]
            set_aside(work[first:], below[at:])
            over(work[first:], out, red, green, blue, opacity)
    spread_over_squares(grad_output, x0, y0, work)
    for k in range(k1 - 1, k0 - 1, -1):
        pair, place = pairs.order[k], (k - k0) * 4 * SQUARES
        row = pair if have else k - k0
        if found.touched[row] == 0:
            continue
        red, green, blue, opacity = paint_of(paints, pairs.layer[pair])
        for i in range(4 * LANES):
            sums[i] = F0
        for q in range(found.touched[row]):
            first, at = np.int64(found.blocks[row, q]) * LANES, place + q * 4 * LANES
            out = found.shares[row, first : first + LANES]
            over_backward(work[first:], sums, below[at:], out, red, green, blue, opacity)
        sum_paint(sums, by_paints[pair])
        if pairs.full[pair]:
            continue
        if have and found.total[row] >= 0:
            by_paints[pair, 4] = move_edges(pairs, paints, pair, found, row, work, by_edges)
            continue
        hide_all_but(found.blocks[row], found.touched[row], scratch.hidden)
        find_layer(
            lines, edges, pairs, paints, pair, cx, cy, scratch, again, NONE, NONE, MOST_RECORDS, YES
        )
        by_paints[pair, 4] = move_edges(pairs, paints, pair, again, NONE, work, by_edges)


@device
def set_aside(squares, below):
    """Copy a block's squares to `below`."""
    for c in range(4):
        for i in range(LANES):
            below[c * LANES + i] = squares[RED + c * SQUARES + i]


@device
def move_edges(pairs, paints, pair, found, row, work, by_edges):
    """Gradient of one pair by its edges into its slots; returns that by its radius.

    It follows from that by its coverage, in row BY_SHARE of `work`, and its records.
    """
    slot, by_radius = pairs.slot[pair], F0
    mine = by_edges[slot : pairs.slot[pair + 1]]
    records = found.records[found.first[row] : found.first[row] + found.total[row]]
    for r in range(len(records)):
        by_share = work[BY_SHARE + np.uint32(records[r, 0])]
        place = np.uint32(records[r, 1])
        for c in range(4):
            mine[place, c] += by_share * records[r, 2 + c]
        by_radius += by_share * records[r, 6]
    layer = pairs.layer[pair]
    radius = paints.radius[layer // 2]
    if layer % 2 == 1 and radius < MIN_RADIUS:  # the coverage itself grows with the radius
        for q in range(found.touched[row]):
            base = found.blocks[row, q] * LANES
            for i in range(base, base + LANES):
                by_radius += work[BY_SHARE + i] * found.shares[row, i] / max(radius, SMALL)
    return by_radius


@parallel_kernel
def draw_backward(
    lines, edges, pairs, paints, background, grad_output, kept, most_edges, most_layers, jobs,
    by_points, by_radius, by_stroke, by_fill,
):  # fmt: skip
    """Add the gradients of sum(grad_output * picture) to the last four.

    grad_output: [4, height, width].
    """
    by_paints = np.zeros((len(pairs.layer), 5), np.float32)
    by_edges = np.zeros((pairs.slot[-1], 4), np.float32)
    for job in prange(jobs):
        draw_tiles_backward(
            lines, edges, pairs, paints, background, grad_output, by_paints, by_edges, kept,
            most_edges, most_layers, np.int64(job), jobs,
        )  # fmt: skip
    for path in prange(len(by_radius)):
        for layer in range(2 * path, 2 * path + 2):
            by_paint = by_stroke if layer % 2 == 1 else by_fill
            collect(pairs, by_paints, layer, by_paint, by_radius)
            spread(lines, edges, pairs, by_edges, layer, by_points)


@device
def collect(pairs, by_paints, layer, by_paint, by_radius):
    """Sum the gradients of a layer's pairs by its paint, and of a stroke by its radius."""
    path = layer // 2
    for pair in range(pairs.first[layer], pairs.first[layer + 1]):
        for c in range(4):
            by_paint[path, c] += by_paints[pair, c]
        if layer % 2 == 1:
            by_radius[path] += by_paints[pair, 4]


@maker
def spread(lines, edges, pairs, by_edges, layer, by_points):
    """Sum a layer's slots by edge, then from the ends of lines to their four control points."""
    first, total = edges.first[layer], edges.first[layer + 1] - edges.first[layer]
    sums = np.zeros((total, 4), np.float64)
    for pair in range(pairs.first[layer], pairs.first[layer + 1]):
        base = pairs.edge_low[pair] - first - pairs.slot[pair]
        for place in range(pairs.slot[pair], pairs.slot[pair + 1]):
            for c in range(4):
                sums[base + place, c] += by_edges[place, c]
    for e in range(total):
        i = edges.line[first + e]
        s, parts = lines.segment[i], lines.counts[lines.segment[i]]
        fine, last = np.float32(parts), lines.place[i] + 1 == parts
        a0, a1, a2, a3 = corner(np.float32(lines.place[i]) / fine, parts)
        b0, b1, b2, b3 = corner(F1 if last else np.float32(lines.place[i] + 1) / fine, parts)
        for axis in range(2):
            start, end = sums[e, axis], sums[e, 2 + axis]
            by_points[lines.controls[s, 0], axis] += a0 * start + b0 * end
            by_points[lines.controls[s, 1], axis] += a1 * start + b1 * end
            by_points[lines.controls[s, 2], axis] += a2 * start + b2 * end
            by_points[lines.controls[s, 3], axis] += a3 * start + b3 * end
