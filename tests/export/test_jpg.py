"""JPEG as Pillow reads it: the PNG's picture, on white where there is no paper."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scenes import METADATA, random_scene, small_grid_scene

from drawkit.errors import ConfigError
from drawkit.export.jpg import JpgConfig, jpg_bytes
from drawkit.export.png import PngConfig, png_bytes
from drawkit.scene import Background, Scene


@pytest.mark.parametrize("paper", [None, (1.0, 1.0, 1.0), (0.2, 0.6, 0.8)])
def test_it_shows_what_the_png_shows(paper: tuple[float, float, float] | None) -> None:
    scene, size = random_scene(2, background=Background(paper)), PngConfig(size=384)
    picture = Image.open(io.BytesIO(jpg_bytes(scene, png=size)))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (384, 256))
    png = Image.open(io.BytesIO(png_bytes(scene, size))).convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", png.size, "white"), png).convert("RGB")
    apart = np.abs(np.asarray(picture, float) - np.asarray(on_white, float)).mean()
    assert apart < 3
    assert np.abs(np.asarray(picture, float)[::-1] - np.asarray(on_white, float)).mean() > 5


def test_quality_and_facts() -> None:
    scene = replace(random_scene(2), metadata=METADATA)
    small, large = (jpg_bytes(scene, JpgConfig(quality=q)) for q in (20, 95))
    assert len(small) < len(large) / 2
    assert b"<dc:title>" in small
    assert b"a cat" in small
    silent = jpg_bytes(replace(scene, metadata=replace(METADATA, detail="none")))
    assert b"xmpmeta" not in silent
    with pytest.raises(ConfigError, match="quality is 0; allowed: 1 to 100"):
        JpgConfig(quality=0)


def test_clear_cells_are_white() -> None:
    picture = Image.open(io.BytesIO(jpg_bytes(small_grid_scene(), png=PngConfig(scale=16))))
    assert min(picture.getpixel((4, 4))) > 245  # type: ignore[type-var, arg-type]
    assert jpg_bytes(Scene(3, 2))
