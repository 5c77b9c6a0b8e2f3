"""APNG: every frame of a grid with its exact duration, over one palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drawkit.export import exporters
from drawkit.export._chunks import indexed_png, with_text
from drawkit.export._indexed import pictures, scale_for, transparent_first
from drawkit.export._picture import PictureExporter, cells_or_paths
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Scene

__all__ = ["ApngConfig", "ApngExporter", "apng_bytes"]


@dataclass(frozen=True)
class ApngConfig:
    """Nothing to set: size and scale are those of the PNG."""


@exporters.register("apng", config=ApngConfig)
class ApngExporter(PictureExporter):
    """Animated PNG of pixel art, which browsers play and other programs show as its first frame."""

    suffixes: ClassVar[tuple[str, ...]] = (".apng",)

    def encoded(self, scene: Scene, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `apng_bytes`."""
        return apng_bytes(scene, png, svg)


def apng_bytes(scene: Scene, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole file; frames follow each other whole, so that they read back as they are.

    Raises `InputError` for a scene that is neither pixel art nor paths alone.
    """
    grid = cells_or_paths(scene, "apng")
    if grid is None or len(grid.frames) == 1:
        return png_bytes(scene, png, svg)
    scale = scale_for(grid, png.size, png.scale)
    ready = transparent_first(grid)
    hidden = ready.transparent is not None
    file = indexed_png(pictures(ready, scale), ready.palette, transparent=hidden, animated=True)
    return with_text(file, scene.metadata)
