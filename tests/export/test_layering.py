"""Paths in other layers: every path once, names that say what is in them, the same picture."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from lxml import etree
from PIL import Image
from scenes import random_scene, small_grid_scene, small_scene

from drawkit.color import color_name
from drawkit.export._layering import regrouped
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import GroupLayer, Path, PathLayer, Scene, Subpath

INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
WAYS = ("own", "none", "role", "color", "part", "size")
Levels = npt.NDArray[np.int16]


def shown(svg: str, scale: int = 1) -> Levels:
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.int16)


def config(way: str) -> SvgConfig:
    return SvgConfig(layers=way)  # type: ignore[arg-type]


def dots(colors: list[tuple[float, float, float]], apart: float, alpha: float = 1.0) -> Scene:
    """Thick dots in a row, near one another or far apart."""
    paths = tuple(
        Path(
            np.array([[at, 20.0]] * 4) + np.array([[0, 0], [1, 0], [2, 0], [3, 0]]),
            stroke=(*color, alpha),
            stroke_width=10,
        )
        for at, color in zip(np.arange(len(colors)) * apart + 15, colors, strict=True)
    )
    return Scene(len(colors) * apart + 30, 40, (PathLayer("strokes", paths),))


RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_the_picture_stays_pixel_for_pixel(way: str, seed: int) -> None:
    scene = random_scene(seed, paths=60, size=(400, 300) if seed % 2 else (96, 64))
    for scale in (1, 3):
        assert (shown(svg_text(scene, config(way)), scale) == shown(svg_text(scene), scale)).all()


def test_the_comparison_can_fail() -> None:
    scene = random_scene(0, paths=60)
    layer = scene.layers[0]
    assert isinstance(layer, PathLayer)
    turned = Scene(96, 64, (PathLayer("drawing", layer.paths[::-1]),))
    assert (shown(svg_text(turned)) != shown(svg_text(scene))).any()


@pytest.mark.parametrize("way", WAYS)
def test_every_path_is_there_once_with_an_id_of_its_own(way: str) -> None:
    scene = random_scene(5)
    root = etree.fromstring(svg_text(scene, config(way)).encode())
    data = sorted(path.get("d") for path in root.iter("{*}path"))
    plain = etree.fromstring(svg_text(scene).encode())
    assert data == sorted(path.get("d") for path in plain.iter("{*}path"))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(i.isascii() and i[0].isalpha() and " " not in i for i in ids)
    groups = root.findall("{*}g")
    assert bool(groups) == (way != "none")
    for group in groups:  # top-level groups are what Inkscape, Illustrator and vpype call layers
        assert group.get(f"{INKSCAPE}groupmode") == "layer"
        assert group.get(f"{INKSCAPE}label")
        assert all(child.tag.endswith("path") for child in group)


def test_colors_that_do_not_touch_are_a_layer_each() -> None:
    scene = regrouped(dots([RED, BLUE] * 6, apart=40), "color")
    assert [layer.name for layer in scene.layers] == ["red #ff0000", "blue #0000ff"]


def test_colors_that_cross_keep_their_order() -> None:
    scene = regrouped(dots([RED, BLUE, RED], apart=4), "color")
    names = [layer.name for layer in scene.layers]
    assert names == ["red #ff0000", "blue #0000ff", "red #ff0000 2"]


def test_no_more_layers_than_needed() -> None:
    """Red over blue here, blue over red there: three layers do, and four would be easy."""
    near, far = dots([RED, BLUE], apart=4), dots([BLUE, RED], apart=4)
    first, second = (s.layers[0] for s in (near, far))
    assert isinstance(first, PathLayer)
    assert isinstance(second, PathLayer)
    away = tuple(
        Path(p.control_points + np.array([100, 0]), stroke=p.stroke, stroke_width=10)
        for p in second.paths
    )
    both = Scene(200, 40, (PathLayer("a", first.paths), PathLayer("b", away)))
    assert len(regrouped(both, "color").layers) == 3


def test_many_colors_go_by_their_names() -> None:
    shades = [(0.9, 0.02 * i, 0.0) for i in range(8)] + [(0.0, 0.02 * i, 0.9) for i in range(8)]
    scene = regrouped(dots(shades, apart=40), "color")
    assert [layer.name for layer in scene.layers] == ["red", "blue"]


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ((0, 0, 0), "black"), ((1, 1, 1), "white"), ((0.5, 0.5, 0.5), "gray"),
        ((1, 0, 0), "red"), ((1, 0.5, 0), "orange"), ((1, 1, 0), "yellow"),
        ((0, 0.6, 0), "green"), ((0, 1, 1), "cyan"), ((0, 0, 1), "blue"),
        ((0.5, 0, 0.7), "purple"), ((1, 0.4, 0.7), "pink"), ((0.45, 0.25, 0.1), "brown"),
        ((1, 0.39, 0.08), "orange"), ((0.8, 0.1, 0.1), "red"), ((0.2, 0.05, 0.0), "black"),
    ],
)  # fmt: skip
def test_names_of_colors(color: tuple[float, float, float], name: str) -> None:
    assert color_name(color) == name


def test_sizes_and_parts() -> None:
    def line(length: float, label: str = "", at: float = 0) -> Path:
        points = np.array([[0, at], [1, at], [2, at], [length, at]])
        return Path(points, stroke=(0, 0, 0, 1), stroke_width=1, label=label)

    scene = Scene(100, 100, (PathLayer("a", (line(90), line(30, at=40), line(5, at=80))),))
    assert [g.name for g in regrouped(scene, "size").layers] == ["large", "medium", "small"]
    named = tuple(
        line(20, label, at) for label, at in (("eye 1", 0), ("tail", 30), ("eye-2", 60), ("", 90))
    )
    scene = Scene(100, 100, (PathLayer("a", named),))
    assert {g.name for g in regrouped(scene, "part").layers} == {"eye", "tail", "other"}
    near = tuple(line(20, at=at) for at in (0, 1.5, 3, 90, 91.5, 93))
    parts = regrouped(Scene(100, 100, (PathLayer("a", near),)), "part").layers
    assert parts[0].name == "part 1"


def test_layers_with_switches_and_other_kinds_stay() -> None:
    paths = small_scene().layers
    locked = PathLayer("mine", paths[0].paths, locked=True)  # type: ignore[union-attr]
    cells = small_grid_scene().layers[0]
    scene = Scene(48, 32, (paths[0], locked, cells, paths[1]))
    for way in ("color", "size", "part"):
        kept = regrouped(scene, way).layers
        assert locked in kept
        assert cells in kept
    flat = etree.fromstring(svg_text(scene, config("none")).encode())
    assert [g.get(f"{INKSCAPE}label") for g in flat.findall("{*}g")] == ["mine", "cells"]


def test_nothing_to_divide() -> None:
    for way in WAYS:
        assert svg_text(Scene(10, 10, (PathLayer("empty"),)), config(way))
        assert svg_text(Scene(10, 10), config(way)) == svg_text(Scene(10, 10))


@pytest.mark.parametrize("way", WAYS)
def test_layers_in_layers_and_paths_of_several_runs(way: str) -> None:
    """Groups that do nothing are opened; one with an opacity stays a group, and the picture."""
    paths = random_scene(6, paths=24).paths()
    ringed = [
        Path(
            path.control_points,
            path.closed,
            stroke=path.stroke,
            stroke_width=path.stroke_width,
            fill=path.fill,
            more=(Subpath(path.control_points * 0.5 + 20, path.closed),),
        )
        for path in paths
    ]
    low, middle, top = (PathLayer(name, tuple(ringed[at::3])) for at, name in enumerate("abc"))
    scene = Scene(
        96, 64, (low, GroupLayer("in", (middle,)), GroupLayer("pale", (top,), opacity=0.5))
    )
    svg = svg_text(scene, config(way))
    for scale in (1, 3):
        assert (shown(svg, scale) == shown(svg_text(scene), scale)).all()
    labels = [g.get(f"{INKSCAPE}label") for g in etree.fromstring(svg.encode()).findall("{*}g")]
    assert labels[-1] == "pale"
    assert ("in" in labels) == (way in ("own", "part"))
    assert (labels == ["pale"]) == (way == "none")
    by_role = all(str(label).startswith(("shapes", "strokes")) for label in labels[:-1])
    assert by_role == (way in ("none", "role"))
