"""The PNG file: its size, its paper and its facts."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import resvg_py
from PIL import Image
from scenes import METADATA, random_scene, small_scene

from drawkit.errors import ConfigError
from drawkit.export.png import MAX_SIZE, PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Background, Scene


def opened(scene: Scene, config: PngConfig = PngConfig()) -> Image.Image:
    image = Image.open(io.BytesIO(png_bytes(scene, config)))
    image.load()  # checks every chunk's CRC
    return image


@pytest.mark.parametrize(
    ("size", "config", "expected"),
    [
        ((224, 224), PngConfig(), (1024, 1024)),
        ((320, 180), PngConfig(), (1024, 576)),
        ((180, 320), PngConfig(), (576, 1024)),
        ((1500, 1000), PngConfig(), (1500, 1000)),
        ((320, 180), PngConfig(160), (160, 90)),
        ((180, 320), PngConfig(64), (36, 64)),
        ((224, 224), PngConfig(1), (1, 1)),
    ],
)
def test_size_is_the_longer_side(
    size: tuple[int, int], config: PngConfig, expected: tuple[int, int]
) -> None:
    assert opened(Scene(*size), config).size == expected


@pytest.mark.parametrize("size", [0, -3, MAX_SIZE + 1, 10**9])
def test_sizes_out_of_range(size: int) -> None:
    with pytest.raises(ConfigError, match=f"size is {size}; allowed: 1 to {MAX_SIZE}"):
        PngConfig(size)


@pytest.mark.parametrize("painted", [False, True])
@pytest.mark.parametrize("color", [(1.0, 1.0, 1.0), (1.0, 0.8, 0.0)])
def test_paper_is_opaque(color: tuple[float, float, float], painted: bool) -> None:
    pixels = np.asarray(opened(Scene(31, 17, background=Background(color, painted))))
    assert (pixels == [*(round(255 * c) for c in color), 255]).all()


def test_no_paper_is_alpha() -> None:
    pixels = np.asarray(opened(Scene(31, 17, background=Background(None))))
    assert pixels.shape[2] == 4
    assert not pixels.any()


def test_it_is_the_picture_of_the_svg() -> None:
    scene = random_scene(3)
    svg = SvgConfig(decimals=0)  # coarse enough to tell the two settings apart
    data = png_bytes(scene, PngConfig(96), svg)
    ours = np.asarray(Image.open(io.BytesIO(data)))
    theirs = resvg_py.svg_to_bytes(svg_string=svg_text(scene, svg), background="#ffffff")
    np.testing.assert_array_equal(ours, np.asarray(Image.open(io.BytesIO(theirs))))
    assert (np.asarray(opened(scene, PngConfig(96))) != ours).any()


def test_facts_are_in_text_chunks() -> None:
    text = opened(Scene(9, 9, metadata=METADATA)).text
    assert text["Title"] == "a cat"
    assert "seed 7" in text["Description"]
    assert text["Software"] == "drawkit 0.1.0"
    run = json.loads(text["drawkit"])
    assert run["config"]["strokes"] == {"count": 2, "max_width": 100.0}
    assert run["score"] == METADATA.score


def test_same_scene_same_bytes() -> None:
    assert png_bytes(small_scene()) == png_bytes(small_scene())
