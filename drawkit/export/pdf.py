"""PDF by cairosvg: the SVG's paths stay vectors. Needs the system library libcairo."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, ClassVar

from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._cairo import load_cairosvg
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Metadata, Scene

__all__ = ["PdfConfig", "PdfExporter", "pdf_bytes"]


@dataclass(frozen=True)
class PdfConfig:
    """Nothing to set: the page is that of the SVG, or the drawing's own size, 1/96 inch a unit."""


@exporters.register("pdf", config=PdfConfig)
class PdfExporter(Exporter):
    """Vector drawing for print, on a page of its own size or on real paper."""

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: PdfConfig = PdfConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config = config
        self._svg = svg

    @classmethod
    def require(cls) -> None:
        """`BackendError` with what to install where cairosvg or libcairo is missing."""
        load_cairosvg("PDF")

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as a PDF of one page."""
        write_whole(path, pdf_bytes(scene, self._svg))


def pdf_bytes(scene: Scene, svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole PDF file. Unlike SVG and PNG it carries the time of writing, which cairo adds."""
    file = io.BytesIO()
    text = svg_text(scene, svg).encode("utf-8")
    _surface(scene.metadata).convert(bytestring=text, write_to=file)
    return file.getvalue()


def _surface(metadata: Metadata) -> Any:
    """The PDF surface of cairosvg, with title and description in the file's own fields."""
    surface: Any = load_cairosvg("PDF").surface
    cairo = surface.cairo
    told = provenance.told(metadata)
    facts = {
        cairo.PDF_METADATA_TITLE: told.title,
        cairo.PDF_METADATA_SUBJECT: told.description,
        cairo.PDF_METADATA_CREATOR: told.software,
    }

    class DescribedSurface(surface.PDFSurface):  # type: ignore[misc]
        def _create_surface(self, width: float, height: float) -> tuple[Any, float, float]:
            pdf, width, height = super()._create_surface(width, height)
            for field, text in facts.items():
                if not text:
                    continue
                pdf.set_metadata(field, text)
            return pdf, width, height

    return DescribedSurface
