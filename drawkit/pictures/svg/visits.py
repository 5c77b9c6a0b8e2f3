"""How much of an SVG is drawn, counted before anything is: what is too much is refused at once."""

from __future__ import annotations

from typing import Any

from drawkit.pictures.svg.conditions import suits
from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.shapes import SHAPES

__all__ = ["GROUPS", "visits_at_least"]

GROUPS = ("g", "a", "svg", "switch")
"""Elements that show what is in them where they stand; a symbol is shown by `use` alone."""


def visits_at_least(root: Any) -> int:
    """How many elements are drawn if each is shown once, and of a `switch` nothing."""
    count, inside = 0, [root]
    while inside:
        for child in inside.pop():
            name = local_name(child)
            if not (name in GROUPS or name in SHAPES or name == "use") or not suits(child):
                continue
            count += 1
            if name in GROUPS and name != "switch":
                inside.append(child)
    return count
