"""How much of an SVG is drawn, counted before anything is: what is too much is refused at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drawkit.pictures.svg.conditions import suits
from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.paint import link_of
from drawkit.pictures.svg.shapes import SHAPES

__all__ = ["DEEPEST", "GROUPS", "visits_at_least"]

GROUPS = ("g", "a", "svg", "switch")
"""Elements that show what is in them where they stand; a symbol is shown by `use` alone."""
DEEPEST = 150
"""Groups in groups."""


def visits_at_least(root: Any, by_id: Mapping[str, Any]) -> int:
    """How many elements are drawn, those again that `use` shows; of a `switch` nothing.

    What is too deep, or shown within itself, is not counted: it is refused for that.
    """
    return _Visits(by_id).inside(root, 0)


class _Visits:
    """Every element is counted once, however often it is shown."""

    def __init__(self, by_id: Mapping[str, Any]) -> None:
        self._by_id = by_id
        self._known: dict[Any, int] = {}

    def inside(self, element: Any, depth: int) -> int:
        return sum(self._shown(child, depth + 1) for child in element)

    def _shown(self, element: Any, depth: int, *, used: bool = False) -> int:
        name = local_name(element)
        if depth > DEEPEST or not suits(element):
            return 0
        if name in SHAPES:
            return 1
        if name not in GROUPS and name != "use" and not (used and name == "symbol"):
            return 0
        if element not in self._known:
            self._known[element] = 0
            if name == "use":
                more = self._again(link_of(element) or "", depth)
            else:
                more = 0 if name == "switch" else self.inside(element, depth)
            self._known[element] = 1 + more
        return self._known[element]

    def _again(self, link: str, depth: int) -> int:
        target = self._by_id.get(link[1:]) if link.startswith("#") else None
        return 0 if target is None else self._shown(target, depth + 1, used=True)
