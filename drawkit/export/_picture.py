"""What the formats share that hold the same pixels as the PNG."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from drawkit.export import Exporter
from drawkit.export._writing import write_whole
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.scene import Scene

__all__ = ["PictureExporter"]


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
    def encoded(self, scene: Scene, png: PngConfig, svg: SvgConfig) -> bytes:
        """The whole file."""

    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` to `path`; animations play for ever."""
        write_whole(path, self.encoded(scene, self._png, self._svg))
