"""PNG, rendered from the very SVG text that the SVG exporter writes, so the two agree."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, ClassVar

import resvg_py
from PIL.PngImagePlugin import PngInfo, putchunk

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
_HEADER_BYTES = 8 + 25  # signature and IHDR, which always comes first


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
    """The whole PNG file, RGBA: opaque on the scene's paper, or with alpha where it has none.

    svg: how the SVG that it shows is written. Raises `InputError` where that cannot be rendered.
    """
    paper = scene.background.color
    size, wide = _size(scene, config), scene.width >= scene.height
    try:
        rendered = resvg_py.svg_to_bytes(
            svg_string=svg_text(scene, svg),
            width=size if wide else None,  # the other side follows, keeping the aspect
            height=None if wide else size,
            background=None if paper is None else format_hex(paper),
            skip_system_fonts=True,  # no text is drawn; reading the fonts would take seconds
        )
    except ValueError as error:
        raise InputError(f"the drawing cannot be rendered: {error}") from error
    return _with_text(rendered, scene.metadata)


def _size(scene: Scene, config: PngConfig) -> int:
    """The longer side in px."""
    if config.size is not None:
        return config.size
    return min(max(_DEFAULT_SIZE, round(max(scene.width, scene.height))), MAX_SIZE)


def _with_text(png: bytes, metadata: Metadata) -> bytes:
    """The PNG with the facts that the SVG holds too, `drawkit` being the JSON for programs.

    Spliced in behind the header: decoding would cost seconds and gigabytes at poster sizes.
    """
    facts = {
        "Title": provenance.title(metadata),
        "Description": provenance.describe(metadata),
        "Software": provenance.software(metadata),
        "drawkit": provenance.run_json(metadata),
    }
    info = PngInfo()
    for keyword, text in facts.items():
        if text:
            info.add_itxt(keyword, text)
    file = io.BytesIO()
    file.write(png[:_HEADER_BYTES])
    for chunk in info.chunks:
        putchunk(file, *chunk[:2])
    file.write(png[_HEADER_BYTES:])
    return file.getvalue()
