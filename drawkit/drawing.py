"""A finished drawing in the hand: save it, or take it as SVG text, PNG bytes or plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from drawkit.export import exporter_for
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.saving.leftovers import settle
from drawkit.scene import Scene

__all__ = ["Drawing"]

T = TypeVar("T")


@dataclass(frozen=True)
class Drawing:
    """What `draw` returns: the scene, how it was made, and ways to write it.

    export_configs: settings of the exporters; a format without one is written at its defaults.
    """

    scene: Scene
    export_configs: tuple[object, ...] = ()

    @property
    def score(self) -> float | None:
        """How well the perceptor finds the prompts in the whole drawing, -1..1."""
        return self.scene.metadata.score

    def save(self, path: str | Path) -> Path:
        """Write the drawing; the suffix decides the format. Replaces what is there."""
        path = Path(path)
        settle([path.parent])
        exporter_for(path, self.export_configs).write(self.scene, path)
        return path

    def svg(self) -> str:
        """The drawing as SVG text."""
        return svg_text(self.scene, self._config(SvgConfig))

    def png(self, size: int | None = None) -> bytes:
        """The drawing as a PNG file, its longer side `size` pixels."""
        config = self._config(PngConfig) if size is None else PngConfig(size=size)
        return png_bytes(self.scene, config, self._config(SvgConfig))

    def _repr_svg_(self) -> str:
        """Notebooks show the drawing itself."""
        return self.svg()

    def _config(self, cls: type[T]) -> T:
        return next((c for c in self.export_configs if isinstance(c, cls)), cls())
