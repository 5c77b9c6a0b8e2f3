"""The basic shapes of SVG as runs of cubic curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.path_data import line_to, runs_of
from drawkit.pictures.svg.values import View, length, numbers
from drawkit.scene import Subpath

__all__ = ["SHAPES", "runs_of_shape"]

SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")

Floats = npt.NDArray[np.float64]
_ROUND = 4 / 3 * (2**0.5 - 1)
"""Length of the handles of a quarter of a circle of radius 1."""


def runs_of_shape(element: Any, style: dict[str, str], view: View) -> list[Subpath]:
    """The runs of an element of `SHAPES`; none where it has no size."""
    name = local_name(element)

    def of(key: str, axis: str, usual: float = 0.0) -> float:
        return length(style.get(key), view, axis, usual)

    if name == "path":
        return runs_of(style.get("d", ""))
    if name == "rect":
        return _rect(of("x", "x"), of("y", "y"), of("width", "x"), of("height", "y"), of)
    if name == "circle":
        radius = of("r", "d")
        return _ellipse(of("cx", "x"), of("cy", "y"), radius, radius)
    if name == "ellipse":
        across, down = of("rx", "x", -1), of("ry", "y", -1)
        across, down = (down if across < 0 else across), (across if down < 0 else down)
        return _ellipse(of("cx", "x"), of("cy", "y"), across, down)
    if name == "line":
        corners = [[of("x1", "x"), of("y1", "y")], [of("x2", "x"), of("y2", "y")]]
        return _polygon(np.array(corners), closed=False)
    found = numbers(style.get("points"))
    corners_ = np.array(found[: len(found) // 2 * 2], dtype=np.float64).reshape(-1, 2)
    return _polygon(corners_, closed=name == "polygon") if len(corners_) > 1 else []


def _rect(x: float, y: float, width: float, height: float, of: Any) -> list[Subpath]:
    if not (width > 0 and height > 0):
        return []
    across, down = of("rx", "x", -1), of("ry", "y", -1)
    across, down = (down if across < 0 else across), (across if down < 0 else down)
    across, down = min(max(across, 0), width / 2), min(max(down, 0), height / 2)
    right, bottom = x + width, y + height
    if not (across and down):
        return _polygon(np.array([[x, y], [right, y], [right, bottom], [x, bottom]]), closed=True)
    # Of each corner, where it begins and ends, and where its sides would meet.
    corners = np.array(
        [
            [[right - across, y], [right, y], [right, y + down]],
            [[right, bottom - down], [right, bottom], [right - across, bottom]],
            [[x + across, bottom], [x, bottom], [x, bottom - down]],
            [[x, y + down], [x, y], [x + across, y]],
        ]
    )
    points = [corners[-1, 2]]
    for begin, corner, end in corners:
        points += line_to(points[-1], begin)
        points += [begin + (corner - begin) * _ROUND, end + (corner - end) * _ROUND, end]
    return [Subpath(np.array(points[:-1]), closed=True)]


def _ellipse(x: float, y: float, across: float, down: float) -> list[Subpath]:
    if not (across > 0 and down > 0):
        return []
    quarter = np.array([[1, 0], [1, _ROUND], [_ROUND, 1]])
    turn = np.array([[0, 1], [-1, 0]])
    unit = np.concatenate([quarter @ np.linalg.matrix_power(turn, at) for at in range(4)])
    return [Subpath(unit * [across, down] + [x, y], closed=True)]


def _polygon(corners: Floats, *, closed: bool) -> list[Subpath]:
    points = [corners[0]]
    for corner in corners[1:]:
        points += line_to(points[-1], corner)
    if closed:
        points += line_to(points[-1], corners[0])[:2]
    return [Subpath(np.array(points), closed)]
