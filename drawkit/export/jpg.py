"""JPEG: the picture that PNG shows, on its paper, for programs that take nothing else."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from PIL import Image

from drawkit.config.limits import Limits, check_limits
from drawkit.export import Exporter, exporters
from drawkit.export._writing import write_whole
from drawkit.export._xmp import xmp_packet
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Scene

__all__ = ["JpgConfig", "JpgExporter", "jpg_bytes"]


@dataclass(frozen=True)
class JpgConfig:
    """How much is lost; size and scale are those of the PNG."""

    quality: Annotated[int, Limits(1, 100)] = 92
    """1: small and blurred, 100: large and nearly the PNG."""

    def __post_init__(self) -> None:
        check_limits(self, "export.jpg")


@exporters.register("jpg", config=JpgConfig)
class JpgExporter(Exporter):
    """Picture without transparency, small, not exact; for pixel art take PNG."""

    suffixes: ClassVar[tuple[str, ...]] = (".jpg", ".jpeg")
    through: ClassVar[tuple[type[Any], ...]] = (PngConfig, SvgConfig)

    def __init__(
        self,
        config: JpgConfig = JpgConfig(),
        png: PngConfig = PngConfig(),
        svg: SvgConfig = SvgConfig(),
    ) -> None:
        self._config, self._png, self._svg = config, png, svg

    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` as a JPEG; where it has no paper, on white."""
        write_whole(path, jpg_bytes(scene, self._config, self._png, self._svg))


def jpg_bytes(
    scene: Scene,
    config: JpgConfig = JpgConfig(),
    png: PngConfig = PngConfig(),
    svg: SvgConfig = SvgConfig(),
) -> bytes:
    """The whole file, with every pixel's own colour (4:4:4); of cells the first frame."""
    with Image.open(io.BytesIO(png_bytes(scene, png, svg))) as picture:
        drawn = picture.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    file = io.BytesIO()
    said = xmp_packet(scene.metadata)
    Image.alpha_composite(paper, drawn).convert("RGB").save(
        file, "JPEG", quality=config.quality, subsampling="4:4:4", **({"xmp": said} if said else {})
    )
    return file.getvalue()
