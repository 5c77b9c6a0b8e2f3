"""Gradients whose path took another colour: the same gradient, moved as its mean was."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from drawkit.color import format_hex
from drawkit.pictures.svg.css import Styles
from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.paint import link_of, mean_color, read_stops
from drawkit.scene import Rgba

__all__ = ["Recoloring"]

_BLACK = (0.0, 0.0, 0.0, 1.0)
_CHAIN = 32
_REFERENCE = re.compile(r"#([^'\")\s]+)")
_DECIMALS = 4


class Recoloring:
    """Writes the gradients of one document anew.

    root: the document as it was; same: its elements -> those of the tree that is written.
    """

    def __init__(self, root: Any, same: Mapping[Any, Any]) -> None:
        self._same = same
        self._styles = Styles(root)
        self._by_id: dict[str, Any] = {}
        self._uses: Counter[str] = Counter()
        for element in root.iter():
            if isinstance(element.tag, str):
                self._by_id.setdefault(element.get("id") or "", element)
                texts = [*element.attrib.values(), element.text or ""]
                self._uses.update(name for text in texts for name in _REFERENCE.findall(text))

    def of(self, element: Any, gradient: Any, was: Rgba, now: Rgba) -> str:
        """The id of the gradient of one element: its own, moved from one mean colour to another.

        One that others use too stays for them, and a copy stands behind it. Stops move by one
        difference of colours; less opaque, by the ratio, and more, what they lack of it by the
        ratio of what is lacking, so that none is beyond 1 and the mean is the one found.
        """
        name = str(gradient.get("id"))
        named = (
            f"#{name}" in f"{element.get('style')} {element.get('fill')} {element.get('stroke')}"
        )
        own = self._same[gradient]
        if not (named and self._uses[name] == 1):
            own = copy.deepcopy(own)
            count = 2
            while f"{name}-{count}" in self._by_id:
                count += 1
            name = f"{name}-{count}"
            own.set("id", name)
            self._by_id[name] = gradient
            self._same[gradient].addnext(own)
        holder = self._holder(gradient)
        if holder is not gradient:
            for stop in _stops(holder):
                own.append(copy.deepcopy(self._same[stop]))
        found = read_stops(self._styles.declared(stop) for stop in _stops(holder))
        places, colors = zip(*found, strict=True)
        mean = mean_color(places, colors)[3]
        wanted = min(mean * now[3] / was[3], 1.0) if was[3] > 0 else mean
        faded = [(*rgba[:3], _faded(rgba[3], mean, wanted)) for rgba in colors]
        old = mean_color(places, faded)  # other opacities weigh the colours otherwise
        for rgba, written in zip(faded, _stops(own), strict=True):
            _move(written, rgba, old, now)
        return name

    def _holder(self, gradient: Any) -> Any:
        """The gradient that it has its stops of."""
        found = gradient
        for _ in range(_CHAIN):
            link = link_of(found) or ""
            if _stops(found) or link[1:] not in self._by_id or not link.startswith("#"):
                return found
            found = self._by_id[link[1:]]
        return found


def _faded(share: float, mean: float, wanted: float) -> float:
    """The opacity of a stop where the mean becomes another one."""
    if wanted <= mean or mean >= 1:
        return share * wanted / mean if mean > 0 else share
    return 1 - (1 - share) * (1 - wanted) / (1 - mean)


def _move(stop: Any, rgba: Rgba, old: Rgba, now: Rgba) -> None:
    moved = tuple(
        min(max(value + new - before, 0.0), 1.0)
        for value, before, new in zip(rgba[:3], old[:3], now[:3], strict=True)
    )
    kept = [
        part
        for part in (stop.get("style") or "").split(";")
        if part.strip() and part.partition(":")[0].strip() not in ("stop-color", "stop-opacity")
    ]
    set_to = [f"stop-color:{format_hex(moved)}", f"stop-opacity:{rgba[3]:.{_DECIMALS}g}"]
    stop.set("style", ";".join([*kept, *set_to]))
    stop.attrib.pop("id", None)


def _stops(gradient: Any) -> list[Any]:
    return [child for child in gradient if local_name(child) == "stop"]
