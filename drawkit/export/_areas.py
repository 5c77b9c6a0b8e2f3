"""Filled paths and cells as areas, and areas as the lines that a pen fills them with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

from drawkit.export._footprints import sampled
from drawkit.export._outline import grid_outlines
from drawkit.scene import Path
from drawkit.scene.grid import Grid

__all__ = ["area_of", "cell_areas", "hatched"]

_Floats = npt.NDArray[np.float64]


def area_of(path: Path, step: float) -> Any:
    """What the fill of a path covers, by its rule, as a shapely area; curves as steps that long."""
    runs = [sampled(run, step) for run in path.subpaths]
    rings = [np.vstack([run, run[:1]]) for run in runs if len(np.unique(run, axis=0)) > 2]
    return _enclosed(rings, even_odd=path.fill_rule == "evenodd")


def cell_areas(grid: Grid, width: float) -> list[tuple[tuple[int, int, int], Any]]:
    """Colour and area of all cells of each colour, in a picture that wide; the first frame."""
    stacked = [
        (grid.palette[index], _enclosed([np.array(loop + loop[:1]) for loop in loops]))
        for index, loops in grid_outlines(grid, width)
    ]
    above = [area for _, area in stacked[1:]] + [shapely.Polygon()]
    return [
        (color, area.difference(over)) for (color, area), over in zip(stacked, above, strict=True)
    ]


def _enclosed(rings: list[_Floats], *, even_odd: bool = False) -> Any:
    """What closed rings [N, 2] enclose, by the rule of even turns or by that of turns at all."""
    if not rings:
        return shapely.Polygon()
    lines = shapely.union_all([shapely.LineString(ring) for ring in rings])
    kept = []
    for face in shapely.get_parts(shapely.polygonize([lines])):
        inside = shapely.get_coordinates(face.representative_point())[0]
        turns = sum(_winding(inside, ring) for ring in rings)
        if turns % 2 if even_odd else turns:
            kept.append(face)
    return shapely.union_all(kept)


def hatched(area: Any, spacing: float, angle: float) -> list[_Floats]:
    """Parallel lines across an area, [2, 2] each, every other one the other way round.

    angle: degrees from the x axis, anticlockwise as seen (y points down).
    """
    if area.is_empty:
        return []
    turned = affinity.rotate(area, angle, origin=(0, 0))
    left, top, right, bottom = turned.bounds
    # On a lattice of the page, so that neighbouring areas of one pen share their lines.
    rows = np.arange(np.ceil(top / spacing), np.floor(bottom / spacing) + 1) * spacing
    if len(rows) == 0:  # thinner than the spacing: one line through the middle
        rows = np.array([(top + bottom) / 2])
    across = np.array([[[left - 1, y], [right + 1, y]] for y in rows])
    lines = shapely.intersection(shapely.linestrings(across), turned)
    back = affinity.rotate(
        shapely.MultiLineString([p for line in lines for p in _straight(line)]),
        -angle,
        origin=(0, 0),
    )
    found = [shapely.get_coordinates(part) for part in shapely.get_parts(back)]
    return [line if at % 2 == 0 else line[::-1] for at, line in enumerate(found)]


def _straight(found: Any) -> list[_Floats]:
    """The lines of an intersection, without the points where it only touches."""
    lines = [p for p in shapely.get_parts(found) if p.geom_type == "LineString" and p.length > 0]
    return [shapely.get_coordinates(line) for line in lines]


def _winding(point: _Floats, ring: _Floats) -> int:
    """How often a closed ring [N, 2] runs around a point."""
    start, end = ring[:-1] - point, ring[1:] - point
    cross = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    up = (start[:, 1] <= 0) & (end[:, 1] > 0) & (cross > 0)
    down = (start[:, 1] > 0) & (end[:, 1] <= 0) & (cross < 0)
    return int(up.sum() - down.sum())
