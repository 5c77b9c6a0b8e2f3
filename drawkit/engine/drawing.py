"""A finished drawing in the hand: save it, or take it as SVG text, PNG bytes or plain data."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PIL import Image

from drawkit.export import exporter_for
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.files.leftovers import settle
from drawkit.scene import GroupLayer, PathLayer, Scene

__all__ = ["Drawing"]

T = TypeVar("T")

_SHOWN = 512
"""Longer side in px of the picture that a notebook shows."""
_TITLE = 60


@dataclass(frozen=True, repr=False)
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

    def image(self, size: int | None = None) -> Image.Image:
        """The drawing as a PIL picture (RGBA), its longer side `size` pixels."""
        with Image.open(io.BytesIO(self.png(size))) as picture:
            return picture.convert("RGBA")

    def _repr_png_(self) -> bytes:
        """Notebooks show the drawing itself."""
        return self.png(_SHOWN)

    def _repr_svg_(self) -> str:
        """Notebooks that can show it as it will be edited."""
        return self.svg()

    def __repr__(self) -> str:
        """One line: what it shows, its size, what it is made of, its score."""
        scene, facts = self.scene, self.scene.metadata
        title = facts.title if len(facts.title) <= _TITLE else f"{facts.title[:_TITLE]}..."
        paths = sum(1 for _ in scene.paths())
        named = (PathLayer, GroupLayer)
        others = [layer.contents for layer in scene.layers if not isinstance(layer, named)]
        made = ", ".join([f"{paths} paths", *others] if paths or not others else others)
        score = "" if facts.score is None else f", score {facts.score:.3f}"
        return f"<Drawing {title!r}, {scene.width:g}x{scene.height:g}, {made}{score}>"

    def _config(self, cls: type[T]) -> T:
        return next((c for c in self.export_configs if isinstance(c, cls)), cls())
