"""Sides of cells or pixels joined to closed outlines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["Point", "loops", "pixel_sides"]

Point = tuple[int, int]
"""x and y, as whole numbers, of a corner."""


def loops(edges: dict[Point, list[Point]]) -> Iterator[list[Point]]:
    """Closed ways through all edges, from the top down; the edges are used up.

    edges: from each corner to those that follow it.
    """
    for first in sorted(edges, key=lambda point: (point[1], point[0])):
        while edges[first]:
            loop, here = [first], edges[first].pop()
            while here != first:
                loop.append(here)
                here = edges[here].pop()
            yield loop


def pixel_sides(mask: npt.NDArray[np.bool_]) -> dict[Point, list[Point]]:
    """From each corner to those that follow it along the border of what is true in [H, W].

    Clockwise around what is true, anticlockwise around holes.
    """
    padded = np.pad(mask, 1)
    inner = padded[1:-1, 1:-1]
    sides = (  # what lies beside a pixel, where that side begins and ends, clockwise
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    following: dict[Point, list[Point]] = {}
    for beside, begin, end in sides:
        for row, column in np.argwhere(inner & ~beside).tolist():
            here = column + begin[0], row + begin[1]
            following.setdefault(here, []).append((column + end[0], row + end[1]))
    return following
