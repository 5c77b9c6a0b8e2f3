"""Where a document's units stand on its page: size, viewBox and preserveAspectRatio."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from drawkit.errors import InputError
from drawkit.pictures.svg.values import IDENTITY, Matrix, View, length, numbers

__all__ = ["Page", "fitted_box", "page_of", "view_box"]

_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_MOST = 1e6
_SAME = 1e-6


@dataclass(frozen=True)
class Page:
    """The sheet of a document.

    width, height: in its own units. unit: CSS pixels of one. matrix: from what is in the document
    to the sheet. view: what percentages are of.
    """

    width: float
    height: float
    unit: float
    matrix: Matrix
    view: View


def page_of(attributes: Mapping[str, str], contents: tuple[float, float]) -> Page:
    """The sheet of the outermost `<svg>`.

    contents: right and bottom of what is on it, for a file that does not say. Raises InputError
    for a size that nothing can be drawn on.
    """
    box = view_box(attributes.get("viewBox"))
    usual = View(*contents) if box is None else View(box[2], box[3])
    width = length(attributes.get("width"), usual, "x", -1.0)
    height = length(attributes.get("height"), usual, "y", -1.0)
    if "width" not in attributes:
        shape = usual.width / usual.height
        width = height * shape if box is not None and "height" in attributes else usual.width
    if "height" not in attributes:
        shape = usual.height / usual.width
        height = width * shape if box is not None and "width" in attributes else usual.height
    if not (0 < width <= _MOST and 0 < height <= _MOST):
        raise InputError(f"it is {width:g} x {height:g} px; allowed: above 0, at most {_MOST:g}")
    if box is None:
        return Page(width, height, 1.0, IDENTITY, View(width, height))
    matrix = fitted_box(box, (width, height), attributes.get("preserveAspectRatio"))
    view = View(box[2], box[3])
    if matrix.a != matrix.d:
        return Page(width, height, 1.0, matrix, view)
    unit = matrix.a
    # In the document's own units its numbers stay as they are written.
    sides = (width / unit, height / unit)
    if abs(sides[0] / box[2] - 1) < _SAME and abs(sides[1] / box[3] - 1) < _SAME:
        moved = Matrix(e=-box[0], f=-box[1])
        return Page(box[2], box[3], unit, moved, view)
    return Page(*sides, unit, Matrix(e=matrix.e / unit, f=matrix.f / unit), view)


def fitted_box(
    box: tuple[float, float, float, float], size: tuple[float, float], rule: str | None
) -> Matrix:
    """From a viewBox to an area of that size at 0, 0, by a preserveAspectRatio."""
    words = [word for word in (rule or "").split() if word != "defer"]
    align = words[0] if words else "xMidYMid"
    across, down = size[0] / box[2], size[1] / box[3]
    if align != "none":
        across = down = max(across, down) if "slice" in words else min(across, down)
    share_x, share_y = _SHARES.get(align[1:4], 0.5), _SHARES.get(align[5:8], 0.5)
    free = size[0] - box[2] * across, size[1] - box[3] * down
    x, y = (0.0, 0.0) if align == "none" else (free[0] * share_x, free[1] * share_y)
    return Matrix(across, 0.0, 0.0, down, x - box[0] * across, y - box[1] * down)


def view_box(text: str | None) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of a viewBox; None for what is none."""
    found = numbers(text)
    if len(found) != 4 or not all(map(math.isfinite, found)) or min(found[2:]) <= 0:
        return None
    return found[0], found[1], found[2], found[3]
