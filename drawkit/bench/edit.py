"""How well an SVG can be gone on with: what `drawkit bench edit` prints, of any file by anybody.

The picture is resvg's throughout. Nothing is fetched and no script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit import FileError, InputError
from drawkit.bench.renderers import Levels, apart, by_cairosvg, by_inkscape, by_resvg
from drawkit.export.svg import svg_text
from drawkit.pictures.outline import flattened
from drawkit.pictures.svg import read_svg_file
from drawkit.scene import Scene

__all__ = ["Editability", "bench_edit"]

_SHAPES = (
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "use",
    "text",
    "image",
)
_PRIMITIVES = ("rect", "circle", "ellipse", "line", "polyline", "polygon")
_NOT_DRAWN = ("defs", "clipPath", "mask", "pattern", "symbol", "marker")
_LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
_NUMBERED = re.compile(
    r"(g|group|layer|path|svg|svgid|rect|use|xmlid)?[-_\d]*(_\d+_?)?", re.I | re.A
)
_HIDDEN = 0.001  # share of the pixels that a path changes at most if it is hidden
_LOOKED_AT = 256  # elements; of more, so many evenly spread
_GROUPS_LOOKED_AT = 32
_CORNERS = 600  # of a flattened run in which crossings are sought


@dataclass(frozen=True)
class Editability:
    """One file. Shares are of 0..1, differences in levels of 255 in the mean of the picture.

    paths: elements that are drawn. hidden: share whose removal changes under 0.1 % of the pixels,
    groups above them put away. crossings: places where an outline cuts itself. primitives: share of
    circles, rectangles and the like. groups, named: how many hold something, and how many of
    them have a name. holes: share of groups (without any: of elements) whose removal leaves a hole
    in what is around them. drawkit, inkscape: difference after reading and saving there; None where
    that did not work. renderers: difference of resvg and cairosvg.
    """

    file: str
    bytes: int
    paths: int
    segments: int
    nodes: int
    hidden: float
    crossings: int
    primitives: float
    groups: int
    named: int
    holes: float
    drawkit: float | None
    inkscape: float | None
    renderers: float | None


def bench_edit(file: str | FilePath, *, inkscape: bool = True) -> Editability:
    """Measure one SVG, svgz too. inkscape: whether to send it through Inkscape, if it is there.

    Raises FileError for what cannot be read, or holds nothing that can be drawn.
    """
    path = FilePath(file)
    found = read_svg_file(path)
    root = found.root
    try:
        picture = by_resvg(root)
    except InputError as error:
        raise FileError(f"cannot show the SVG '{path}': {error}") from error
    elements = list(_drawn(root))
    groups = [g for g in root.iter("{*}g") if next(_drawn(g), None) is not None]
    runs = [run for p in found.scene.paths() for run in p.subpaths]
    kinds = [_tag(element) for element in elements]
    return Editability(
        file=path.name,
        bytes=path.stat().st_size,
        paths=len(elements),
        segments=sum(run.segments for run in runs),
        nodes=sum(run.segments + (not run.closed) for run in runs),
        hidden=_hidden(root, elements),
        crossings=sum(_crossings(flattened(run)) for run in runs),
        primitives=sum(kind in _PRIMITIVES for kind in kinds) / max(len(kinds), 1),
        groups=len(groups),
        named=sum(_is_named(group) for group in groups),
        holes=_holes(root, picture),
        drawkit=_through_drawkit(found.scene, picture),
        inkscape=_other(picture, by_inkscape(root)) if inkscape else None,
        renderers=_other(picture, by_cairosvg(root)),
    )


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _drawn(element: Any) -> Iterator[Any]:
    """Elements within that show something by themselves, in paint order."""
    for child in element:
        name = _tag(child)
        if name in _SHAPES:
            yield child
        elif name and name not in _NOT_DRAWN:
            yield from _drawn(child)


def _is_named(group: Any) -> bool:
    """Whether somebody gave it a name: a label, a title, or an id that no program counts up."""
    if group.get(_LABEL) or any(_tag(child) == "title" for child in group):
        return True
    return bool(group.get("id")) and _NUMBERED.fullmatch(group.get("id")) is None


def _spread(items: list[Any], most: int) -> list[Any]:
    """At most so many of them, evenly."""
    if len(items) <= most:
        return items
    return [items[at] for at in np.linspace(0, len(items) - 1, most).round().astype(int)]


class _Without:
    """While it lasts, elements are not in their document."""

    def __init__(self, *elements: Any) -> None:
        self._places = [(e, e.getparent(), e.getparent().index(e), e.tail) for e in elements]

    def __enter__(self) -> None:
        for element, parent, _, _ in reversed(self._places):
            parent.remove(element)

    def __exit__(self, *error: object) -> None:
        for element, parent, at, tail in self._places:
            element.tail = tail
            parent.insert(at, element)


def _hidden(root: Any, elements: list[Any]) -> float:
    """Share of elements that nobody misses, even where the groups above theirs are put away."""
    looked = _spread(elements, _LOOKED_AT)
    hidden = 0
    for top in root:
        own = [e for e in looked if e is top or top in e.iterancestors()]
        if not own:
            continue
        # Elements that lie in the document itself have no group above them.
        above = [t for t in top.itersiblings() if _tag(t) in ("g", "a", "svg")]
        with _Without(*(above if _tag(top) == "g" else [])):
            whole = by_resvg(root)
            for element in own:
                with _Without(element):
                    changed = np.abs(by_resvg(root) - whole).max(axis=-1) > 1
                hidden += bool(changed.mean() < _HIDDEN)
    return hidden / max(len(looked), 1)


def _holes(root: Any, picture: Levels) -> float:
    """Share of the outermost groups whose place, without them, is bare and shut in."""
    parts = [top for top in root if _tag(top) == "g" and next(_drawn(top), None) is not None]
    if len(parts) == 1:  # a group around all is none
        parts = [e for e in parts[0] if _tag(e) == "g"] or list(_drawn(parts[0]))
    parts = _spread(parts or list(_drawn(root)), _GROUPS_LOOKED_AT)
    bare = picture[..., 3] < 128
    found = 0
    for part in parts:
        with _Without(part):
            without = by_resvg(root)[..., 3] < 128
        new = without & ~bare & ~_reached(without)
        found += bool(new.mean() > _HIDDEN)
    return found / max(len(parts), 1)


def _reached(free: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The free pixels that a way through free ones joins with the sides of the picture."""
    reached = free.copy()
    reached[1:-1, 1:-1] = False
    while True:
        more = reached.copy()
        more[1:] |= reached[:-1]
        more[:-1] |= reached[1:]
        more[:, 1:] |= reached[:, :-1]
        more[:, :-1] |= reached[:, 1:]
        more &= free
        if (more == reached).all():
            return reached
        reached = more


def _crossings(points: npt.NDArray[np.float64]) -> int:
    """How often a run of straight edges [N, 2] cuts itself."""
    if len(points) > _CORNERS:
        points = points[np.linspace(0, len(points) - 1, _CORNERS).round().astype(int)]
    start, way = points[:-1], np.diff(points, axis=0)
    between = start[None] - start[:, None]  # from each to each
    turn = way[:, None, 0] * way[None, :, 1] - way[:, None, 1] * way[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (between[..., 0] * way[None, :, 1] - between[..., 1] * way[None, :, 0]) / turn
        other = (between[..., 0] * way[:, None, 1] - between[..., 1] * way[:, None, 0]) / turn
    # An end belongs to the edge that begins there, so that a cut through a corner counts once.
    least, most = -1e-9, 1 - 1e-9
    cut = (own > least) & (own < most) & (other > least) & (other < most)
    return int(np.triu(cut, 2).sum())


def _through_drawkit(scene: Scene, picture: Levels) -> float | None:
    try:
        return _other(picture, by_resvg(svg_text(scene).encode(), picture.shape))
    except InputError:
        return None


def _other(picture: Levels, found: Levels | None) -> float | None:
    return None if found is None else round(apart(picture, found), 3)
