"""The picture that is optimized is the one that the SVG shows, as resvg and cairosvg draw it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import cairosvg
import numpy as np
import pytest
import resvg_py
import torch
from PIL import Image
from raster.builder import Item, build

from drawkit.color import format_hex
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.raster import Paths, rasterize
from drawkit.scene import Background, Path, PathLayer, Scene

BOUND = 2 / 255
Draw = Callable[[Scene], np.ndarray]


def random_strokes(seed: int, count: int, size: tuple[int, int]) -> Scene:
    """Translucent strokes of 1 to 3 segments, 0.5 to 12 px wide, partly off the canvas."""
    rng = np.random.default_rng(seed)
    paths = []
    for _ in range(count):
        number = 3 * int(rng.integers(1, 4)) + 1
        start = rng.uniform(-0.1, 1.1, 2) * size
        points = start + np.cumsum(rng.normal(0, 0.07 * min(size), (number, 2)), 0)
        width = float(np.exp(rng.uniform(np.log(0.5), np.log(12))))
        red, green, blue, alpha = rng.uniform(0, 1, 4).tolist()
        paths.append(Path(points, stroke=(red, green, blue, alpha), stroke_width=width))
    return Scene(*size, (PathLayer("strokes", tuple(paths)),), Background())


def random_shapes(seed: int, count: int, size: tuple[int, int]) -> Scene:
    """Closed shapes of both fill rules that may cross themselves, every second with a stroke."""
    rng = np.random.default_rng(seed)
    paths = []
    for index in range(count):
        start = rng.uniform(0, 1, 2) * size
        points = start + np.cumsum(
            rng.normal(0, 0.15 * min(size), (3 * int(rng.integers(2, 4)), 2)), 0
        )
        fill, stroke = (tuple(rng.uniform(0, 1, 4).tolist()) for _ in range(2))
        rule = "evenodd" if index % 3 == 0 else "nonzero"
        path = Path(points, closed=True, fill=fill, fill_rule=rule)
        paths.append(replace(path, stroke=stroke, stroke_width=2.0) if index % 2 else path)
    return Scene(*size, (PathLayer("shapes", tuple(paths)),), Background())


def as_paths(scene: Scene) -> Paths:
    return build(
        *(
            Item(
                path.control_points,
                path.closed,
                path.stroke_width / 2,
                path.stroke,
                path.fill,
                path.fill_rule == "evenodd",
            )
            for path in scene.paths()
        )
    )


def by_us(scene: Scene) -> np.ndarray:
    """Premultiplied RGBA [H, W, 4], 0..1."""
    color = scene.background.color
    ground = (0.0, 0.0, 0.0, 0.0) if color is None else (*color, 1.0)
    with torch.no_grad():
        picture = rasterize(
            as_paths(scene), int(scene.width), int(scene.height), ground, premultiplied=True
        )
    return picture.double().numpy()


def decoded(png: bytes) -> np.ndarray:
    rgba = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.float64) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba


def paper(scene: Scene) -> str | None:
    return None if scene.background.color is None else format_hex(scene.background.color)


def by_resvg(scene: Scene) -> np.ndarray:
    text = svg_text(scene, SvgConfig(decimals=3))
    return decoded(bytes(resvg_py.svg_to_bytes(svg_string=text, background=paper(scene))))


def by_cairosvg(scene: Scene) -> np.ndarray:
    text = svg_text(scene, SvgConfig(decimals=3))
    return decoded(cairosvg.svg2png(text.encode(), background_color=paper(scene)))


def apart(scene: Scene, draw: Draw) -> float:
    """Mean difference of our picture and the SVG's."""
    ours, theirs = by_us(scene), draw(scene)
    assert ours.shape == theirs.shape
    return float(np.abs(ours - theirs).mean())


RENDERERS = pytest.mark.parametrize("draw", [by_resvg, by_cairosvg])


@RENDERERS
@pytest.mark.parametrize("size", [(224, 224), (160, 90), (37, 53)])
@pytest.mark.parametrize("make", [random_strokes, random_shapes])
def test_the_svg_shows_our_picture(
    make: Callable[..., Scene], size: tuple[int, int], draw: Draw
) -> None:
    for seed in range(2):
        scene = make(seed, 12 + size[0] * size[1] // 500, size)
        assert apart(scene, draw) <= BOUND


@RENDERERS
@pytest.mark.parametrize("ground", [Background(None), Background((0.2, 0.5, 0.9))])
def test_on_no_paper_and_on_blue(ground: Background, draw: Draw) -> None:
    scene = replace(random_strokes(5, 40, (120, 80)), background=ground)
    assert apart(scene, draw) <= BOUND


def thicker(path: Path) -> Path:
    return replace(path, stroke_width=path.stroke_width * 2)


def shifted(path: Path) -> Path:
    return replace(path, control_points=path.control_points + 0.5)


def flatter(path: Path) -> Path:
    red, green, blue, alpha = path.stroke or (0.0, 0.0, 0.0, 0.0)
    return replace(path, stroke=(red, green, blue, alpha**2))


@pytest.mark.parametrize("change", [thicker, shifted, flatter])
def test_the_comparison_can_fail(change: Callable[[Path], Path]) -> None:
    """A diameter taken for a radius, pixel centres half a pixel off, alpha multiplied twice."""
    scene = random_strokes(0, 100, (224, 224))
    layers = tuple(PathLayer(g.name, tuple(change(p) for p in g.paths)) for g in scene.layers)
    assert np.abs(by_us(scene) - by_resvg(replace(scene, layers=layers))).mean() > BOUND
