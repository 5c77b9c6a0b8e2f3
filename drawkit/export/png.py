"""PNG, rendered from the very SVG text that the SVG exporter writes, so the two agree."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, ClassVar

import resvg_py
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from drawkit.color import format_hex
from drawkit.errors import ConfigError, InputError
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Metadata, Scene

__all__ = ["MAX_SIZE", "PngConfig", "PngExporter", "png_bytes"]

MAX_SIZE = 16384
"""Longest side in px: 1 GiB of pixels where the drawing is square."""

_DEFAULT_SIZE = 1024


@dataclass(frozen=True)
class PngConfig:
    """size: the longer side in px, 1..16384; None is 1024, or the drawing's own size if larger."""

    size: int | None = None

    def __post_init__(self) -> None:
        if self.size is not None and not 1 <= self.size <= MAX_SIZE:
            raise ConfigError(f"png size is 1 to {MAX_SIZE} px, got {self.size}")


@exporters.register("png", config=PngConfig)
class PngExporter(Exporter):
    """Picture of the drawing at any size, with alpha where the paper is transparent."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config = config
        self._svg = svg

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as an 8-bit PNG."""
        write_whole(path, png_bytes(scene, self._config, self._svg))


def png_bytes(scene: Scene, config: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole PNG file: RGB on the scene's paper, or RGBA where the paper is transparent.

    svg: how the SVG that it shows is written. Raises `InputError` where that cannot be rendered.
    """
    paper = scene.background.color
    width, height = _pixels(scene, config.size)
    try:
        rendered = resvg_py.svg_to_bytes(
            svg_string=svg_text(scene, svg),
            width=width,
            height=height,
            background=None if paper is None else format_hex(paper),
            skip_system_fonts=True,  # no text is drawn; reading the fonts would take seconds
        )
    except ValueError as error:
        raise InputError(f"the drawing cannot be rendered: {error}") from error
    picture = Image.open(io.BytesIO(rendered)).convert("RGBA" if paper is None else "RGB")
    file = io.BytesIO()
    picture.save(file, format="PNG", pnginfo=_text_chunks(scene.metadata))
    return file.getvalue()


def _pixels(scene: Scene, size: int | None) -> tuple[int, int]:
    """Width and height in px with `size` as the longer side, at least 1 px each."""
    longer = max(scene.width, scene.height)
    if size is None:
        size = min(max(_DEFAULT_SIZE, round(longer)), MAX_SIZE)
    return (
        max(1, round(scene.width * size / longer)),
        max(1, round(scene.height * size / longer)),
    )


def _text_chunks(metadata: Metadata) -> PngInfo:
    """The facts that the SVG holds too, under PNG's own keywords and `drawkit` for the JSON."""
    chunks = PngInfo()
    facts = {
        "Title": provenance.title(metadata),
        "Description": provenance.describe(metadata),
        "Software": provenance.software(metadata),
        "drawkit": provenance.run_json(metadata),
    }
    for keyword, text in facts.items():
        if text:
            chunks.add_itxt(keyword, text)
    return chunks
