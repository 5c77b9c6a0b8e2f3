"""The rasterizer's maths as plain scalar functions, compiled for a backend by `build`.

Scalars in, scalars or tuples out, `math` only, every constant a float32: the same source runs as
it stands, and compiles with `numba.njit` for the CPU and with `cuda.jit(device=True)` for a GPU (a
Python literal would become float64 there).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from drawkit.raster import constants

__all__ = ["Maths", "build"]

ZERO, HALF, ONE, TWO, THREE = (np.float32(v) for v in (0, 0.5, 1, 2, 3))
THREE_QUARTERS = np.float32(0.75)
TINY = np.float32(1e-6)  # an edge nearer to an axis than this is on it
ROOT2 = np.float32(math.sqrt(2))
FLATNESS, DOT = np.float32(constants.FLATNESS), np.float32(constants.DOT)
MIN_LINES, MAX_LINES, DOT_LINES = constants.MIN_LINES, constants.MAX_LINES, constants.DOT_LINES
SAMPLES, MAX_GRID = constants.SAMPLES, constants.MAX_GRID


class Maths(NamedTuple):
    """The functions of this file, compiled for one backend."""

    corner: Callable[..., Any]
    line_count: Callable[..., Any]
    along: Callable[..., Any]
    grid_of: Callable[..., Any]
    inside: Callable[..., Any]
    share: Callable[..., Any]
    share_slopes: Callable[..., Any]
    to_edge: Callable[..., Any]


def build(device: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Maths:
    """Compile the scalar functions with `device` (a decorator)."""

    @device
    def corner(t, count):
        """Weights of the control points in the corner at t of a cubic made of `count` lines.

        Lines cut the curve short: corners inside it are moved out by half the second
        derivative times dt^2 / 6, the mean distance between curve and line.
        """
        s = ONE - t
        if t == ZERO or t == ONE:  # noqa: SIM109 (numba compiles this to two tests)
            return s, ZERO, ZERO, t
        out = HALF / (np.float32(count) * np.float32(count))
        return (
            s * s * s - out * s,
            THREE * s * s * t - out * (t - TWO * s),
            THREE * s * t * t - out * (s - TWO * t),
            t * t * t - out * t,
        )

    @device
    def line_count(x0, y0, x1, y1, x2, y2, x3, y3):
        """Lines that replace a cubic within `FLATNESS` px (Wang 1984)."""
        length = math.hypot(x1 - x0, y1 - y0) + math.hypot(x2 - x1, y2 - y1)
        if length + math.hypot(x3 - x2, y3 - y2) < DOT:
            return DOT_LINES
        bend = max(
            math.hypot(x0 - TWO * x1 + x2, y0 - TWO * y1 + y2),
            math.hypot(x1 - TWO * x2 + x3, y1 - TWO * y2 + y3),
        )
        count = math.ceil(math.sqrt(THREE_QUARTERS * bend / FLATNESS))
        return int(min(max(count, MIN_LINES), MAX_LINES))

    @device
    def along(wx, wy, ex, ey, inverse, low, high):
        """Parameter in [low, high] of the point of a line nearest to w (from the line's start).

        e is the line, `inverse` 1 / |e|^2; where that is 0 the line is a dot.
        """
        if inverse == ZERO:
            return HALF
        return min(max((wx * ex + wy * ey) * inverse, low), high)

    @device
    def to_edge(wx, wy, ex, ey, inverse, low, high):
        """From an edge to a point w from its start: squared distance, the vector, the parameter.

        As `along`, but without a branch, so that loops over it vectorize.
        """
        middle = HALF if inverse == ZERO else ZERO
        u = min(max((wx * ex + wy * ey) * inverse + middle, low), high)
        gx, gy = wx - u * ex, wy - u * ey
        return gx * gx + gy * gy, gx, gy, u

    @device
    def inside(number, even_odd):
        """SVG's fill rules, of a winding number."""
        return number % 2 != 0 if even_odd else number != 0

    @device
    def grid_of(radius):
        """Squares a pixel side that a stroke needs: none wider than sqrt(2) radius."""
        grid = SAMPLES
        while grid < MAX_GRID and np.float32(grid) * ROOT2 * radius < ONE:
            grid *= 2
        return grid

    @device
    def share(depth, nx, ny):
        """Share of the unit square at the origin covered by `n . y <= depth`, |n| = 1."""
        ax, ay = abs(nx), abs(ny)
        a, b = max(ax, ay), max(min(ax, ay), TINY)
        outer, size = (a + b) * HALF, abs(depth)
        if size >= outer:
            part = ONE
        elif size <= (a - b) * HALF:
            part = HALF + size / a
        else:
            part = ONE - (outer - size) * (outer - size) / (TWO * a * b)
        return part if depth >= ZERO else ONE - part

    @device
    def share_slopes(depth, nx, ny):
        """Derivatives of `share` by depth, and by the angle of n (anticlockwise, x to y)."""
        ax, ay = abs(nx), abs(ny)
        a, b = max(ax, ay), max(min(ax, ay), TINY)
        outer, size = (a + b) * HALF, abs(depth)
        if size >= outer:
            return ZERO, ZERO
        if size <= (a - b) * HALF:
            by_depth, by_a, by_b = ONE / a, -size / (a * a), ZERO
        else:
            rest = outer - size
            by_depth = rest / (a * b)
            by_a = rest / (TWO * a * b) * (rest / a - ONE)
            by_b = rest / (TWO * a * b) * (rest / b - ONE)
        if depth < ZERO:
            by_a, by_b = -by_a, -by_b
        by_x, by_y = (by_a, by_b) if ax >= ay else (by_b, by_a)
        turn_x = -ny if nx >= ZERO else ny
        turn_y = nx if ny >= ZERO else -nx
        return by_depth, by_x * turn_x + by_y * turn_y

    return Maths(corner, line_count, along, grid_of, inside, share, share_slopes, to_edge)
