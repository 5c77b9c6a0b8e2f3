"""SVG: one `<path>` per stroke or shape in paint order, layers by name, and how it was made.

The file keeps to what every editor reads: presentation attributes, no CSS, clip, mask or
transform; top-level groups only, as anything deeper is no layer to a plotter. The same scene
gives the same bytes: no date, no random id. Pixel art is a layer and a path per colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar
from xml.etree import ElementTree

import numpy as np

from drawkit.color import format_hex
from drawkit.config.limits import Limits, check_limits
from drawkit.errors import InputError
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._outline import grid_paths, view_size
from drawkit.export._text import ascii_slug, xml_text
from drawkit.export._writing import write_whole
from drawkit.scene import Metadata, Path, Rgba, Scene
from drawkit.scene.grid import Grid

__all__ = ["RUN_NAMESPACE", "SvgConfig", "SvgExporter", "svg_text"]

RUN_NAMESPACE = "urn:drawkit:run:1"
"""Namespace of the `<run>` element whose text is the metadata as JSON."""

_NAMESPACES = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:cc": "http://creativecommons.org/ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:drawkit": RUN_NAMESPACE,
}
_OPACITY_DECIMALS = 3  # the nearest of 256 levels is always kept


@dataclass(frozen=True)
class SvgConfig:
    """How numbers are written."""

    decimals: Annotated[int, Limits(0, 6)] = 2
    """Digits after the point of coordinates and widths, which are in user units."""

    def __post_init__(self) -> None:
        check_limits(self, "export.svg")


@exporters.register("svg", config=SvgConfig)
class SvgExporter(Exporter):
    """Editable vector drawing, a layer per group and a path per stroke."""

    suffixes: ClassVar[tuple[str, ...]] = (".svg",)

    def __init__(self, config: SvgConfig = SvgConfig()) -> None:
        self._config = config

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as UTF-8 SVG."""
        write_whole(path, svg_text(scene, self._config).encode("utf-8"))


def svg_text(scene: Scene, config: SvgConfig = SvgConfig()) -> str:
    """The whole SVG document. Raises `InputError` where a number in the scene is not finite.

    Of a grid it shows the first frame, as wide as the scene, as high as the cells make it.
    """
    _require_finite(scene)
    if scene.grid is None:
        root = _drawn_paths(scene, config)
    else:
        root = _drawn_grid(scene.grid, scene.width)
    root = _without_unused(root)
    _say_how_it_was_made(root, scene.metadata)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _drawn_paths(scene: Scene, config: SvgConfig) -> ElementTree.Element:
    """The document of a scene of paths: its paper and its layers."""
    width, height = _number(scene.width, 6), _number(scene.height, 6)
    drawing, names = _document(width, height, f"0 0 {width} {height}"), _Ids()
    if scene.background.painted and scene.background.color is not None:
        group = _layer(drawing, names, "background")
        color = format_hex(scene.background.color)
        group.add(drawing.rect(size=(width, height), id=names.take("paper"), fill=color))
    counts = {"shape": 0, "stroke": 0}
    for layer in scene.layers:
        group = _layer(drawing, names, layer.name)
        for path in layer.paths:
            kind = "stroke" if path.fill is None else "shape"
            counts[kind] += 1
            numbered = f"{kind}-{counts[kind]:03d}"
            element = drawing.path(
                d=_path_data(path, config.decimals),
                id=names.take(ascii_slug(path.label) or numbered),
                **_paint(path, config.decimals),
            )
            if path.label:
                element["inkscape:label"] = xml_text(path.label)
            group.add(element)
    return _xml(drawing)


def _drawn_grid(grid: Grid, width: float) -> ElementTree.Element:
    """The document of pixel art: the paths of its colours, as `grid_paths` stacks them."""
    across, down = view_size(grid)
    height = width * down / across
    drawing = _document(_number(width, 6), _number(height, 6), f"0 0 {across} {down}")
    names = _Ids()
    for index, data in grid_paths(grid):
        color = "#{:02x}{:02x}{:02x}".format(*grid.palette[index])
        group = _layer(drawing, names, f"color {color}")
        # Hard edges where the renderer can: at a whole scale the very pixels of the PNG.
        group["shape-rendering"] = "crispEdges"
        group.add(drawing.path(d=data, id=names.take(f"cells-{color[1:]}"), fill=color))
    return _xml(drawing)


def _document(width: str, height: str, view: str) -> Any:
    """An empty document of that size in px; `view` is its viewBox."""
    import svgwrite  # builds tables of all of SVG as it loads, which the help has no need of
    from svgwrite.extensions.inkscape import INKSCAPE_NAMESPACE

    drawing: Any = svgwrite.Drawing(size=(width, height), viewBox=view, debug=False)
    drawing["xmlns:inkscape"] = INKSCAPE_NAMESPACE
    return drawing


def _xml(drawing: Any) -> ElementTree.Element:
    root: ElementTree.Element = drawing.get_xml()
    return root


class _Ids:
    """Hands out every id once: letters first, `-2`, `-3`... where a name is taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        base = wanted if wanted[:1].isalpha() else f"layer-{wanted}".rstrip("-")
        name, count = base, 1
        while name in self._taken:
            count += 1
            name = f"{base}-{count}"
        self._taken.add(name)
        return name


def _layer(drawing: Any, names: _Ids, name: str) -> Any:
    """A new top-level group that Inkscape and AxiDraw (label) and Illustrator (id) call `name`."""
    group = drawing.add(drawing.g(id=names.take(ascii_slug(name))))
    group["inkscape:groupmode"] = "layer"
    group["inkscape:label"] = xml_text(name) or group["id"]
    return group


def _path_data(path: Path, decimals: int) -> str:
    """The `d` attribute: absolute cubics; a closed path returns to its first point, then `Z`.

    Absolute and not relative: rounded steps would add up along the path.
    """
    points = path.control_points
    if path.closed:
        points = np.vstack([points, points[:1]])
    pairs = [f"{_number(x, decimals)},{_number(y, decimals)}" for x, y in points.tolist()]
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
            "stroke-width": _number(max(path.stroke_width, 0.0), decimals),
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        }
    return attributes


def _color(kind: str, rgba: Rgba) -> dict[str, str]:
    """`fill` or `stroke` with its opacity; opacity 1 is the default and left out."""
    opacity = _number(min(max(rgba[3], 0.0), 1.0), _OPACITY_DECIMALS)
    attributes = {kind: format_hex(rgba[:3])}
    return attributes if opacity == "1" else attributes | {f"{kind}-opacity": opacity}


def _number(value: float, decimals: int) -> str:
    """Plain decimal, rounded, without trailing zeros, exponent or `-0`."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _require_finite(scene: Scene) -> None:
    """`InputError` for NaN and infinity, which no renderer reads the same way."""
    size = (scene.width, scene.height)
    if not np.isfinite(size).all() or min(size) <= 0:
        raise InputError(f"a scene needs a finite size above 0, got {size[0]} x {size[1]}")
    for index, path in enumerate(scene.paths(), start=1):
        values = [path.stroke_width, *(path.stroke or ()), *(path.fill or ())]
        if not (np.isfinite(path.control_points).all() and np.isfinite(values).all()):
            raise InputError(f"path {index} of the scene holds a number that is not finite")


def _without_unused(root: ElementTree.Element) -> ElementTree.Element:
    """Drop what svgwrite adds to every document and no drawing of ours uses."""
    for attribute in ("baseProfile", "xmlns:ev", "xmlns:xlink"):
        del root.attrib[attribute]
    for defs in root.findall("defs"):
        root.remove(defs)
    return root


def _say_how_it_was_made(root: ElementTree.Element, metadata: Metadata) -> None:
    """Put title, description and metadata first in the document, where editors look for them."""
    if metadata.detail == "none":
        return
    title, description = provenance.title(metadata), provenance.describe(metadata)
    head = [_element("desc", description), _metadata(metadata, title, description)]
    if title:
        head.insert(0, _element("title", title))
    for position, element in enumerate(head):
        root.insert(position, element)


def _metadata(metadata: Metadata, title: str, description: str) -> ElementTree.Element:
    """Dublin Core facts as Inkscape reads them, and the run as JSON for programs.

    The JSON is one more property of the work: Inkscape warns of elements it does not know
    anywhere else, and keeps this one when it saves.
    """
    agent = _element("cc:Agent", _element("dc:title", provenance.software(metadata)))
    work = _element(
        "cc:Work",
        _element("dc:format", "image/svg+xml"),
        _element("dc:type", **{"rdf:resource": "http://purl.org/dc/dcmitype/StillImage"}),
        _element("dc:title", title),
        _element("dc:creator", agent),
        _element("dc:description", description),
        _element("drawkit:run", provenance.run_json(metadata)),
        **{"rdf:about": ""},
    )
    return _element("metadata", _element("rdf:RDF", work, **_NAMESPACES))


def _element(
    tag: str, *content: ElementTree.Element | str, **attributes: str
) -> ElementTree.Element:
    """An element around its children, or around one text."""
    element = ElementTree.Element(tag, attributes)
    for item in content:
        if isinstance(item, str):
            element.text = item or None
        else:
            element.append(item)
    return element
