"""The SVG shows the scene: resvg, cairosvg, and cairo fed with the scene's own numbers agree.

The third draws straight from the control points and never sees the SVG, so it would notice a
halved width, a wrong fill rule or a lost layer that both SVG renderers would show alike.
"""

from __future__ import annotations

import dataclasses
import io

import cairocffi
import cairosvg
import numpy as np
import pytest
from PIL import Image
from scenes import random_scene, small_scene

from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import svg_text
from drawkit.scene import Background, Path, PathLayer, Scene

BOUND = 3 / 255  # right drawings stay under 2.1 / 255, wrong ones come out at 12 and more
PAPERS = [
    Background(),
    Background(None),
    Background((0.2, 0.5, 0.9)),
    Background((0.2, 0.5, 0.9), painted=True),
]


def premultiplied(png: bytes) -> np.ndarray:
    """[H, W, 4] in 0..1, so that the colour of empty pixels does not count."""
    rgba = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=np.float64) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba


def by_resvg(scene: Scene, scale: int = 1) -> np.ndarray:
    return premultiplied(png_bytes(scene, PngConfig(int(max(scene.width, scene.height) * scale))))


def by_cairosvg(scene: Scene, scale: int = 1) -> np.ndarray:
    color = scene.background.color
    paper = None if color is None else "#" + "".join(f"{round(c * 255):02x}" for c in color)
    data = svg_text(scene).encode()
    return premultiplied(cairosvg.svg2png(data, scale=scale, background_color=paper))


def by_cairo(scene: Scene) -> np.ndarray:
    """The scene drawn by cairo directly; knows nothing of SVG."""
    width, height = int(scene.width), int(scene.height)
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, width, height)
    context = cairocffi.Context(surface)
    if scene.background.color is not None:
        context.set_source_rgb(*scene.background.color)
        context.paint()
    context.set_line_cap(cairocffi.LINE_CAP_ROUND)
    context.set_line_join(cairocffi.LINE_JOIN_ROUND)
    for path in scene.paths():
        points = [tuple(p) for p in path.control_points]
        if path.closed:
            points.append(points[0])
        context.move_to(*points[0])
        for i in range(1, len(points), 3):
            context.curve_to(*points[i], *points[i + 1], *points[i + 2])
        if path.closed:
            context.close_path()
        if path.fill is not None:
            even_odd = path.fill_rule == "evenodd"
            context.set_fill_rule(
                cairocffi.FILL_RULE_EVEN_ODD if even_odd else cairocffi.FILL_RULE_WINDING
            )
            context.set_source_rgba(*path.fill)
            context.fill_preserve()
        if path.stroke is not None:
            context.set_line_width(path.stroke_width)
            context.set_source_rgba(*path.stroke)
            context.stroke_preserve()
        context.new_path()
    file = io.BytesIO()
    surface.write_to_png(file)
    return premultiplied(file.getvalue())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("background", PAPERS)
def test_three_renderers_agree(seed: int, background: Background) -> None:
    scene = random_scene(seed, background=background)
    ours = by_resvg(scene)
    assert np.abs(ours - by_cairosvg(scene)).mean() <= BOUND
    assert np.abs(ours - by_cairo(scene)).mean() <= BOUND


@pytest.mark.parametrize("scale", [2, 5])
def test_renderers_agree_enlarged(scale: int) -> None:
    scene = random_scene(11)
    ours, theirs = by_resvg(scene, scale), by_cairosvg(scene, scale)
    assert ours.shape == theirs.shape == (64 * scale, 96 * scale, 4)
    assert np.abs(ours - theirs).mean() <= BOUND


@pytest.mark.parametrize("width", [0.1, 0.3, 1.0])
def test_thin_strokes_are_faint_not_wide(width: float) -> None:
    points = np.array([[4.0, 16.0], [12, 16], [20, 16], [28, 16]])
    scene = Scene(
        32,
        32,
        (PathLayer("strokes", (Path(points, stroke=(0, 0, 0, 1), stroke_width=width),)),),
        Background(None),
    )
    area = 24 * width + np.pi * width**2 / 4
    # 0.1 px comes out 6 % light or heavy: coverage is stored in 256 levels.
    assert by_resvg(scene)[..., 3].sum() == pytest.approx(area, rel=0.07)


def test_a_collapsed_stroke_is_a_dot() -> None:
    points = np.full((4, 2), 16.0)
    dot = Path(points, stroke=(0, 0, 0, 1), stroke_width=6)
    scene = Scene(32, 32, (PathLayer("strokes", (dot,)),), Background(None))
    for picture in (by_resvg(scene), by_cairosvg(scene)):
        assert picture[..., 3].sum() == pytest.approx(np.pi * 9, rel=0.03)


def awkward_scene() -> Scene:
    """What an optimizer may leave behind: invisible, collapsed, far away, all on one point."""
    black = (0.0, 0.0, 0.0, 1.0)
    here = np.array([[5.0, 5.0], [20, 5], [20, 25], [5, 25]])
    dot, back = np.full((4, 2), 12.0), np.array([[5.0, 16.0], [25, 16], [25, 16], [5, 16]])
    paths = (
        Path(here, stroke=black, stroke_width=0.0),
        Path(here, stroke=black, stroke_width=1e-9),
        Path(here, stroke=(1, 0, 0, 0.0), stroke_width=5),
        Path(here),
        Path(here * 1e6, stroke=black, stroke_width=3),
        Path(here - 1e7, closed=False, stroke=black, stroke_width=100),
        Path(here, stroke=(0, 0.5, 0, 0.5), stroke_width=500),
        Path(dot, stroke=(0, 0, 1, 1), stroke_width=4),
        Path(dot[:3], closed=True, fill=black, stroke=(0, 0, 1, 0.5), stroke_width=2),
        Path(back[:3], closed=True, fill=(1, 0, 0, 1)),
    )
    return Scene(32, 32, (PathLayer("awkward", paths), PathLayer("empty")))


def test_awkward_paths() -> None:
    scene = awkward_scene()
    ours = by_resvg(scene)
    assert np.abs(ours - by_cairosvg(scene)).mean() <= BOUND
    assert np.abs(ours[30, 1] - [0.5, 0.75, 0.5, 1]).max() <= 0.01  # the wide one, alone
    assert ours[12, 12, 2] > 0.9  # the dot


def _wider(path: Path) -> Path:
    return dataclasses.replace(path, stroke_width=1.5 * path.stroke_width)


def _other_rule(path: Path) -> Path:
    rule = "nonzero" if path.fill_rule == "evenodd" else "evenodd"
    return dataclasses.replace(path, fill_rule=rule)


def _opaque(path: Path) -> Path:
    return dataclasses.replace(path, stroke=path.stroke and (*path.stroke[:3], 1.0))


@pytest.mark.parametrize("change", [_wider, _opaque])
def test_the_comparison_can_fail(change: object) -> None:
    scene = random_scene(0)
    changed = dataclasses.replace(
        scene, layers=(PathLayer("drawing", tuple(map(change, scene.paths()))),)
    )
    assert np.abs(by_resvg(scene) - by_cairo(changed)).mean() > BOUND


def test_the_comparison_sees_paint_order() -> None:
    scene = random_scene(0)
    upside_down = tuple(reversed(list(scene.paths())))
    changed = dataclasses.replace(scene, layers=(PathLayer("drawing", upside_down),))
    assert np.abs(by_resvg(scene) - by_cairo(changed)).mean() > BOUND


def test_the_comparison_sees_the_fill_rule() -> None:
    turns = np.linspace(0, 4 * np.pi, 12, endpoint=False)
    twice_round = 16 + 12 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    path = Path(twice_round, closed=True, fill=(0, 0, 0, 1))
    scene = Scene(32, 32, (PathLayer("shapes", (path,)),))
    changed = Scene(32, 32, (PathLayer("shapes", (_other_rule(path),)),))
    assert np.abs(by_resvg(scene) - by_cairo(scene)).mean() <= BOUND
    assert np.abs(by_resvg(scene) - by_cairo(changed)).mean() > BOUND


def test_small_scene_looks_right() -> None:
    scene = small_scene()
    assert np.abs(by_resvg(scene) - by_cairo(scene)).mean() <= BOUND
