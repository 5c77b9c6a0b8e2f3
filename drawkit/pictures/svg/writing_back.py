"""Paths that changed, back into the file that they are from; all else in it stays as it is."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from drawkit.color import format_hex
from drawkit.pictures.svg.document import NAMESPACE
from drawkit.pictures.svg.gradients import Recoloring
from drawkit.pictures.svg.own import new_run, run_of
from drawkit.pictures.svg.places import matrix_within
from drawkit.pictures.svg.values import Matrix, number
from drawkit.pictures.svg.walk import Leaf
from drawkit.scene import Path, Rgba, Scene, Subpath

__all__ = ["SvgSource", "can_change", "named_leaves"]

_LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
_MODE = "{http://www.inkscape.org/namespaces/inkscape}groupmode"
_GEOMETRY = ("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "points")
_ENDS = ("x1", "y1", "x2", "y2")
_TYPES = ("{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}", _LABEL[:-5])
_SHAPE_OF_INKSCAPE = re.compile(
    r"type|sides|cx|cy|rx|ry|r1|r2|arg1|arg2|start|end|open|arc-type|"
    r"rounded|randomized|flatsided|expansion|revolution|radius|argument|"
    r"t0|original-d|path-effect|connector-curvature|nodetypes"
)
_OPACITY_DECIMALS = 4


def can_change(leaves: Sequence[Leaf]) -> list[bool]:
    """Of every path of the leaves, whether it may change: those that are an element of their own.

    What a `use` shows, what is dashed or stretched to an outline, and what has no size does not.
    """
    found = []
    for leaf in leaves:
        one = len(leaf.paths) == 1 and not leaf.shared and _invertible(leaf.matrix)
        found += [one] * len(leaf.paths)
    return found


class SvgSource:
    """A file's tree, and which element each path is: writes a scene of the same paths into it.

    page: from what is in the document to the scene. home: the group that the drawing is, or the
    document: it takes new paths and the record.
    """

    def __init__(self, root: Any, leaves: Sequence[Leaf], page: Matrix, home: Any = None) -> None:
        self._root, self._leaves, self._page = root, list(leaves), page
        self._home = root if home is None else home

    def text(self, scene: Scene, record: str, decimals: int) -> str:
        """The whole file. New paths at the end of the scene become a group on top of all.

        record: how the drawing was made; a group without one gets none. decimals: digits
        after the point, in units of the scene.
        """
        tree = copy.deepcopy(self._root.getroottree())
        root = tree.getroot()
        same = dict(zip(self._root.iter(), root.iter(), strict=True))
        styled = next(root.iter(f"{{{NAMESPACE}}}style"), None) is not None
        recoloring = Recoloring(self._root, same)
        paths = list(scene.paths())
        before = [(leaf, path) for leaf in self._leaves for path in leaf.paths]
        for (leaf, old), new in zip(before, paths, strict=False):
            if new is not old:
                _change(same[leaf.element], leaf, old, new, decimals, recoloring, styled=styled)
        if added := paths[len(before) :]:
            back = matrix_within(self._home, self._page).inverse()
            same[self._home].append(_group(added, back, decimals))
        home = same[self._home]
        run = run_of(home)
        if run is None and record and home is root:
            run = new_run(root)
        if run is not None and record:
            run.text = record
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f"{head}{etree.tostring(tree, encoding='unicode')}\n"


def _change(
    element: Any,
    leaf: Leaf,
    old: Path,
    new: Path,
    decimals: int,
    recoloring: Recoloring,
    *,
    styled: bool,
) -> None:
    """Write a path into the element that it is."""
    back = leaf.matrix.inverse()
    digits = decimals + max(0, math.ceil(math.log10(leaf.matrix.scale)))
    if element.tag != f"{{{NAMESPACE}}}path":
        _become_path(element)
    element.set("d", _data(new, back, digits))
    for key in list(element.attrib):
        if key.startswith(_TYPES) and _SHAPE_OF_INKSCAPE.fullmatch(key.partition("}")[2]):
            del element.attrib[key]  # Inkscape would draw its own shape over the path
    own = number(leaf.own_opacity, 1.0) if leaf.opacity == 1 else 1.0
    changes: dict[str, str] = {}
    for kind, was, now in (("fill", old.fill, new.fill), ("stroke", old.stroke, new.stroke)):
        if now is None or was is None or now == was:
            continue
        gradient = leaf.gradients.get(kind)
        if gradient is None:
            changes |= _paint(kind, now, own)
        elif (name := recoloring.of(leaf.element, gradient, was, now)) != gradient.get("id"):
            changes[kind] = f"url(#{name})"
    if new.stroke is not None and new.stroke_width != old.stroke_width:
        changes["stroke-width"] = _plain(new.stroke_width / leaf.matrix.scale, digits)
    _set(element, changes, styled=styled)


def _become_path(element: Any) -> None:
    space = element.tag[: element.tag.index("}") + 1] if element.tag[0] == "{" else ""
    line = element.tag.endswith("line") and not element.tag.endswith("polyline")
    element.tag = f"{space}path"
    for key in (*_GEOMETRY, *(_ENDS if line else ())):
        element.attrib.pop(key, None)


def _set(element: Any, changes: dict[str, str], *, styled: bool) -> None:
    """Set properties where the element has them: in its `style`, or else as attributes."""
    style = element.get("style")
    if style is None and not styled:
        for key, value in changes.items():
            element.set(key, value)
        return
    parts = [part for part in (style or "").split(";") if part.strip()]
    kept = [part for part in parts if part.partition(":")[0].strip() not in changes]
    element.set("style", ";".join([*kept, *(f"{k}:{v}" for k, v in changes.items())]))


def _paint(kind: str, rgba: Rgba, own: float) -> dict[str, str]:
    share = min(rgba[3] / own, 1.0) if own > 0 else 1.0
    return {kind: format_hex(rgba[:3]), f"{kind}-opacity": _plain(share, _OPACITY_DECIMALS)}


def _group(paths: Sequence[Path], back: Matrix, decimals: int) -> Any:
    group = etree.Element(f"{{{NAMESPACE}}}g", {_MODE: "layer", _LABEL: "new strokes"})
    for path in paths:
        attributes = {"d": _data(path, back, decimals), "fill": "none"}
        if path.fill is not None:
            attributes |= _paint("fill", path.fill, 1.0)
        if path.stroke is not None:
            attributes |= _paint("stroke", path.stroke, 1.0)
            attributes["stroke-width"] = _plain(path.stroke_width * back.scale, decimals)
            attributes |= {"stroke-linecap": path.linecap, "stroke-linejoin": path.linejoin}
        etree.SubElement(group, f"{{{NAMESPACE}}}path", attributes)
    return group


def _data(path: Path, back: Matrix, digits: int) -> str:
    return " ".join(_run(run, back, digits) for run in path.subpaths)


def _run(run: Subpath, back: Matrix, digits: int) -> str:
    points = back.on(run.control_points).tolist()
    pairs = [f"{_plain(x, digits)},{_plain(y, digits)}" for x, y in points]
    if run.closed:
        pairs.append(pairs[0])
    curves = [" ".join(pairs[at : at + 3]) for at in range(1, len(pairs), 3)]
    return f"M{pairs[0]} C" + " C".join(curves) + (" Z" if run.closed else "")


def _invertible(move: Matrix) -> bool:
    return 1e-9 < move.scale < 1e9


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def named_leaves(leaves: Sequence[Leaf], name: str) -> tuple[set[int], list[str]]:
    """Places of the paths of elements called so, by id or label, or in such a group; all names."""
    found: set[int] = set()
    names: list[str] = []
    at = 0
    for leaf in leaves:
        element = leaf.element
        while element is not None:
            own = [value for value in (element.get("id"), element.get(_LABEL)) if value]
            names += own
            if name in own:
                found |= set(range(at, at + len(leaf.paths)))
            element = element.getparent()
        at += len(leaf.paths)
    return found, list(dict.fromkeys(names))
