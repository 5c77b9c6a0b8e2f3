"""What an element is painted with: plain colours; of gradients their mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from drawkit.pictures.svg.document import HREFS, local_name
from drawkit.pictures.svg.values import color, number
from drawkit.scene import Rgba

__all__ = ["Paints", "link_of", "mean_color", "read_stops"]

_URL = re.compile(r"""url\(\s*['"]?#([^'")]*)['"]?\s*\)(.*)""", re.DOTALL)
_GRADIENTS = ("linearGradient", "radialGradient")
_BLACK = (0.0, 0.0, 0.0, 1.0)
_CHAIN = 32


def link_of(element: Any) -> str | None:
    """What an element refers to, as it is written: `#name`, an address, or nothing."""
    for key in HREFS:
        if (found := element.get(key)) is not None:
            return str(found).strip()
    return None


class Paints:
    """Finds colours. tell: is told the name of each thing that is shown otherwise."""

    def __init__(
        self,
        by_id: Mapping[str, Any],
        declared: Callable[[Any], dict[str, str]],
        tell: Callable[[str], None],
    ) -> None:
        self._by_id, self._declared, self._tell = by_id, declared, tell

    def paint(self, style: Mapping[str, str], kind: str, usual: str) -> Rgba | None:
        """Straight RGBA of `fill` or `stroke`; None for no paint."""
        text = style.get(kind, usual)
        share = min(max(number(style.get(f"{kind}-opacity"), 1.0), 0.0), 1.0)
        current = self._color(style.get("color", "black"), _BLACK) or _BLACK
        match = _URL.match(text.strip())
        if match is None:
            found = None if text.strip().lower() == "none" else self._color(text, current)
        else:
            found = self._server(self._by_id.get(match[1].strip()))
            if found is None and match[2].strip() not in ("", "none"):
                found = self._color(match[2], current)
        return None if found is None else (*found[:3], found[3] * share)

    def gradient(self, style: Mapping[str, str], kind: str) -> Any:
        """The element of the gradient that `fill` or `stroke` is; None for all else.

        One without stops is none: what stands behind it is the colour.
        """
        match = _URL.match(style.get(kind, "").strip())
        found = None if match is None else self._by_id.get(match[1].strip())
        is_one = found is not None and local_name(found) in _GRADIENTS and self._stops(found)
        return found if is_one else None

    def _color(self, text: str, current: Rgba) -> Rgba | None:
        found = color(text, current)
        return None if found is None else (found[0], found[1], found[2], found[3])

    def _server(self, element: Any) -> Rgba | None:
        """What a gradient is on the whole; patterns are told of and left out."""
        name = "" if element is None else local_name(element)
        if name == "pattern":
            self._tell("pattern")
        if name not in _GRADIENTS:
            return None
        stops = self._stops(element)
        if not stops:
            return None
        places, colors = zip(*stops, strict=True)
        if len(set(colors)) == 1:
            return stops[0][1]
        self._tell("gradient")
        return mean_color(places, colors)

    def _stops(self, element: Any) -> list[tuple[float, Rgba]]:
        """Offset and colour of each stop, its own or those of the gradient that it refers to."""
        for _ in range(_CHAIN):
            stops = [child for child in element if local_name(child) == "stop"]
            if stops:
                return read_stops(self._declared(stop) for stop in stops)
            link = link_of(element) or ""
            element = self._by_id.get(link[1:]) if link.startswith("#") else None
            if element is None or local_name(element) not in _GRADIENTS:
                return []
        return []


def read_stops(styles: Iterable[Mapping[str, str]]) -> list[tuple[float, Rgba]]:
    """Offset, 0..1 and never back, and colour of each stop, all of its opacity in the colour."""
    found: list[tuple[float, Rgba]] = []
    for style in styles:
        red, green, blue, alpha = color(style.get("stop-color", "black"), _BLACK) or _BLACK
        share = min(max(number(style.get("stop-opacity"), 1.0), 0.0), 1.0)
        place = min(max(number(style.get("offset"), 0.0), 0.0), 1.0)
        place = max(place, found[-1][0]) if found else place
        found.append((place, (red, green, blue, alpha * share)))
    return found


def mean_color(places: Sequence[float], colors: Sequence[Rgba]) -> Rgba:
    """The mean over 0..1 of a gradient, colours weighted by their opacity."""
    ends = [0.0, *places, 1.0]
    along = [colors[0], *colors, colors[-1]]
    sums = [0.0] * 4
    for at, width in enumerate(b - a for a, b in pairwise(ends)):
        for rgba in along[at : at + 2]:
            sums[3] += width / 2 * rgba[3]
            for channel in range(3):
                sums[channel] += width / 2 * rgba[3] * rgba[channel]
    if sums[3] <= 0:
        return (*colors[0][:3], 0.0)
    return (sums[0] / sums[3], sums[1] / sums[3], sums[2] / sums[3], sums[3])
