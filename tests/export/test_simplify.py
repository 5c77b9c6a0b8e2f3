"""Fewer nodes, the same picture: by resvg, and by cairosvg as a second opinion."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path as FilePath

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from lxml import etree
from PIL import Image
from scenes import random_scene, small_grid_scene

from drawkit.export import exporter_for
from drawkit.export._fewer_cubics import Fits
from drawkit.export._harm import without_hidden
from drawkit.export._primitives import primitive
from drawkit.export._simplify import node_count
from drawkit.export.svg import SvgConfig, prepared, svg_text
from drawkit.pictures.svg import read_svg
from drawkit.scene import Background, Path, PathLayer, Scene

ROOT = FilePath(__file__).parents[2]
SIMPLE = SvgConfig(simplify=True)
BLACK = (0.0, 0.0, 0.0, 1.0)
Levels = npt.NDArray[np.float64]


def shown(svg: str, width: int = 448) -> Levels:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, background="#ffffff")
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"), float)


def by_cairo(svg: str) -> Levels:
    png = cairosvg.svg2png(bytestring=svg.encode(), output_width=448, background_color="#ffffff")
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)


def nodes_in(svg: str) -> int:
    """Points that the curves of a file run through, counted in its text."""
    root = etree.fromstring(svg.encode())
    found = 0
    for path in root.iter("{*}path"):
        data = path.get("d")
        found += data.count("M") + data.count("C") + data.count("L") - (data.count("Z") and 1)
    kinds = {"line": 2, "rect": 4, "circle": 4, "ellipse": 4}
    return found + sum(kinds.get(etree.QName(e).localname, 0) for e in root.iter("{*}*"))


@pytest.mark.parametrize("name", ["a-cat", "a-tree"])
def test_a_default_drawing_has_half_the_nodes(name: str) -> None:
    scene = read_svg(ROOT / "examples" / "gallery" / f"{name}.svg")
    plain, simple = svg_text(scene), svg_text(scene, SIMPLE)
    assert nodes_in(simple) <= nodes_in(plain) / 2
    assert len(simple) < len(plain) * 0.6
    for show in (shown, by_cairo):
        assert np.abs(show(plain) - show(simple)).mean() <= 1.1
    assert np.abs(shown(plain) - shown(simple)).mean() <= 1.01


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_stays_whatever_is_drawn(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    for paper in (Background(), Background(None), Background((0.1, 0.2, 0.5), painted=True)):
        scene = random_scene(seed, paths=50, size=(224, 150), background=paper)
        plain, simple = svg_text(scene), svg_text(scene, SIMPLE)
        assert np.abs(shown(plain) - shown(simple)).mean() <= 1.01
        assert nodes_in(simple) <= nodes_in(plain)


def curve(segments: int) -> Levels:
    """An exact cubic in so many pieces (de Casteljau)."""
    hull, points = np.array([[0, 0], [10, 60], [60, -40], [90, 30]], float), []
    for left in range(segments, 0, -1):
        t = 1 / left
        a = hull[:-1] + t * np.diff(hull, axis=0)
        b = a[:-1] + t * np.diff(a, axis=0)
        c = b[:-1] + t * np.diff(b, axis=0)
        points.append(np.array([hull[0], a[0], b[0]]))
        hull = np.array([c[0], b[1], a[2], hull[3]])
    return np.vstack([*points, hull[-1:]])


@pytest.mark.parametrize("segments", [2, 3, 7])
def test_a_cubic_in_pieces_is_one_again(segments: int) -> None:
    points = curve(segments)
    found = Fits(points, closed=False).within(0.5)
    assert found == pytest.approx(np.array([[0, 0], [10, 60], [60, -40], [90, 30]]), abs=8)
    assert Fits(points, closed=False).within(0.0) == pytest.approx(points)


def test_corners_stay_and_smooth_joins_stay_smooth() -> None:
    corner = np.array([[0, 0], [10, 0], [20, 0], [30, 0], [30, 10], [30, 20], [30, 30]], float)
    assert len(Fits(corner, closed=False).within(0.5)) == 7
    # Half a sine twice over: more than one cubic can be.
    t = np.linspace(0, 4 * np.pi, 13)
    knots = np.stack([t * 10, 40 * np.sin(t)], axis=1)
    ways = np.stack([np.full(13, 10.0), 40 * np.cos(t)], axis=1) * (t[1] - t[0]) / 3
    points = [
        p
        for a, b, v, w in zip(knots, knots[1:], ways, ways[1:], strict=False)
        for p in (a, a + v, b - w)
    ]
    wave = np.vstack([points, knots[-1:]])
    found = Fits(wave, closed=False).within(2.0)
    assert 7 <= len(found) < len(wave)
    for at in range(3, len(found) - 1, 3):
        before, after = found[at] - found[at - 1], found[at + 1] - found[at]
        cosine = before @ after / np.linalg.norm(before) / np.linalg.norm(after)
        assert cosine > 0.9999


def test_standstills_and_dots_do_no_harm() -> None:
    dot = np.zeros((4, 2))
    assert len(Fits(dot, closed=False).within(1.0)) == 4
    assert len(Fits(np.zeros((10, 2)), closed=False).within(1.0)) == 4
    still = np.vstack([curve(2)[:4], np.repeat(curve(2)[3:4], 3, axis=0), curve(2)[4:]])
    assert len(Fits(still, closed=False).within(0.5)) == 4


def box(x: float, y: float, width: float, height: float, **paint: object) -> Path:
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], float)
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return Path(np.array([a + (b - a) * t / 3 for a, b in sides for t in range(3)]), True, **paint)  # type: ignore[arg-type]


def ellipse(cx: float, cy: float, rx: float, ry: float, **paint: object) -> Path:
    k = 0.5522847498
    unit = [
        [1, 0],
        [1, k],
        [k, 1],
        [0, 1],
        [-k, 1],
        [-1, k],
        [-1, 0],
        [-1, -k],
        [-k, -1],
        [0, -1],
        [k, -1],
        [1, -k],
    ]
    return Path(np.array(unit) * [rx, ry] + np.array([cx, cy]), True, **paint)  # type: ignore[arg-type]


def line(*ends: float) -> Path:
    a, b = np.array(ends, float).reshape(2, 2)
    return Path(a + (b - a) * np.array([0, 1 / 3, 2 / 3, 1])[:, None], stroke=BLACK, stroke_width=3)


def test_shapes_are_written_as_what_they_are() -> None:
    red = {"fill": (1.0, 0.0, 0.0, 1.0)}
    paths = (
        box(10, 10, 30, 20, **red, stroke=BLACK, stroke_width=2), ellipse(60, 20, 12, 12, **red),
        ellipse(30, 60, 20, 9, **red), line(10, 90, 90, 80),
    )  # fmt: skip
    scene = Scene(100, 100, (PathLayer("a", paths),))
    svg = svg_text(scene, SIMPLE)
    kinds = [etree.QName(e).localname for e in etree.fromstring(svg.encode()).find("{*}g")]
    assert kinds == ["rect", "circle", "ellipse", "line"]
    assert np.abs(shown(svg) - shown(svg_text(scene))).mean() < 0.05
    assert svg_text(read(svg)) == svg_text(read(svg_text(read(svg))))


def read(svg: str) -> Scene:
    from drawkit.pictures.svg import svg_file

    return svg_file(svg.encode()).scene


def test_what_is_nearly_a_shape_stays_a_path() -> None:
    turned = box(10, 10, 30, 20, fill=BLACK)
    angle = np.array([[0.9, 0.3], [-0.3, 0.9]])
    egg = np.array(ellipse(50, 50, 30, 20).control_points)
    egg[2] += 3
    bow = box(0, 0, 10, 10).control_points[[0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11]]
    wavy = line(0, 0, 90, 0).control_points + np.array([[0, 0], [0, 1], [0, -1], [0, 0]])
    for path in (
        replace(turned, control_points=turned.control_points @ angle),
        Path(egg, True, fill=BLACK),
        Path(bow, True, fill=BLACK),
        Path(wavy, stroke=BLACK, stroke_width=1),
        line(5, 5, 5, 5),
    ):
        assert primitive(path, 2) is None


def test_what_nobody_can_see_goes_but_not_what_another_layer_hides() -> None:
    dot, cover = box(40, 40, 10, 10, fill=(0.0, 0.0, 1.0, 1.0)), box(30, 30, 40, 40, fill=BLACK)
    together = Scene(100, 100, (PathLayer("a", (dot, cover)),))
    assert list(without_hidden(together).paths()) == [cover]
    apart = Scene(100, 100, (PathLayer("a", (dot,)), PathLayer("b", (cover,))))
    assert list(without_hidden(apart).paths()) == [dot, cover]
    white = replace(dot, fill=(1.0, 1.0, 1.0, 1.0))  # on white paper, which may not stay white
    assert list(without_hidden(Scene(100, 100, (PathLayer("a", (white,)),))).paths()) == [white]
    clear, out = replace(dot, fill=(0, 0, 0, 0.0)), box(200, 10, 9, 9, fill=BLACK)
    found, _, _ = prepared(Scene(100, 100, (PathLayer("a", (clear, out, dot)),)), SIMPLE)
    assert len(list(found.paths())) == 1
    twins = Scene(128, 128, (PathLayer("a", (dot, dot, dot)),))  # one of them has to stay
    assert len(list(without_hidden(twins).paths())) == 1


def test_locked_layers_stay_to_the_last_digit() -> None:
    scene = random_scene(2, paths=20)
    locked = replace(scene, layers=(replace(scene.layers[0], locked=True),))
    found, _, _ = prepared(locked, SIMPLE)
    assert [p.control_points.tolist() for p in found.paths()] == [
        p.control_points.tolist() for p in locked.paths()
    ]


def test_the_figures_are_told(caplog: pytest.LogCaptureFixture, tmp_path: FilePath) -> None:
    caplog.set_level("INFO", "drawkit")
    scene = random_scene(1, paths=20)
    exporter_for(tmp_path / "a.svg", [SIMPLE]).write(scene, tmp_path / "a.svg")
    (note,) = [r.getMessage() for r in caplog.records if "simplified:" in r.getMessage()]
    assert note.startswith(f"simplified: {node_count(scene)} nodes are ")
    assert note.endswith("of 255 levels")
    small = svg_text(small_grid_scene(), SIMPLE)
    assert small == svg_text(small_grid_scene())  # cells are as few as they can be
    assert svg_text(Scene(9, 9), SIMPLE)


def test_a_drawing_with_a_file_of_its_own_gets_its_new_paths(tmp_path: FilePath) -> None:
    """Scenes to go on with keep their file's text, which does not hold for other paths."""

    class Own:
        def text(self, scene: Scene, record: str, decimals: int) -> str:
            return "its own text"

    scene = replace(random_scene(1, paths=20), source=Own())  # type: ignore[arg-type]
    assert svg_text(scene) == "its own text"
    for config in (SIMPLE, SvgConfig(plotter=True)):
        assert "<svg" in svg_text(scene, config)
        found, left, _ = prepared(scene, config)
        assert "<svg" in svg_text(found, left)


def test_hidden_paths_go_alone_and_leave_no_gap(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "drawkit")
    red, blue = (0.9, 0.1, 0.1, 1.0), (0.1, 0.1, 0.9, 1.0)
    under = box(20, 20, 20, 20, fill=blue)
    cover, other = box(10, 10, 60, 60, fill=red), box(12, 12, 40, 40, fill=red)
    plug = box(150, 150, 3, 3, fill=red)  # under 0.1 % of the picture, but a hole without it
    frame = [
        box(140, 140, 23, 10, fill=red),
        box(140, 153, 23, 10, fill=red),
        box(140, 150, 10, 3, fill=red),
        box(153, 150, 10, 3, fill=red),
    ]
    scene = Scene(224, 224, (PathLayer("a", (under, cover, other, plug, *frame)),))
    config = SvgConfig(hidden=False)
    text = svg_text(scene, config, say=True)
    kept, _, note = prepared(scene, config)
    left = [p.control_points.tolist() for p in kept.paths()]
    assert [p.control_points.tolist() for p in (cover, plug, *frame)] == left
    assert note.startswith("without the hidden: 8 paths are 6; the picture differs by 0.00")
    assert note in [record.getMessage() for record in caplog.records]
    assert text.count("<path") == 6
    assert svg_text(scene, SvgConfig()).count("<path") == 8  # a default drawing keeps them
