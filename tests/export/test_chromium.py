"""A browser shows the SVG as our PNG shows it: strokes, shapes, cells and pictures, in layers."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from programs import needs, shot
from scenes import random_grid, random_scene, small_scene

from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import svg_text
from drawkit.scene import Background, CellLayer, RasterLayer, Scene

pytestmark = [pytest.mark.slow, needs("chromium")]
SIDE = 192
NOISE = np.random.default_rng(5).integers(0, 256, (6, 7, 4)).astype(np.uint8)
CELLS = CellLayer("cells", random_grid(3, (24, 16), transparent=1))
PHOTO = RasterLayer("photo", NOISE, 10, 8, width=7 * 4, height=6 * 4)


def with_layers() -> Scene:
    """All kinds of layers, translucent and hidden ones among them."""
    scene = random_scene(4, paths=30)
    (paths,) = scene.layers
    layers = (
        CELLS,
        replace(paths, opacity=0.6),
        replace(PHOTO, opacity=0.8),
        replace(PHOTO, x=60, visible=False),
    )
    return replace(scene, layers=layers)


SCENES = {
    "small": small_scene(),
    "paths": random_scene(8),
    "clear": random_scene(9, paths=40, background=Background(None)),
    "layers": with_layers(),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, npt.NDArray[np.uint8]]:
    """The scenes as pictures of one page, cut out of its screenshot."""
    folder = tmp_path_factory.mktemp("page")
    pictures = []
    for at, (name, scene) in enumerate(SCENES.items()):
        (folder / f"{name}.svg").write_text(svg_text(scene), encoding="utf-8")
        # Paper that is not painted is the page's own.
        paper = "white" if scene.background.color and not scene.background.painted else "none"
        place = f"position:absolute;left:{at * SIDE}px;top:0;width:{SIDE}px;background:{paper}"
        pictures.append(f'<img src="{name}.svg" style="{place}">')
    page = np.asarray(
        Image.open(shot(folder, "".join(pictures), (SIDE * len(SCENES), SIDE))).convert("RGBA")
    )
    return {
        name: page[: round(SIDE * scene.height / scene.width), at * SIDE : (at + 1) * SIDE]
        for at, (name, scene) in enumerate(SCENES.items())
    }


def premultiplied(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    values = picture.astype(float)
    values[..., :3] *= values[..., 3:] / 255
    return values


@pytest.mark.parametrize("name", SCENES)
def test_a_browser_shows_the_same_picture(
    name: str, seen: dict[str, npt.NDArray[np.uint8]]
) -> None:
    ours = Image.open(io.BytesIO(png_bytes(SCENES[name], PngConfig(SIDE)))).convert("RGBA")
    expected, found = premultiplied(np.asarray(ours)), premultiplied(seen[name])
    assert np.abs(expected - found).mean() <= 1
    assert np.abs(expected - found[::-1]).mean() > 4  # and it could tell
