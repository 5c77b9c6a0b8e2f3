"""Sides of cells or pixels joined to closed outlines."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["Point", "loops"]

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
