"""Places in an SVG: where a new drawing goes, and the sheet of one that stands in a larger file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drawkit.color import format_hex
from drawkit.errors import InputError, suggestion
from drawkit.pictures.outline import flattened
from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.own import run_of
from drawkit.pictures.svg.values import IDENTITY, Matrix, matrix, numbers
from drawkit.pictures.svg.viewport import Page
from drawkit.pictures.svg.walk import INKSCAPE, Branch, Leaf, Picture

__all__ = ["SIZE", "Place", "Sheet", "has_name", "matrix_within", "place_of", "sheet_around"]

Box = tuple[float, float, float, float]
"""Left, top, width and height."""
SIZE = "{urn:drawkit:run:1}size"
"""Attribute of a group that holds a drawing: width and height of its sheet in the group's units."""
_SODIPODI = "{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}"
_LABEL = f"{INKSCAPE}label"
_CURRENT = f"{INKSCAPE}current-layer"
_HOLDERS = ("g", "a")
_THINNEST = 1e-3
_ROOM = 0.05
"""Of a drawing whose sheet is lost: free space around it."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a drawing goes: a box on the page, and the element above which it is painted.

    parent: what it becomes a child of; above: behind which of those, None: on top of all. color:
    of what is there as #rrggbb, where that is one plain shape.
    """

    box: Box
    parent: Any
    above: Any = None
    color: str | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """The sheet of a drawing in a larger file. home: its group. pixels: the size to draw at."""

    home: Any
    box: Box
    pixels: tuple[float, float] | None


def place_of(root: Any, tree: Branch, page: Page, names: Sequence[str]) -> Place:
    """The place that elements take together, or the whole page where none is named.

    names: ids or labels. On the page it is the layer that Inkscape is at, on top. Raises
    InputError for a name that nothing has, and for what has no size.
    """
    if not names:
        return Place((0.0, 0.0, page.width, page.height), _current_layer(root))
    found = [item for name in names for item in _called(root, tree, name)]
    leaves = [leaf for item in found for leaf in _leaves(item)]
    box = _box([item for item in found if isinstance(item, Picture)], leaves)
    if box is None or min(box[2:]) < _THINNEST:
        shown = ", ".join(f"'{name}'" for name in names[:3])
        raise InputError(f"{shown} has no area to draw in; name a closed shape, or nothing")
    parent, above = found[-1].element.getparent(), found[-1].element
    if not _in_groups_alone(above):
        parent, above = root, None
    paths = [path for leaf in leaves for path in leaf.paths]
    fill = paths[0].fill if len(paths) == 1 else None
    plain = fill is not None and fill[3] == 1 and leaves[0].opacity == 1
    return Place(box, parent, above, format_hex(fill[:3]) if fill is not None and plain else None)


def sheet_around(leaves: Sequence[Leaf], chosen: Sequence[Leaf], page: Matrix) -> Sheet | None:
    """The sheet of the drawing that all the chosen leaves are of, None where there is none."""
    homes = {_home(leaf.element) for leaf in chosen}
    home = homes.pop() if len(homes) == 1 else None
    if home is None:
        return None
    own = [leaf for leaf in leaves if home in leaf.element.iterancestors()]
    drawn = _box([], own)
    size = numbers(home.get(SIZE))
    if len(size) == 2 and min(size) > 0:
        corners = np.array([[0, 0], [size[0], 0], [0, size[1]], size], dtype=np.float64)
        move = matrix_within(home, page)
        box = _around(move.on(corners))
        if drawn is None or _holds_middle(box, drawn):
            scale = move.scale
            return Sheet(home, box, (box[2] / scale, box[3] / scale))
    if drawn is None or max(drawn[2:]) < _THINNEST:
        return None
    room = max(drawn[2:]) * _ROOM
    left, top, width, height = drawn
    return Sheet(home, (left - room, top - room, width + 2 * room, height + 2 * room), None)


def matrix_within(element: Any, page: Matrix) -> Matrix:
    """From the units of what is in a group to the page, `page` being that of the document."""
    move = matrix(element.get("transform"))
    for above in element.iterancestors():
        move = matrix(above.get("transform")) @ move
    return page @ move


def _home(element: Any) -> Any:
    """The innermost group around it that has a record of its own."""
    groups = (above for above in element.iterancestors() if local_name(above) == "g")
    return next((group for group in groups if run_of(group) is not None), None)


def has_name(root: Any, name: str) -> bool:
    """Whether any element, drawn or not, has that id or label."""
    elements = (element for element in root.iter() if isinstance(element.tag, str))
    return any(name in (element.get("id"), element.get(_LABEL)) for element in elements)


def _called(root: Any, branch: Branch, name: str) -> list[Any]:
    """The items with that id, or else with that label; text and the like are none.

    Raises InputError where nothing has the name.
    """
    items = list(_all(branch))
    for key in ("id", _LABEL):
        found = [item for item in items if item.element.get(key) == name]
        if found:
            return found
    if has_name(root, name):
        return []
    known = [known for item in items if (known := item.element.get("id"))]
    hint = suggestion(name, known) if known else ""
    raise InputError(f"nothing that is drawn is called '{name}'{hint}")


def _all(branch: Branch) -> Iterator[Any]:
    for item in branch.items:
        yield item
        if isinstance(item, Branch):
            yield from _all(item)


def _leaves(item: Any) -> list[Leaf]:
    if isinstance(item, Branch):
        return [leaf for leaf in _all(item) if isinstance(leaf, Leaf)]
    return [item] if isinstance(item, Leaf) else []


def _box(pictures: Sequence[Picture], leaves: Sequence[Leaf]) -> Box | None:
    """What they take together, without the width of lines."""
    points = [flattened(run) for leaf in leaves for path in leaf.paths for run in path.subpaths]
    for picture in pictures:
        left, top, width, height = picture.box
        points.append(np.array([[left, top], [left + width, top + height]]))
    return _around(np.concatenate(points)) if points else None


def _around(points: Any) -> Box:
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    return left, top, right - left, bottom - top


def _holds_middle(box: Box, drawn: Box) -> bool:
    x, y = drawn[0] + drawn[2] / 2 - box[0], drawn[1] + drawn[3] / 2 - box[1]
    return 0 <= x <= box[2] and 0 <= y <= box[3]


def _in_groups_alone(element: Any) -> bool:
    """Whether it is drawn where it stands, and once."""
    *groups, root = element.iterancestors()
    return all(local_name(group) in _HOLDERS for group in groups) and root.getparent() is None


def _current_layer(root: Any) -> Any:
    """The layer that Inkscape draws on, where it can be drawn on; else the document."""
    view = next(root.iter(f"{_SODIPODI}namedview"), None)
    name = None if view is None else view.get(_CURRENT)
    found = next((e for e in root.iter(f"{root.tag[:-3]}g") if name and e.get("id") == name), None)
    if found is None or not _in_groups_alone(found):
        return root
    if not matrix_within(found, IDENTITY).scale > _THINNEST:
        return root
    for group in (found, *found.iterancestors()):
        hidden = "display:none" in (group.get("style") or "").replace(" ", "")
        if hidden or group.get("display") == "none" or group.get(f"{_SODIPODI}insensitive"):
            return root
    return found
