"""The groups of an SVG as layers of a scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from drawkit.errors import InputError
from drawkit.pictures.svg.viewport import fitted_box
from drawkit.pictures.svg.walk import Branch, Leaf, Picture
from drawkit.scene import AnyLayer, GroupLayer, Path, PathLayer, RasterLayer

__all__ = ["layers_of", "leaves_of"]

_Item = Branch | Leaf | Picture
_LOOSE = "paths"


def leaves_of(branch: Branch) -> list[Leaf]:
    """Every leaf in it, in paint order."""
    found: list[Leaf] = []
    for item in branch.items:
        if isinstance(item, Branch):
            found += leaves_of(item)
        elif isinstance(item, Leaf):
            found.append(item)
    return found


def layers_of(root: Branch, tell: Callable[[str], None]) -> list[AnyLayer]:
    """A layer for each group of the document, and for what lies between them.

    Groups within are taken apart, but where one is translucent as a whole, hidden or locked.
    """
    found = _Layers(_LOOSE, root.visible, root.locked, tell)
    for item in root.items:
        if isinstance(item, Branch):
            found.close()
            found.group(item)
        else:
            found.add(item)
    found.close()
    return found.whole(root.opacity)


class _Layers:
    """The layers that one group becomes, as they grow."""

    def __init__(self, name: str, visible: bool, locked: bool, tell: Callable[[str], None]) -> None:
        self._name, self._visible, self._locked, self._tell = name, visible, locked, tell
        self._layers: list[AnyLayer] = []
        self._paths: list[Path] = []
        self._switches = visible, locked

    def add(self, item: _Item) -> None:
        """One more thing on top."""
        if isinstance(item, Branch):
            alone = item.opacity < 1 and _count(item) > 1
            if alone or (item.visible, item.locked) != (self._visible, self._locked):
                self.close()
                self.group(item)
            else:
                for inner in item.items:
                    self.add(_dimmed(inner, item.opacity))
        elif isinstance(item, Picture):
            self.close()
            self._picture(item)
        elif item.opacity < 1:
            self.close()
            name = item.paths[0].label or item.paths[0].id or self._name
            switches: dict[str, Any] = {"visible": item.visible, "locked": item.locked}
            self._layers.append(PathLayer(name, item.paths, opacity=item.opacity, **switches))
        else:
            if (item.visible, item.locked) != self._switches:
                self.close()
                self._switches = item.visible, item.locked
            self._paths += item.paths

    def group(self, branch: Branch) -> None:
        """A group as layers of its own."""
        inner = _Layers(branch.name, branch.visible, branch.locked, self._tell)
        for item in branch.items:
            inner.add(item)
        inner.close()
        self._layers += inner.whole(branch.opacity)

    def close(self) -> None:
        """What follows is no part of the paths so far."""
        if self._paths:
            visible, locked = self._switches
            self._layers.append(
                PathLayer(self._name, tuple(self._paths), visible=visible, locked=locked)
            )
        self._paths = []
        self._switches = self._visible, self._locked

    def whole(self, opacity: float) -> list[AnyLayer]:
        """All of it, shown as one where it is translucent."""
        if opacity == 1 or not self._layers:
            return self._layers
        if len(self._layers) == 1:
            (only,) = self._layers
            return [replace(only, opacity=only.opacity * opacity)]
        switches = {"visible": self._visible, "locked": self._locked}
        return [GroupLayer(self._name, opacity=opacity, layers=tuple(self._layers), **switches)]

    def _picture(self, item: Picture) -> None:
        from drawkit.pictures.read import read_bitmap

        try:
            pixels = read_bitmap(item.data)
        except InputError:
            self._tell("picture")
            return
        left, top, width, height = item.box
        if not item.stretched:
            rows, columns = pixels.shape[:2]
            fit = fitted_box((0, 0, columns, rows), (width, height), None)
            left, top = left + fit.e, top + fit.f
            width, height = columns * fit.a, rows * fit.d
        self._layers.append(
            RasterLayer(
                self._name,
                pixels,
                left,
                top,
                width,
                height,
                opacity=item.opacity,
                visible=item.visible,
                locked=item.locked,
            )
        )


def _count(branch: Branch) -> int:
    """How many paints lie in a group; two can overlap."""
    total = 0
    for item in branch.items:
        if isinstance(item, Branch):
            total += _count(item)
        elif isinstance(item, Leaf):
            total += sum((p.fill is not None) + (p.stroke is not None) for p in item.paths)
        else:
            total += 1
    return total


def _dimmed(item: _Item, opacity: float) -> _Item:
    """A thing that is alone in a translucent group, as translucent as that."""
    if opacity == 1:
        return item
    return replace(item, opacity=item.opacity * opacity)
