"""APNG: every frame with its exact duration, of pixel art over one palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drawkit.export import exporters
from drawkit.export._chunks import indexed_png, rgba_apng, with_text
from drawkit.export._frames import Pictures
from drawkit.export._indexed import pictures as indexed_pictures
from drawkit.export._indexed import scale_for, transparent_first
from drawkit.export._picture import PictureExporter, cells_or_paths
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Scene
from drawkit.scene.film import Film, whole_times

__all__ = ["ApngConfig", "ApngExporter", "apng_bytes"]


@dataclass(frozen=True)
class ApngConfig:
    """Nothing to set: size and scale are those of the PNG."""


@exporters.register("apng", config=ApngConfig)
class ApngExporter(PictureExporter):
    """Animated PNG, which browsers play and other programs show as its first frame."""

    suffixes: ClassVar[tuple[str, ...]] = (".apng",)

    def encoded(self, film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `apng_bytes`."""
        return apng_bytes(film, png, svg)


def apng_bytes(
    shown: Scene | Film, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()
) -> bytes:
    """The whole file; frames of pixel art follow each other whole, and read back as they are.

    Raises `InputError` for a scene that is neither pixel art nor paths alone.
    """
    film = Film.of(shown)
    grid = cells_or_paths(film, "apng")
    if len(film.frames) == 1:
        return png_bytes(film.first, png, svg)
    if grid is None:
        pictures = Pictures(film.first, png, svg).all(film.frames)
        times = whole_times(film.durations)
        return with_text(rgba_apng(zip(pictures, times, strict=False), film.loop), film.metadata)
    scale = scale_for(grid, png.size, png.scale)
    ready = transparent_first(grid)
    hidden = ready.transparent is not None
    drawn = indexed_pictures(ready, scale)
    file = indexed_png(drawn, ready.palette, transparent=hidden, animated=True)
    return with_text(file, film.metadata)
