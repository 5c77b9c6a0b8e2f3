"""SVG: a group per layer, in it a `<path>` per stroke or shape, and how it was made.

The file keeps to what every editor reads: presentation attributes, no clip, mask or transform,
and CSS only to hide a layer and to keep the pixels of a picture square; top-level groups only, as
anything deeper is no layer to a plotter. The same scene gives the same bytes: no date, no random
id. Cells are a path per colour; where they are all there is, a layer too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar, Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError, InputError
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._layering import regrouped
from drawkit.export._outline import view_size
from drawkit.export._page import Sheet, sheet_of
from drawkit.export._svg_layers import Page, add_layer, add_paper, add_pixel_art
from drawkit.export._text import plain_number
from drawkit.export._writing import write_whole
from drawkit.scene import AnyLayer, Background, CellLayer, Metadata, Path, Scene

__all__ = [
    "RUN_NAMESPACE",
    "SvgConfig",
    "SvgExporter",
    "prepared",
    "svg_root",
    "svg_text",
    "xml_of",
]

log = logging.getLogger("drawkit")
NOTICE = logging.INFO + 5
"""News that a terminal keeps too, where it shows other lines only as long as they matter."""
_PLOT_MARGIN = "10mm"
_MM_DECIMALS = 3

RUN_NAMESPACE = "urn:drawkit:run:1"
"""Namespace of the `<run>` element whose text is the metadata as JSON."""

_NAMESPACES = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:cc": "http://creativecommons.org/ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:drawkit": RUN_NAMESPACE,
}


@dataclass(frozen=True)
class SvgConfig:
    """How numbers are written, in which layers, on which page. PDF takes it from here too."""

    decimals: Annotated[int, Limits(0, 6)] = 2
    """Digits after the point of coordinates and widths, which are in user units."""
    layers: Literal["own", "none", "role", "color", "part", "size"] = "own"
    """What a layer holds. own: what the drawing has, the parts of what it shows where it knows
    them; role: strokes or shapes; color, part, size: what is alike. none: no layers. The picture
    is the same."""
    page: str | None = None
    """Paper of SVG and PDF: `A4`, `A4-landscape`, `210x297mm`; none: 1/96 inch a user unit."""
    margin: str | None = None
    """Free space around the drawing on its page: `10mm`, `1cm`, `0.5in`; none: 0."""

    lines: bool = False
    """Write straight segments as lines, which take one point in place of three."""
    simplify: bool = False
    """Write as few nodes as the picture lets it be, within a level of 255 in the mean."""
    hidden: bool = True
    """Keep paths that nobody would miss as they lie; false: leave them out. `simplify` does so."""
    primitives: bool = False
    """Write circles, ellipses, upright rectangles and lines as such where paths are that."""
    plotter: bool = False
    """For a pen: single opaque lines, a layer a pen, hatching for fills; by default on A4 with
    margins of 10 mm."""
    pens: Annotated[int, Limits(1, 64)] = 1
    """Colours of a plot; one pen for several colours is black."""
    pen_width: Annotated[float, Limits(0.01, 20, unit="mm")] = 0.4
    """How wide a pen draws, mm; two lines nearer than half of it are one."""
    hatch: Annotated[float, Limits(0.05, 100, unit="mm")] = 1.0
    """Distance of the lines that fill the shapes of a plot, mm."""
    hatch_angle: Annotated[float, Limits(-360, 360, unit="degrees")] = 45.0
    """Direction of those lines, degrees anticlockwise; 0: level."""

    def __post_init__(self) -> None:
        check_limits(self, "export.svg")
        try:
            self.sheet()
        except ConfigError as error:
            raise ConfigError(f"export.svg.{error}") from error

    @property
    def reworks(self) -> bool:
        """Whether other paths are written than those of the scene: see `prepared`."""
        return self.plotter or self.simplify or not self.hidden

    def sheet(self) -> Sheet | None:
        """The page, if there is one."""
        return sheet_of(
            *_plot_page(self, upright=True) if self.plotter else (self.page, self.margin)
        )


@exporters.register("svg", config=SvgConfig)
class SvgExporter(Exporter):
    """Editable vector drawing, a layer per group and a path per stroke."""

    suffixes: ClassVar[tuple[str, ...]] = (".svg",)

    def __init__(self, config: SvgConfig = SvgConfig()) -> None:
        self._config = config

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as UTF-8 SVG."""
        write_whole(path, svg_text(scene, self._config, say=True).encode("utf-8"))


def prepared(scene: Scene, config: SvgConfig) -> tuple[Scene, SvgConfig, str]:
    """The scene with fewer nodes or for a pen, the settings left to be followed, what to say."""
    _require_finite((scene.width, scene.height), scene.paths())
    notes = []
    if config.simplify and scene.pixel_art is None:
        from drawkit.export._simplify import simplified

        shown = SvgConfig(decimals=config.decimals)
        terse = replace(shown, lines=True, primitives=True)
        simple = simplified(scene, lambda s: svg_text(s, shown), lambda s: svg_text(s, terse))
        scene, notes = simple.scene, [str(simple)]
        config = replace(config, lines=True, primitives=True)
    elif not config.hidden and scene.pixel_art is None:
        from drawkit.export._simplify import seen_alone

        scene, note = seen_alone(scene, lambda s: svg_text(s, SvgConfig(decimals=config.decimals)))
        notes.append(note)
    if config.plotter:
        scene, config, note = _plotted(scene, config)
        notes.append(note)
    return scene, replace(config, simplify=False, hidden=True), "; ".join(notes)


def _plotted(scene: Scene, config: SvgConfig) -> tuple[Scene, SvgConfig, str]:
    from drawkit.export._plot import Pens, plotted  # shapely takes a while to load

    sheet = sheet_of(*_plot_page(config, upright=scene.width <= scene.height))
    assert sheet is not None
    pens = Pens(config.pens, config.pen_width, config.hatch, config.hatch_angle)
    plot = plotted(scene, sheet, pens)
    page = f"{sheet.width:.6g}x{sheet.height:.6g}mm"
    decimals = max(config.decimals, _MM_DECIMALS)
    return plot.scene, SvgConfig(decimals=decimals, page=page, lines=True), str(plot)


def _plot_page(config: SvgConfig, *, upright: bool) -> tuple[str, str]:
    """Page and margin of a plot."""
    page = ("A4" if upright else "A4-landscape") if config.page is None else config.page
    return page, _PLOT_MARGIN if config.margin is None else config.margin


def svg_text(scene: Scene, config: SvgConfig = SvgConfig(), *, say: bool = False) -> str:
    """The whole SVG document. Raises `InputError` where a number in the scene is not finite.

    Of cells it shows the first frame, as wide as the scene, as high as the cells make it. say: log
    what was saved in nodes or on the way of a pen, for whoever made the drawing.
    """
    if config.reworks:
        scene, config, note = prepared(scene, config)
        if say and note:
            log.log(NOTICE, note)
    elif scene.source is not None:
        _require_finite((scene.width, scene.height), scene.paths())
        other = [f.name for f in fields(config) if getattr(config, f.name) != f.default]
        if say and (kept := [f"export.svg.{name}" for name in other if name != "decimals"]):
            log.warning("the file keeps its own layers and page: no %s", ", ".join(kept))
        record = provenance.told(scene.metadata).run
        return scene.source.text(scene, record, config.decimals)
    return xml_of(svg_root(scene, config))


def xml_of(root: Element) -> str:
    """A document as the text of its file."""
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def svg_root(scene: Scene, config: SvgConfig) -> Element:
    """The document, to be changed and then written by `xml_of`; `prepared` goes before."""
    size, cells = (scene.width, scene.height), scene.pixel_art
    _require_finite(size, scene.paths())
    if cells is not None:
        root = _pixel_art(cells, scene.width, config)
    else:
        if config.layers not in ("none", "own"):
            scene = regrouped(scene, config.layers)
        root = _layers(size, scene.background, scene.layers, config)
    _drop_unused(root)
    _say_how_it_was_made(root, scene.metadata)
    return root


def _layers(
    size: tuple[float, float], paper: Background, layers: Iterable[AnyLayer], config: SvgConfig
) -> Element:
    """The document of layers: its paper, and a group for each."""
    width, height = (plain_number(side, 6) for side in size)
    sheet = config.sheet()
    if sheet is None:
        drawing = _document((width, height), f"0 0 {width} {height}")
    else:
        drawing = _document(sheet.size(), sheet.view(*size))
    page = Page(drawing, size[0], config.decimals, config.layers == "none")
    page.lines, page.primitives = config.lines, config.primitives
    if sheet is not None and sheet.leaves_room(*size):
        page.cut_to = size
    if paper.painted and paper.color is not None:
        add_paper(page, paper.color, (width, height))
    for layer in layers:
        add_layer(layer, page)
    return _xml(drawing)


def _pixel_art(cells: CellLayer, width: float, config: SvgConfig) -> Element:
    """The document of cells alone, in units of its own, so that every corner is a whole number."""
    across, down = view_size(cells.grid)
    height = width * down / across
    if (sheet := config.sheet()) is not None:
        drawing = _document(sheet.size(), sheet.view(across, down))
    else:
        size = plain_number(width, 6), plain_number(height, 6)
        drawing = _document(size, f"0 0 {across} {down}")
    add_pixel_art(cells, Page(drawing, across))
    return _xml(drawing)


def _document(size: tuple[str, str], view: str) -> Any:
    """An empty document of that size, in px where it names no unit; `view` is its viewBox."""
    import svgwrite  # builds tables of all of SVG as it loads, which the help has no need of
    from svgwrite.extensions.inkscape import INKSCAPE_NAMESPACE

    drawing: Any = svgwrite.Drawing(size=size, viewBox=view, debug=False)
    drawing["xmlns:inkscape"] = INKSCAPE_NAMESPACE
    return drawing


def _xml(drawing: Any) -> Element:
    root: Element = drawing.get_xml()
    return root


def _require_finite(size: tuple[float, float], paths: Iterable[Path]) -> None:
    """`InputError` for NaN and infinity, which no renderer reads the same way."""
    if not np.isfinite(size).all() or min(size) <= 0:
        raise InputError(f"a scene needs a finite size above 0, got {size[0]} x {size[1]}")
    for index, path in enumerate(paths, start=1):
        values = [path.stroke_width, *(path.stroke or ()), *(path.fill or ())]
        points = (part.control_points for part in path.subpaths)
        if not (all(np.isfinite(p).all() for p in points) and np.isfinite(values).all()):
            raise InputError(f"path {index} of the scene holds a number that is not finite")


def _drop_unused(root: Element) -> None:
    """Drop what svgwrite adds to every document and this one has no use for."""
    pictures = any(True for _ in root.iter("image"))  # they name their data by xlink
    for attribute in ("baseProfile", "xmlns:ev", *(() if pictures else ("xmlns:xlink",))):
        del root.attrib[attribute]
    for defs in root.findall("defs"):
        if not len(defs):
            root.remove(defs)


def _say_how_it_was_made(root: Element, metadata: Metadata) -> None:
    """Put title, description and metadata first in the document, where editors look for them.

    Dublin Core facts as Inkscape reads them, and the run as JSON for programs: one more property
    of the work, for Inkscape warns of elements it does not know anywhere else, and keeps this one
    when it saves.
    """
    if metadata.detail == "none":
        return
    told = provenance.told(metadata)
    head = [Element("title"), Element("desc"), Element("metadata")]
    rdf = SubElement(head[2], "rdf:RDF", _NAMESPACES)
    work = SubElement(rdf, "cc:Work", {"rdf:about": ""})
    SubElement(work, "dc:format").text = "image/svg+xml"
    SubElement(work, "dc:type", {"rdf:resource": "http://purl.org/dc/dcmitype/StillImage"})
    SubElement(work, "dc:title").text = head[0].text = told.title or None
    agent = SubElement(SubElement(work, "dc:creator"), "cc:Agent")
    SubElement(agent, "dc:title").text = told.software
    SubElement(work, "dc:description").text = head[1].text = told.description or None
    SubElement(work, "drawkit:run").text = told.run or None
    for position, element in enumerate(head if told.title else head[1:]):
        root.insert(position, element)
