"""What decides whether and where an element shows, beside its group: languages, origins, bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit.pictures.svg.values import Matrix, View, color, length

__all__ = ["about", "is_paint", "reaches_beyond", "suits"]

_PAINTS = ("fill", "stroke", "color")
_WORDS = ("none", "currentcolor", "context-fill", "context-stroke")
_BLACK = (0.0, 0.0, 0.0, 1.0)
_PLACES = {"left": "0%", "top": "0%", "center": "50%", "right": "100%", "bottom": "100%"}
_SPARE = 0.5
"""Units that something may reach beyond a viewport without being missed."""


def suits(element: Any) -> bool:
    """Whether an element is for programs without extensions, in English."""
    if element.get("requiredExtensions") is not None:
        return False
    languages = element.get("systemLanguage")
    if languages is None:
        return True
    return any(one.strip().lower().split("-")[0] == "en" for one in languages.split(","))


def is_paint(key: str, value: str) -> bool:
    """Whether a value is one that its property can have: a broken colour counts as not set."""
    text = value.strip()
    if key not in _PAINTS or text.startswith("url(") or text.lower() in _WORDS:
        return True
    return color(text, _BLACK) is not None


def about(move: Matrix, own: Mapping[str, str], view: View) -> Matrix:
    """A transform about its `transform-origin`: lengths, percentages of the view, or words."""
    parts = own.get("transform-origin", "").split()
    if not parts:
        return move
    if parts[0] in ("top", "bottom") or (len(parts) > 1 and parts[1] in ("left", "right")):
        parts = [*parts[1:2], parts[0]] if len(parts) > 1 else ["center", parts[0]]
    across, down = (_PLACES.get(part, part) for part in [*parts, "center"][:2])
    x, y = length(across, view, "x"), length(down, view, "y")
    return Matrix(e=x, f=y) @ move @ Matrix(e=-x, f=-y)


def reaches_beyond(branch: Any, box: npt.NDArray[np.float64]) -> bool:
    """Whether paths in a group lie beyond a box [low, high]."""
    for item in branch.items:
        if hasattr(item, "items"):
            if reaches_beyond(item, box):
                return True
            continue
        for path in getattr(item, "paths", ()):
            for run in path.subpaths:
                points = run.control_points
                if (points < box[0] - _SPARE).any() or (points > box[1] + _SPARE).any():
                    return True
    return False
