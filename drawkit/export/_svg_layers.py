"""Layers as groups of an SVG: one function for each kind, chosen by `add_layer`.

Names are those of Inkscape and AxiDraw (label) and of Illustrator (id). Hidden, locked and
translucent layers are so in Inkscape too.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import format_hex
from drawkit.export._footprints import boxes
from drawkit.export._layering import has_no_switches, is_plain
from drawkit.export._outline import grid_paths
from drawkit.export._primitives import primitive
from drawkit.export._text import ascii_slug, plain_number, xml_text
from drawkit.scene import (
    AnyLayer,
    CellLayer,
    GroupLayer,
    Path,
    PathLayer,
    RasterLayer,
    Rgba,
    Subpath,
)
from drawkit.scene.grid import Grid

__all__ = [
    "OPACITY_DECIMALS",
    "Page",
    "add_layer",
    "add_paper",
    "add_pixel_art",
    "is_straight",
    "paint",
    "path_data",
    "stepped_data",
]

OPACITY_DECIMALS = 3  # the nearest of 256 levels is always kept
_PLACE_DECIMALS = 6
_ID = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_USUAL_MITER = "4"
_CUT = "drawing-area"
_SODIPODI = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"


@dataclass
class Page:
    """The document as it grows: what svgwrite holds, and which ids are taken.

    width: of the picture in user units. decimals: digits after the point of coordinates. flat:
    paths lie in no group. lines: straight segments are written as such. primitives: so are
    circles, rectangles and the like. cut_to: width and height of the drawing, where the page shows
    more.
    parent: the group that new ones go into; None: the document itself.
    """

    drawing: Any
    width: float
    decimals: int = 0
    flat: bool = False
    lines: bool = False
    primitives: bool = False
    cut_to: tuple[float, float] | None = None
    parent: Any = None
    _ids: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)

    def take_id(self, wanted: str) -> str:
        """An id that nobody has: letters first, `-2`, `-3`... where the name is taken."""
        base = wanted if wanted[:1].isalpha() else f"layer-{wanted}".rstrip("-")
        name, count = base, 1
        while name in self._ids:
            count += 1
            name = f"{base}-{count}"
        self._ids.add(name)
        return name

    def numbered(self, kind: str) -> str:
        """`stroke-001`, `stroke-002`... through all layers; not yet an id."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]:03d}"

    def home(self, name: str, layer: AnyLayer) -> Any:
        """Where the paths of `layer` go: a group of their own, or what that would be in."""
        if self.flat and is_plain(layer):
            return self.drawing if self.parent is None else self.parent
        return self.group(name, layer)

    def cut(self, element: Any, box: tuple[float, float, float, float]) -> None:
        """Hide what of `element`, which lies in that box, reaches beyond the drawing.

        box: left, top, right, bottom. Only a page with margins would show it.
        """
        if self.cut_to is None:
            return
        width, height = self.cut_to
        if box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height:
            return
        if _CUT not in self._ids:
            clip = self.drawing.clipPath(id=self.take_id(_CUT))
            size = plain_number(width, _PLACE_DECIMALS), plain_number(height, _PLACE_DECIMALS)
            clip.add(self.drawing.rect(size=size))
            self.drawing.defs.add(clip)
        element["clip-path"] = f"url(#{_CUT})"

    def group(self, name: str, layer: AnyLayer | None = None) -> Any:
        """A new group called `name`, with the switches of `layer`."""
        parent = self.drawing if self.parent is None else self.parent
        group = parent.add(self.drawing.g(id=self.take_id(ascii_slug(name))))
        group["inkscape:groupmode"] = "layer"
        group["inkscape:label"] = xml_text(name) or group["id"]
        if layer is None:
            return group
        if layer.locked:
            self.drawing["xmlns:sodipodi"] = _SODIPODI
            group["sodipodi:insensitive"] = "true"
        if not layer.visible:
            group["style"] = "display:none"  # as Inkscape does: it never looks for the attribute
        opacity = plain_number(layer.opacity, OPACITY_DECIMALS)
        if opacity != "1":
            group["opacity"] = opacity
        return group


def add_paper(page: Page, color: tuple[float, float, float], size: tuple[str, str]) -> None:
    """The paper as a layer of its own: a rect of that width and height."""
    group = page.drawing if page.flat else page.group("background")
    fill = format_hex(color)
    group.add(page.drawing.rect(size=size, id=page.take_id("paper"), fill=fill))


@singledispatch
def add_layer(layer: AnyLayer, page: Page) -> None:
    """Add a layer on top of those that are there."""
    raise TypeError(f"no way to write a {type(layer).__name__} in an SVG")


@add_layer.register
def _(layer: PathLayer, page: Page) -> None:
    group = page.home(layer.name, layer)
    for path, box in zip(layer.paths, boxes(layer.paths).tolist(), strict=True):
        numbered = page.numbered("stroke" if path.fill is None else "shape")
        own = path.id if _ID.fullmatch(path.id) else ascii_slug(path.label)
        element = _element(path, page)
        element["id"] = page.take_id(own or numbered)
        element.update(paint(path, page.decimals))
        if path.rank is not None:
            element["data-rank"] = path.rank
        if path.label:
            element["inkscape:label"] = xml_text(path.label)
        page.cut(element if group is page.drawing else group, tuple(box))
        group.add(element)


def _element(path: Path, page: Page) -> Any:
    """The shape of a path, without its paint."""
    found = primitive(path, page.decimals) if page.primitives else None
    if found is not None:
        name, numbers = found
        element: Any = page.drawing.path()
        element.elementname = name
        element.attribs.clear()
        element.update(numbers)
        return element
    runs = (path_data(part, page.decimals, lines=page.lines) for part in path.subpaths)
    return page.drawing.path(d=" ".join(runs))


@add_layer.register
def _(layer: GroupLayer, page: Page) -> None:
    outer = page.parent
    if not (page.flat and has_no_switches(layer)):
        page.parent = page.group(layer.name, layer)
    for inner in layer.layers:
        add_layer(inner, page)
    page.parent = outer


@add_layer.register
def _(layer: CellLayer, page: Page) -> None:
    group = page.group(layer.name, layer)
    group["shape-rendering"] = "crispEdges"
    for index, data in grid_paths(layer.grid, page.width, page.decimals):
        group.add(_cells(page, layer.grid, index, data))


@add_layer.register
def _(layer: RasterLayer, page: Page) -> None:
    group = page.group(layer.name, layer)
    right, bottom = layer.x + layer.size[0], layer.y + layer.size[1]
    page.cut(group, (layer.x, layer.y, right, bottom))
    left, top, width, height = (plain_number(side, _PLACE_DECIMALS) for side in layer.box)
    name = page.take_id(page.numbered("picture"))
    element = page.drawing.image(
        _data_uri(layer), (left, top), (width, height), id=name, preserveAspectRatio="none"
    )
    if layer.enlarged:
        # The attribute is for Inkscape, Firefox, resvg and cairo. Chromium knows the newer word
        # alone, and only in CSS; cairosvg would let that win, but skips what stands in @supports.
        element["image-rendering"] = "optimizeSpeed"
        rule = f"#{name}{{image-rendering:pixelated}}"
        group.add(page.drawing.style(f"@supports (image-rendering:pixelated){{{rule}}}"))
    group.add(element)


def add_pixel_art(layer: CellLayer, page: Page) -> None:
    """Cells that are the whole picture: a layer a colour, in the units of `view_size`."""
    for index, data in grid_paths(layer.grid):
        color = "#{:02x}{:02x}{:02x}".format(*layer.grid.palette[index])
        names = layer.grid.swatch_names
        group = page.group((names and names[index]) or f"color {color}", layer)
        # Hard edges where the renderer can: at a whole scale the very pixels of the PNG.
        group["shape-rendering"] = "crispEdges"
        group.add(_cells(page, layer.grid, index, data))


def _cells(page: Page, grid: Grid, index: int, data: str) -> Any:
    """The path of all cells of one colour."""
    color = "#{:02x}{:02x}{:02x}".format(*grid.palette[index])
    return page.drawing.path(d=data, id=page.take_id(f"cells-{color[1:]}"), fill=color)


def _data_uri(layer: RasterLayer) -> str:
    """The picture as a PNG inside the document."""
    file = io.BytesIO()
    Image.fromarray(layer.pixels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def path_data(path: Subpath, decimals: int, *, lines: bool = False) -> str:
    """The `d` attribute of one run: absolute cubics; a closed one returns to its start, then `Z`.

    Absolute and not relative: rounded steps would add up along the path. lines: straight
    segments as `L`; the one that closes a path is then left to `Z`.
    """
    points = path.control_points
    if path.closed:
        points = np.vstack([points, points[:1]])
    pairs = [f"{plain_number(x, decimals)},{plain_number(y, decimals)}" for x, y in points.tolist()]
    curves = ["C" + " ".join(pairs[i : i + 3]) for i in range(1, len(pairs), 3)]
    if lines:
        straight = is_straight(points, 0.5 * 10.0**-decimals).tolist()
        curves = [
            f"L{pairs[3 * i + 3]}" if straight[i] else curve for i, curve in enumerate(curves)
        ]
        if path.closed and straight[-1] and len(curves) > 1:
            del curves[-1]
    return f"M{pairs[0]} " + " ".join(curves) + (" Z" if path.closed else "")


def stepped_data(path: Subpath, decimals: int) -> str:
    """The same run in relative cubics, a third shorter: for films, which hold it at many times.

    Steps are told between rounded places, so that they never add up to another one.
    """
    points = path.control_points
    if path.closed:
        points = np.vstack([points, points[:1]])
    places = np.rint(points * 10.0**decimals)
    starts = np.repeat(places[:-1:3], 3, axis=0)
    unit = 10.0**-decimals
    steps = (places[1:] - starts) * unit
    x, y = (plain_number(side, decimals) for side in (places[0] * unit).tolist())
    first = f"M{x},{y}"
    numbers = [plain_number(step, decimals) for step in steps.ravel().tolist()]
    body = numbers[0] + "".join(one if one[0] == "-" else f" {one}" for one in numbers[1:])
    return f"{first}c{body}" + ("z" if path.closed else "")


def is_straight(points: npt.NDArray[np.float64], within: float) -> npt.NDArray[np.bool_]:
    """[S] of a run of cubics [3 S + 1, 2]: those whose points lie along the line from end to end.

    within: how far beside it they may be. They must not turn back either.
    """
    start, end = points[:-1:3], points[3::3]
    way = end - start
    length = np.linalg.norm(way, axis=1)
    along = way / np.maximum(length, 1e-12)[:, None]
    straight = np.ones(len(start), bool)
    for handle in (points[1::3], points[2::3]):
        away = handle - start
        beside = np.abs(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0])
        forward = (along * away).sum(axis=1)
        # The last one is for loops, which end where they start.
        near = np.linalg.norm(away, axis=1) <= length + within
        straight &= (beside <= within) & (forward >= -within) & near
    return straight


def paint(path: Path, decimals: int) -> dict[str, str]:
    """Presentation attributes. SVG paints the fill first and the stroke over it, as scenes do."""
    attributes = {"fill": "none"}
    if path.fill is not None:
        attributes |= _color("fill", path.fill)
        if path.fill_rule == "evenodd":
            attributes["fill-rule"] = "evenodd"
    if path.stroke is not None:
        attributes |= _color("stroke", path.stroke)
        attributes |= {
            "stroke-width": plain_number(max(path.stroke_width, 0.0), decimals),
            "stroke-linecap": path.linecap,
            "stroke-linejoin": path.linejoin,
        }
        limit = plain_number(path.miterlimit, decimals)
        if path.linejoin == "miter" and limit != _USUAL_MITER:
            attributes["stroke-miterlimit"] = limit
    return attributes


def _color(kind: str, rgba: Rgba) -> dict[str, str]:
    """`fill` or `stroke` with its opacity; opacity 1 is the default and left out."""
    opacity = plain_number(min(max(rgba[3], 0.0), 1.0), OPACITY_DECIMALS)
    attributes = {kind: format_hex(rgba[:3])}
    return attributes if opacity == "1" else attributes | {f"{kind}-opacity": opacity}
