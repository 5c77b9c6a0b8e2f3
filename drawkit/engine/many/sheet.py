"""Many drawings on one sheet: rows and columns are named by what they differ in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from drawkit.config.vary import Axis, Point, told
from drawkit.pictures.contact_sheet import Cell, contact_sheet

__all__ = ["SIDE", "grid_sheet", "named_sheet", "ranked_sheet"]

SIDE = 192
"""px of a picture."""
_LONGEST_ROW = 8


def named_sheet(pictures: Sequence[tuple[str, bytes]], columns: int, side: int) -> bytes:
    """A PNG of pictures, as PNG files, each with its name below it."""
    return contact_sheet([Cell(name, picture) for name, picture in pictures], columns, side)


def ranked_sheet(
    points: Sequence[Point], found: Sequence[tuple[bytes | None, float | None]]
) -> bytes:
    """A PNG of drawings in this order, each with what it differs in, and its score.

    found: for each point a picture, as a PNG, and its score.
    """
    cells = [
        Cell(_with_score(point.label, score), picture)
        for point, (picture, score) in zip(points, found, strict=True)
    ]
    return contact_sheet(cells, max(1, math.ceil(math.sqrt(len(cells)))), SIDE)


def grid_sheet(
    axes: Sequence[Axis], found: Mapping[Point, tuple[bytes | None, float | None]]
) -> bytes:
    """A PNG of a whole grid: the last axis from left to right, the others downwards.

    A lone axis goes on in the next row where it is long. found: what there is of each point, in
    the order of `grid`; a picture that is missing is crossed out.
    """
    points = list(found)
    if len(axes) == 1:
        columns = min(len(points), _LONGEST_ROW)
        cells = [Cell(_with_score(p.label, found[p][1]), found[p][0]) for p in points]
        return contact_sheet(cells, columns, SIDE)
    last = axes[-1]
    columns = len(last.values)
    titles = [f"{last.name} {told(value)}" for value in last.values]
    names = [Point(point.values[:-1]).label for point in points[::columns]]
    cells = [Cell(_with_score("", found[p][1]), found[p][0]) for p in points]
    return contact_sheet(cells, columns, SIDE, titles, names)


def _with_score(label: str, score: float | None) -> str:
    parts = (label, "" if score is None else f"{score:.3f}")
    return "  ".join(part for part in parts if part)
