"""What the formats share that hold the same pixels as the PNG, and what some of them refuse."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from drawkit.errors import InputError
from drawkit.export import Exporter
from drawkit.export._writing import write_whole
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.scene import AnyLayer, GroupLayer, PathLayer, Scene
from drawkit.scene.film import Film
from drawkit.scene.grid import Grid

__all__ = ["PictureExporter", "cells_or_paths"]


class PictureExporter(Exporter):
    """Writes pictures of the PNG's size and scale; a subclass says how they are encoded."""

    through: ClassVar[tuple[type[Any], ...]] = (PngConfig, SvgConfig)

    def __init__(
        self, config: object = None, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()
    ) -> None:
        """`config` is the format's own, which none of them needs so far."""
        self._png = png
        self._svg = svg

    @abstractmethod
    def encoded(self, film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
        """The whole file."""

    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` to `path`; animations play for ever."""
        self.write_film(Film.of(scene), path)

    def write_film(self, film: Film, path: Path) -> None:
        """Write every frame of `film`, one after the other."""
        write_whole(path, self.encoded(film, self._png, self._svg))


def cells_or_paths(film: Film, kind: str) -> Grid | None:
    """The cells of a film of pixel art; None for paths, which the format holds as pictures.

    `InputError` for a picture of anything else: among other layers cells would lose their palette
    and frames, and layers their opacity. kind: the format's name.
    """
    scene = film.first
    if len(film.frames) > 1:
        return film.grid
    if scene.grid is None and not all(map(_of_paths, scene.layers)):
        found = ", ".join(dict.fromkeys(layer.contents for layer in scene.layers))
        raise InputError(
            f"{kind} takes one layer of cells, visible and with opacity 1, or paths alone;"
            f" got {found} in {len(scene.layers)} layers; svg, png, pdf and webp take them all"
        )
    return film.grid


def _of_paths(layer: AnyLayer) -> bool:
    if isinstance(layer, GroupLayer):
        return all(map(_of_paths, layer.layers))
    return isinstance(layer, PathLayer)
