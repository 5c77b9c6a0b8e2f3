"""A new drawing in an SVG that is there already: a group of its own, and nothing else changes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from lxml import etree

from drawkit.errors import FileError, InputError
from drawkit.files import expanded, read_bytes
from drawkit.pictures.outline import flattened
from drawkit.pictures.svg import drawn_page
from drawkit.pictures.svg.document import MAX_BYTES, NAMESPACE, local_name, parsed
from drawkit.pictures.svg.places import SIZE, Place, matrix_within, place_of
from drawkit.pictures.svg.values import Matrix
from drawkit.pictures.svg.viewport import Page
from drawkit.pictures.svg.walk import INKSCAPE, Walk
from drawkit.scene import Scene

__all__ = ["SvgRoom", "room_in"]

_MODE = f"{INKSCAPE}groupmode"
_LABEL = f"{INKSCAPE}label"
_SAID = ("title", "metadata")
"""What of a drawing's own file its group keeps beside the paths."""
_DROPPED = ("title", "desc", "metadata", "defs")
_DIGITS = 9
_SLACK = 0.01


def room_in(path: str | FilePath, names: Sequence[str]) -> SvgRoom:
    """Room for a drawing in an SVG file: on its page, or where named elements are.

    names: ids or labels. Raises FileError for a file that cannot be read, InputError for a name
    that nothing has or that takes no room.
    """
    path = expanded(path)
    data = read_bytes(path, MAX_BYTES)
    try:
        root = parsed(data)
        walk = Walk(root)
        page, tree = drawn_page(root, walk)
    except RecursionError as error:
        raise FileError(f"cannot read the SVG '{path}': it is nested too deeply") from error
    except InputError as error:
        raise FileError(f"cannot read the SVG '{path}': {error}") from error
    return SvgRoom(root, page, place_of(root, tree, page, names))


class SvgRoom:
    """A document, and the place in it that a drawing goes to."""

    def __init__(self, root: Any, page: Page, place: Place) -> None:
        self._root, self._page, self.place = root, page, place

    def sides(self, longer: int, least: int) -> tuple[int, int]:
        """Width and height in px of a drawing in the shape of the place."""
        width, height = self.place.box[2:]
        scale = longer / max(width, height)
        return max(least, round(width * scale)), max(least, round(height * scale))

    def taking(self, written: Callable[[Scene, int], str]) -> SvgInsert:
        """The document as the source of a scene: writing that puts it here.

        written: makes the SVG of a scene alone, with so many digits after the point.
        """
        return SvgInsert(self._root, self._page, self.place, written)


class SvgInsert:
    """Writes a scene into its place in a document, as a group with the record of its own."""

    def __init__(
        self, root: Any, page: Page, place: Place, written: Callable[[Scene, int], str]
    ) -> None:
        self._root, self._page, self._place, self._written = root, page, place, written

    def text(self, scene: Scene, record: str, decimals: int) -> str:
        """The whole file. record: is in what is written of the scene already."""
        del record
        tree = copy.deepcopy(self._root.getroottree())
        same = dict(zip(self._root.iter(), tree.getroot().iter(), strict=True))
        place = self._place
        parent = same[place.parent]
        group = self._group(scene, decimals)
        _free_ids(group, {e.get("id") for e in tree.iter() if isinstance(e.tag, str)})
        if place.above is not None and _sticks_out(scene):
            _cut(group, scene)
        at = len(parent) if place.above is None else parent.index(same[place.above]) + 1
        parent.insert(at, group)
        etree.cleanup_namespaces(group)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f"{head}{etree.tostring(tree, encoding='unicode')}\n"

    def _group(self, scene: Scene, decimals: int) -> Any:
        left, top, width, height = self._place.box
        back = matrix_within(self._place.parent, self._page.matrix).inverse()
        scale = max(width, height) / max(scene.width, scene.height)
        x = left + (width - scene.width * scale) / 2
        y = top + (height - scene.height * scale) / 2
        move = back @ Matrix(scale, 0.0, 0.0, scale, x, y)
        own = parsed(self._written(scene, decimals).encode())
        title = scene.metadata.title
        numbers = " ".join(f"{value:.{_DIGITS}g}" for value in _parts(move))
        group = etree.Element(
            f"{{{NAMESPACE}}}g",
            {
                "id": "drawing",
                _LABEL: title if title.isprintable() and title else "drawing",
                "transform": f"matrix({numbers})",
                SIZE: f"{scene.width:g} {scene.height:g}",
            },
            nsmap={"inkscape": INKSCAPE[1:-1], "drawkit": SIZE[1 : SIZE.index("}")]},
        )
        for child in list(own):
            if local_name(child) in _SAID or local_name(child) not in _DROPPED:
                group.append(child)
        for inner in group.iter(f"{{{NAMESPACE}}}g"):
            inner.attrib.pop(_MODE, None)  # layers within a group cannot be picked as one
        return group


def _sticks_out(scene: Scene) -> bool:
    """Whether a path reaches farther beyond its sheet than anybody would overlook."""
    slack = _SLACK * max(scene.width, scene.height)
    for path in scene.paths():
        points = np.concatenate([flattened(run) for run in path.subpaths])
        beyond = np.maximum(-points, points - [scene.width, scene.height]).max()
        if beyond + (path.stroke_width / 2 if path.stroke is not None else 0) > slack:
            return True
    return False


def _cut(group: Any, scene: Scene) -> None:
    """Show of a drawing in its place what is on its sheet alone."""
    name = f"{group.get('id')}-area"
    clip = etree.Element(f"{{{NAMESPACE}}}clipPath", {"id": name})
    sides = {"width": f"{scene.width:g}", "height": f"{scene.height:g}"}
    etree.SubElement(clip, f"{{{NAMESPACE}}}rect", sides)
    group.insert(0, clip)
    group.set("clip-path", f"url(#{name})")


def _parts(move: Matrix) -> tuple[float, ...]:
    return move.a, move.b, move.c, move.d, move.e, move.f


def _free_ids(group: Any, taken: set[str | None]) -> None:
    """Ids that the document has already get a number behind."""
    for element in group.iter():
        name = element.get("id") if isinstance(element.tag, str) else None
        if name is None:
            continue
        free, count = name, 1
        while free in taken:
            count += 1
            free = f"{name}-{count}"
        element.set("id", free)
        taken.add(free)
