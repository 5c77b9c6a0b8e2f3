"""The way through an SVG's elements: groups, shapes and pictures with all that they inherit.

What cannot be held as paths is counted, so that the user hears of it.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np

from drawkit.errors import InputError
from drawkit.pictures.svg.conditions import about, is_paint, reaches_beyond, suits
from drawkit.pictures.svg.css import Styles
from drawkit.pictures.svg.document import local_name
from drawkit.pictures.svg.paint import Paints, link_of
from drawkit.pictures.svg.path_data import MAX_SEGMENTS
from drawkit.pictures.svg.shapes import SHAPES, runs_of_shape
from drawkit.pictures.svg.strokes import Pen, painted
from drawkit.pictures.svg.values import Matrix, View, length, matrix, number
from drawkit.pictures.svg.viewport import fitted_box, view_box
from drawkit.pictures.svg.visits import DEEPEST, GROUPS, visits_at_least
from drawkit.scene import Path, Subpath

__all__ = ["INKSCAPE", "Branch", "Leaf", "Picture", "Walk"]

INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
_LOCKS = (
    "{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}insensitive",
    "{urn:drawkit:run:1}locked",
)
_RANK = re.compile(r"[1-9][0-9]{0,8}")
_INHERITED = frozenset(
    {
        *("color", "fill", "fill-opacity", "fill-rule", "font-size", "paint-order", "visibility"),
        *("stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"),
        *("marker", "marker-start", "marker-mid", "marker-end"),
    }
)
_LEFT_OUT = {"text": "text", "foreignObject": "foreign object", "script": "script"}
_EFFECTS = {"clip-path": "clip", "mask": "mask", "filter": "filter"}
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")
_MOST_VISITS = 30_000
_FARTHEST = 1e7
"""Units: farther is off every page, and no number of single precision."""
_DATA_URI = "data:image/"


@dataclass(frozen=True)
class Leaf:
    """Paths of one element, and how it is shown: opacity is that of all of them together.

    own_opacity: what the element says, also where the colours of its paths have it already.
    shared: a `use` shows it, maybe not alone. gradients: `fill` and `stroke` that are one -> its
    element.
    """

    element: Any
    paths: tuple[Path, ...]
    matrix: Matrix
    opacity: float = 1.0
    visible: bool = True
    locked: bool = False
    own_opacity: str = "1"
    shared: bool = False
    gradients: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A bitmap: its bytes, and where it stands on the page."""

    element: Any
    data: bytes
    box: tuple[float, float, float, float]
    stretched: bool
    opacity: float
    visible: bool
    locked: bool


@dataclass
class Branch:
    """A group: what it is called, how it is shown, and what is in it."""

    element: Any
    opacity: float = 1.0
    visible: bool = True
    locked: bool = False
    items: list[Branch | Leaf | Picture] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its label, or else its id."""
        return self.element.get(f"{INKSCAPE}label") or self.element.get("id") or "group"


@dataclass(frozen=True)
class _Where:
    """What an element is in: transforms, percentages, properties, and the ids in use."""

    matrix: Matrix
    view: View
    style: dict[str, str]
    shown: bool = True
    locked: bool = False
    using: frozenset[str] = frozenset()
    depth: int = 0


class Walk:
    """One way through a document. left_out: what is not shown as it is meant -> how often."""

    def __init__(self, root: Any) -> None:
        self.left_out: Counter[str] = Counter()
        self._root = root
        self._styles = Styles(root)
        self._by_id: dict[str, Any] = {}
        for element in root.iter():
            if isinstance(element.tag, str) and (name := element.get("id")) is not None:
                self._by_id.setdefault(name, element)
        self._paints = Paints(self._by_id, self._styles.declared, self._tell)
        self._visits = self._segments = 0
        self._quiet = False

    def run(self, page: Matrix, view: View) -> Branch:
        """Everything on the page, `page` being the transform to it."""
        if visits_at_least(self._root, self._by_id) > _MOST_VISITS:  # before the work
            raise InputError(f"it draws more than {_MOST_VISITS} elements")
        where = _Where(page, view, {})
        return self._group(self._root, where, outermost=True)

    def _tell(self, what: str) -> None:
        if not self._quiet:
            self.left_out[what] += 1

    def _group(self, element: Any, where: _Where, *, outermost: bool = False) -> Branch:
        self._count(where)
        inside, opacity = self._inside(element, where)
        branch = Branch(element, opacity, inside.shown, inside.locked)
        if not outermost and local_name(element) in ("svg", "symbol"):
            inside = self._in_viewport(element, inside)
        children: list[Any] = list(element)
        if local_name(element) == "switch":
            children = next(([c] for c in children if local_name(c) and suits(c)), [])
        for child in children:
            self._element(child, inside, branch)
        if not outermost and local_name(element) == "svg":
            self._tell_of_clip(element, inside, branch)
        return branch

    def _tell_of_clip(self, element: Any, inside: _Where, branch: Branch) -> None:
        """Say where a viewport would cut off what is in it."""
        if self._styles.declared(element).get("overflow") in ("visible", "auto"):
            return
        box = view_box(element.get("viewBox")) or (0.0, 0.0, inside.view.width, inside.view.height)
        corners = np.array([[box[0], box[1]], [box[0] + box[2], box[1] + box[3]]])
        if inside.shown and reaches_beyond(branch, np.sort(inside.matrix.on(corners), axis=0)):
            self._tell("clip")

    def _element(self, element: Any, where: _Where, branch: Branch) -> None:
        name = local_name(element)
        if not suits(element):
            return
        if name in SHAPES:
            leaf = self._shape(element, where)
            if leaf is not None:
                branch.items.append(leaf)
        elif name in GROUPS:
            found = self._group(element, where)
            if found.items:
                branch.items.append(found)
        elif name == "use":
            self._use(element, where, branch)
        elif name == "image":
            self._image(element, where, branch)
        elif name in _LEFT_OUT and (name == "script" or self._is_shown(element, where)):
            self._tell(_LEFT_OUT[name])

    def _count(self, where: _Where) -> None:
        self._visits += 1
        if self._visits > _MOST_VISITS:
            raise InputError(f"it draws more than {_MOST_VISITS} elements")
        if where.depth > DEEPEST:
            raise InputError(f"it is nested deeper than {DEEPEST} groups")

    def _inside(self, element: Any, where: _Where) -> tuple[_Where, float]:
        """What children of an element are in, and its own opacity."""
        own = self._styles.declared(element)
        style = dict(where.style)
        for key, value in own.items():
            if key in _INHERITED and value != "inherit" and is_paint(key, value):
                style[key] = value
        opacity = min(max(number(own.get("opacity"), 1.0), 0.0), 1.0)
        shown = where.shown and own.get("display", "").strip() != "none"
        locked = where.locked or any(element.get(key) == "true" for key in _LOCKS)
        if shown and opacity > 0:
            for key, what in _EFFECTS.items():
                if own.get(key, "none").strip().lower() != "none":
                    self._tell(what)
            if own.get("mix-blend-mode", "normal").strip() != "normal":
                self._tell("blend mode")
        view = where.view
        if "font-size" in own:
            size = length(own["font-size"], replace(view, width=view.font), "x", view.font)
            view = replace(view, font=size)
        moved = where.matrix @ about(matrix(own.get("transform")), own, view)
        inside = _Where(moved, view, style, shown, locked, where.using, where.depth + 1)
        return inside, opacity

    def _is_shown(self, element: Any, where: _Where) -> bool:
        inside, opacity = self._inside(element, where)
        return inside.shown and opacity > 0 and inside.style.get("visibility") != "hidden"

    def _shape(self, element: Any, where: _Where) -> Leaf | None:
        self._count(where)
        before = self.left_out.copy()
        inside, opacity = self._inside(element, where)
        shown = inside.shown and inside.style.get("visibility", "visible") == "visible"
        own = self._styles.declared(element)
        runs = runs_of_shape(element, dict(element.attrib), inside.view)
        self._segments += sum(run.segments for run in runs)
        if self._segments > MAX_SEGMENTS:
            raise InputError(f"it has more than {MAX_SEGMENTS} segments of paths")
        if not runs:
            self.left_out = before
            return None
        if not shown or opacity == 0:
            self._quiet = True
        style = {k: v for k, v in own.items() if k not in _INHERITED} | inside.style
        pen = Pen.of(style, inside.view, self._paints)
        if any("context-" in style.get(key, "") for key in ("fill", "stroke")):
            self._tell("context paint")
        if style.get("vector-effect") == "non-scaling-stroke" and inside.matrix.scale > 0:
            pen = replace(pen, width=pen.width / inside.matrix.scale)
        if pen.paints and any(style.get(key, "none") != "none" for key in _MARKERS):
            self._tell("marker")
        self._quiet = False
        if not _sound(runs, inside.matrix, pen.width):
            self._tell("path beyond all measure")
            return None
        paths = painted(runs, pen, inside.matrix)
        if not paths:
            return None
        label = element.get(f"{INKSCAPE}label") or ""
        if len(paths) == 1 and (paths[0].fill is None or paths[0].stroke is None):
            paths = [_fainter(paths[0], opacity)]
            opacity = 1.0
        own_id, rank = element.get("id") or "", element.get("data-rank") or ""
        paths = [
            replace(
                path,
                label=label,
                id="" if at else own_id,
                rank=int(rank) if _RANK.fullmatch(rank) else None,
            )
            for at, path in enumerate(paths)
        ]
        return Leaf(
            element,
            tuple(paths),
            inside.matrix,
            opacity,
            shown,
            inside.locked,
            own_opacity=own.get("opacity", "1"),
            shared=bool(where.using),
            gradients={
                kind: found
                for kind in ("fill", "stroke")
                if (found := self._paints.gradient(style, kind)) is not None
            },
        )

    def _use(self, element: Any, where: _Where, branch: Branch) -> None:
        self._count(where)
        link = link_of(element) or ""
        if not link.startswith("#"):
            self._tell("link to another file")
            return
        target = self._by_id.get(link[1:])
        if target is None or not local_name(target):
            return
        if link in where.using:
            raise InputError(f"'{link}' is used within itself")
        inside, opacity = self._inside(element, where)
        view = inside.view
        place = Matrix(e=length(element.get("x"), view, "x"), f=length(element.get("y"), view, "y"))
        inside = replace(inside, matrix=inside.matrix @ place, using=where.using | {link})
        found = Branch(element, opacity, inside.shown, inside.locked)
        if local_name(target) in ("symbol", "svg"):
            sized = {k: v for k in ("width", "height") if (v := element.get(k)) is not None}
            found.items.append(self._instance(target, inside, sized))
        else:
            self._element(target, inside, found)
        if any(not isinstance(item, Branch) or item.items for item in found.items):
            branch.items.append(found)

    def _instance(self, target: Any, where: _Where, sized: dict[str, str]) -> Branch:
        """A symbol or a nested document, as large as its `use` says."""
        self._count(where)
        inside, opacity = self._inside(target, where)
        branch = Branch(target, opacity, inside.shown, inside.locked)
        inside = self._in_viewport(target, inside, sized)
        for child in target:
            self._element(child, inside, branch)
        self._tell_of_clip(target, inside, branch)
        return branch

    def _in_viewport(
        self, element: Any, inside: _Where, sized: dict[str, str] | None = None
    ) -> _Where:
        """The same within a nested `<svg>` or a symbol, which have units of their own."""
        given = {**element.attrib, **(sized or {})}
        view = inside.view
        width = length(given.get("width", "100%"), view, "x", view.width)
        height = length(given.get("height", "100%"), view, "y", view.height)
        place = Matrix(e=length(given.get("x"), view, "x"), f=length(given.get("y"), view, "y"))
        box = view_box(given.get("viewBox"))
        inner = replace(view, width=width, height=height)
        if box is not None and width > 0 and height > 0:
            place = place @ fitted_box(box, (width, height), given.get("preserveAspectRatio"))
            inner = replace(view, width=box[2], height=box[3])
        shown = inside.shown and width > 0 and height > 0
        return replace(inside, matrix=inside.matrix @ place, view=inner, shown=shown)

    def _image(self, element: Any, where: _Where, branch: Branch) -> None:
        self._count(where)
        inside, opacity = self._inside(element, where)
        if opacity == 0:
            return
        link, move, view = link_of(element) or "", inside.matrix, inside.view
        data = _decoded(link)
        own = self._styles.declared(element)
        size = length(own.get("width"), view, "x"), length(own.get("height"), view, "y")
        upright = move.b == move.c == 0 and move.a > 0 and move.d > 0
        if data is None or not upright or min(size) <= 0:
            self._tell("picture")
            return
        x, y = length(own.get("x"), view, "x"), length(own.get("y"), view, "y")
        box = (move.a * x + move.e, move.d * y + move.f, move.a * size[0], move.d * size[1])
        rule = own.get("preserveAspectRatio", "").strip()
        if not all(map(math.isfinite, box)) or "slice" in rule:
            self._tell("picture")
            return
        shown = inside.shown and inside.style.get("visibility", "visible") == "visible"
        branch.items.append(
            Picture(element, data, box, rule == "none", opacity, shown, inside.locked)
        )


def _decoded(link: str) -> bytes | None:
    """The bytes of a data address that holds a bitmap; None for all else."""
    if not link.startswith(_DATA_URI) or link.startswith(f"{_DATA_URI}svg"):
        return None
    head, _, body = link.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode("".join(body.split()), validate=False)
    except (binascii.Error, ValueError):
        return None


def _fainter(path: Path, opacity: float) -> Path:
    if opacity == 1:
        return path
    fill = None if path.fill is None else (*path.fill[:3], path.fill[3] * opacity)
    stroke = None if path.stroke is None else (*path.stroke[:3], path.stroke[3] * opacity)
    return replace(path, fill=fill, stroke=stroke)


def _sound(runs: Sequence[Subpath], move: Matrix, width: float) -> bool:
    """Whether all numbers are such that it can be drawn, before and after a transform."""
    farthest = max(float(np.abs(run.control_points).max()) for run in runs) + width
    if not farthest < _FARTHEST:  # not a number is not less
        return False
    within = (abs(move.a) + abs(move.c)) * farthest + abs(move.e)
    return within < _FARTHEST and (abs(move.b) + abs(move.d)) * farthest + abs(move.f) < _FARTHEST
