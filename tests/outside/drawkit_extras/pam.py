"""An exporter of raster layers: PAM, the Netpbm format with transparency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drawkit.errors import InputError
from drawkit.export import Exporter, exporters
from drawkit.files.writing import write_whole
from drawkit.scene import RasterLayer, Scene


@dataclass(frozen=True)
class PamConfig:
    """It has no settings."""


@exporters.register("pam", config=PamConfig)
class PamExporter(Exporter):
    """Netpbm's PAM, of a scene that is one raster layer."""

    suffixes = (".pam",)

    def __init__(self, config: PamConfig) -> None:
        self.config = config

    def write(self, scene: Scene, path: Path) -> None:
        match scene.layers:
            case (RasterLayer(pixels=pixels),):
                height, width = pixels.shape[:2]
            case _:
                raise InputError(f"'{path}': PAM takes a drawing of one raster layer")
        head = (
            f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
        )
        write_whole(path, head.encode() + pixels.tobytes())
