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
from PIL import Image

from drawkit.color import format_hex
from drawkit.export._outline import grid_paths
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

__all__ = ["Page", "add_layer", "add_paper", "add_pixel_art"]

_OPACITY_DECIMALS = 3  # the nearest of 256 levels is always kept
_PLACE_DECIMALS = 6
_ID = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_USUAL_MITER = "4"
_SODIPODI = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"


@dataclass
class Page:
    """The document as it grows: what svgwrite holds, and which ids are taken.

    width: of the picture in user units. decimals: digits after the point of coordinates.
    parent: the group that new ones go into; None: the document itself.
    """

    drawing: Any
    width: float
    decimals: int = 0
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
        opacity = plain_number(layer.opacity, _OPACITY_DECIMALS)
        if opacity != "1":
            group["opacity"] = opacity
        return group


def add_paper(page: Page, color: tuple[float, float, float], size: tuple[str, str]) -> None:
    """The paper as a layer of its own: a rect of that width and height."""
    group = page.group("background")
    fill = format_hex(color)
    group.add(page.drawing.rect(size=size, id=page.take_id("paper"), fill=fill))


@singledispatch
def add_layer(layer: AnyLayer, page: Page) -> None:
    """Add a layer on top of those that are there."""
    raise TypeError(f"no way to write a {type(layer).__name__} in an SVG")


@add_layer.register
def _(layer: PathLayer, page: Page) -> None:
    group = page.group(layer.name, layer)
    for path in layer.paths:
        numbered = page.numbered("stroke" if path.fill is None else "shape")
        own = path.id if _ID.fullmatch(path.id) else ascii_slug(path.label)
        element = page.drawing.path(
            d=" ".join(_path_data(part, page.decimals) for part in path.subpaths),
            id=page.take_id(own or numbered),
            **_paint(path, page.decimals),
        )
        if path.label:
            element["inkscape:label"] = xml_text(path.label)
        group.add(element)


@add_layer.register
def _(layer: GroupLayer, page: Page) -> None:
    outer, page.parent = page.parent, page.group(layer.name, layer)
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
        group = page.group(f"color {color}", layer)
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


def _path_data(path: Subpath, decimals: int) -> str:
    """The `d` attribute of one run: absolute cubics; a closed one returns to its start, then `Z`.

    Absolute and not relative: rounded steps would add up along the path.
    """
    points = path.control_points
    if path.closed:
        points = np.vstack([points, points[:1]])
    pairs = [f"{plain_number(x, decimals)},{plain_number(y, decimals)}" for x, y in points.tolist()]
    curves = [" ".join(pairs[i : i + 3]) for i in range(1, len(pairs), 3)]
    return f"M{pairs[0]} C" + " C".join(curves) + (" Z" if path.closed else "")


def _paint(path: Path, decimals: int) -> dict[str, str]:
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
    opacity = plain_number(min(max(rgba[3], 0.0), 1.0), _OPACITY_DECIMALS)
    attributes = {kind: format_hex(rgba[:3])}
    return attributes if opacity == "1" else attributes | {f"{kind}-opacity": opacity}
