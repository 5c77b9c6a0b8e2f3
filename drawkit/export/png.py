"""PNG, rendered from the very SVG text that the SVG exporter writes, so the two agree.

Pixel art goes the other way: its PNG holds the palette and the indices of the grid itself.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from drawkit.color import format_hex
from drawkit.config.limits import Limits, check_limits
from drawkit.errors import InputError
from drawkit.export import Exporter, exporters
from drawkit.export._chunks import indexed_png, with_text
from drawkit.export._indexed import MAX_SIDE, pictures, scale_for, transparent_first
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig, prepared, svg_text
from drawkit.scene import AnyLayer, Metadata, RasterLayer, Scene
from drawkit.scene.grid import Grid

__all__ = ["MAX_SIZE", "PngConfig", "PngExporter", "png_bytes"]

MAX_SIZE = MAX_SIDE
"""Longest side in px: 1 GiB of pixels where the drawing is square."""

_DEFAULT_SIZE = 1024

Pixels = Annotated[int, Limits(1, MAX_SIZE)]


@dataclass(frozen=True)
class PngConfig:
    """How large pictures are. GIF, APNG and WebP take it from here.

    Pixel art is enlarged by whole numbers only.
    """

    size: Pixels | None = None
    """Longer side, px; none: 1024, or the drawing's own size if larger; a picture's own pixels."""
    scale: Pixels | None = None
    """Pixels of a cell; none: as many as `size` holds, without a size 1, or 16 for cells that
    are no squares."""

    def __post_init__(self) -> None:
        check_limits(self, "export.png")


@exporters.register("png", config=PngConfig)
class PngExporter(Exporter):
    """Picture of the drawing at any size, with alpha where the paper is transparent."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config = config
        self._svg = svg

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as a PNG: 8 bits a channel, or the palette of cells alone."""
        write_whole(path, png_bytes(scene, self._config, self._svg))


def png_bytes(scene: Scene, config: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole PNG file, RGBA: opaque on the scene's paper, or with alpha where it has none.

    svg: how the SVG that it shows is written. Raises `InputError` where that cannot be rendered.
    Of cells alone it holds the first frame: the whole palette, the transparent colour at index 0.
    """
    if scene.grid is not None and not svg.plotter:
        return _grid_png(scene.grid, scene.metadata, config)
    paper = scene.background.color
    sides = scene.width, scene.height
    picture = _only_picture(scene.layers, sides, paper=paper is not None)
    if picture is not None and config.size is None:
        return with_text(_picture_png(picture), scene.metadata)
    if svg.reworks:
        scene, svg, _ = prepared(scene, svg)
    size = _size(max(scene.width, scene.height), config)
    wide = scene.width >= scene.height
    try:
        rendered = resvg_py.svg_to_bytes(
            svg_string=svg_text(scene, replace(svg, page=None, margin=None)),
            width=size if wide else None,  # the other side follows, keeping the aspect
            height=None if wide else size,
            background=None if paper is None else format_hex(paper),
            dpi=96,  # files that are gone on with may be in millimetres
            skip_system_fonts=True,  # no text is drawn; reading the fonts would take seconds
        )
    except ValueError as error:
        raise InputError(f"the drawing cannot be rendered: {error}") from error
    return with_text(rendered, scene.metadata)


def _only_picture(
    layers: Sequence[AnyLayer], size: tuple[float, float], *, paper: bool
) -> npt.NDArray[np.uint8] | None:
    """The pixels of a scene that is a picture and nothing else, with no paper seen through it.

    None for other scenes.
    """
    if len(layers) != 1 or not isinstance(layer := layers[0], RasterLayer):
        return None
    if not layer.visible or layer.opacity < 1 or layer.box != (0, 0, *size):
        return None
    if layer.pixels.shape[1::-1] != size or (paper and (layer.pixels[..., 3] < 255).any()):
        return None
    return layer.pixels


def _picture_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Straight RGBA [H, W, 4] as it is."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _size(longer: float, config: PngConfig) -> int:
    """The longer side in px, of a drawing with this one."""
    if config.size is not None:
        return config.size
    return min(max(_DEFAULT_SIZE, round(longer)), MAX_SIZE)


def _grid_png(grid: Grid, metadata: Metadata, config: PngConfig) -> bytes:
    """The first frame as indices, in the fewest bits that hold the palette."""
    scale = scale_for(grid, config.size, config.scale)
    ready = transparent_first(grid)
    hidden = ready.transparent is not None
    return with_text(
        indexed_png(pictures(ready, scale), ready.palette, transparent=hidden), metadata
    )
