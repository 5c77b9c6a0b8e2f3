"""Kernels that turn cubics into lines: every path as short straight lines, in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from drawkit.raster.cpu.jit import kernel
from drawkit.raster.cpu.scalars import maths

__all__ = ["Lines", "count_lines", "list_controls", "make_lines"]

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
corner, line_count = maths.corner, maths.line_count
F0, F1 = np.float32(0), np.float32(1)


class Lines(NamedTuple):
    """L lines of all paths; path p has lines first[p] to first[p + 1].

    The last `closing[p]` of them close an open path for its fill and are no part of its stroke.
    start, step: [L, 2]; place: [L] which line of the segment [L] it comes from; counts:
    [segments] lines of each; controls: [segments, 4] point indices.
    """

    first: I32
    closing: I32
    start: F32
    step: F32
    place: I32
    segment: I32
    counts: I32
    controls: I32


@kernel
def list_controls(segments, closed, filled):
    """Point indices of every segment [S, 4], first segment of each path, closing segments."""
    paths = len(segments)
    first, closing = np.zeros(paths + 1, np.int32), np.zeros(paths, np.int32)
    for path in range(paths):
        closing[path] = filled[path] and not closed[path]
        first[path + 1] = first[path] + segments[path] + closing[path]
    controls = np.empty((first[paths], 4), np.int32)
    base = 0
    for path in range(paths):
        count = segments[path]
        points = 3 * count + (not closed[path])
        for s in range(count):
            for k in range(4):
                controls[first[path] + s, k] = base + (3 * s + k) % points
        if closing[path]:
            for k in range(4):
                controls[first[path] + count, k] = base + (points - 1 if k < 2 else 0)
        base += points
    return controls, first, closing


@kernel
def count_lines(points, controls, segment_first, counts):
    """Lines of each segment into `counts`; returns first line of each path, [N + 1]."""
    paths = len(segment_first) - 1
    first = np.zeros(paths + 1, np.int32)
    for path in range(paths):
        total = 0
        for s in range(segment_first[path], segment_first[path + 1]):
            a, b, c, d = controls[s, 0], controls[s, 1], controls[s, 2], controls[s, 3]
            if a == b and c == d:
                counts[s] = 1  # the straight closing line
            else:
                counts[s] = line_count(
                    points[a, 0], points[a, 1], points[b, 0], points[b, 1],
                    points[c, 0], points[c, 1], points[d, 0], points[d, 1],
                )  # fmt: skip
            total += counts[s]
        first[path + 1] = first[path] + total
    return first


@kernel
def make_lines(points, controls, counts, start, step, place, segment):
    """Fill the line arrays, segment after segment."""
    line = 0
    for s in range(len(counts)):
        a, b, c, d = controls[s, 0], controls[s, 1], controls[s, 2], controls[s, 3]
        count = counts[s]
        x, y = points[a, 0], points[a, 1]
        for j in range(count):
            t = F1 if j + 1 == count else np.float32(j + 1) / np.float32(count)
            w0, w1, w2, w3 = corner(t, count)
            next_x = w0 * points[a, 0] + w1 * points[b, 0] + w2 * points[c, 0] + w3 * points[d, 0]
            next_y = w0 * points[a, 1] + w1 * points[b, 1] + w2 * points[c, 1] + w3 * points[d, 1]
            start[line, 0], start[line, 1] = x, y
            step[line, 0], step[line, 1] = next_x - x, next_y - y
            place[line] = j
            segment[line] = s
            x, y = next_x, next_y
            line += 1
