"""Files for pen plotters: what vpype reads, plotted in software, and nothing drawn twice."""

from __future__ import annotations

import io
import random
import re
import sys
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
import shapely
from lxml import etree
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from scenes import random_scene, small_grid_scene

from drawkit.errors import BackendError, InputError
from drawkit.export import exporter_for
from drawkit.export._areas import area_of, cell_areas, hatched
from drawkit.export._pen_order import air, joined, ordered
from drawkit.export.hpgl import HpglConfig, hpgl_text
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, prepared, svg_text
from drawkit.scene import GroupLayer, Path, PathLayer, RasterLayer, Scene, Subpath

vpype = pytest.importorskip("vpype")

PX = 96 / 25.4
BLACK, RED, WHITE = (0.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
Floats = npt.NDArray[np.float64]


def plot(**settings: object) -> SvgConfig:
    return SvgConfig(plotter=True, **settings)  # type: ignore[arg-type]


def line(x0: float, y0: float, x1: float, y1: float, width: float = 1.0, color=BLACK) -> Path:  # type: ignore[no-untyped-def]
    ends = np.array([[x0, y0], [x1, y1]])
    points = ends[0] + (ends[1] - ends[0]) * np.array([0, 1 / 3, 2 / 3, 1])[:, None]
    return Path(points, stroke=color, stroke_width=width)


def box(x0: float, y0: float, x1: float, y1: float, color=BLACK) -> Path:  # type: ignore[no-untyped-def]
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return Path(
        np.array([a + (b - a) * t / 3 for a, b in sides for t in range(3)]), True, fill=color
    )


def of(*paths: Path, size: float = 100.0) -> Scene:
    return Scene(size, size, (PathLayer("strokes", paths),))


def read(scene: Scene, **settings: object) -> object:
    """As vpype reads it."""
    return vpype.read_multilayer_svg(io.StringIO(svg_text(scene, plot(**settings))), 0.1)


def plotted_in_software(document: object, scale: int = 4) -> Floats:
    """Every line of every layer with a pen, 0..255, by Pillow."""
    width, height = document.page_size  # type: ignore[attr-defined]
    picture = Image.new("L", (round(width * scale / PX), round(height * scale / PX)), 255)
    pen = ImageDraw.Draw(picture)
    for layer in document.layers.values():  # type: ignore[attr-defined]
        for stroke in layer:
            points = [(p.real * scale / PX, p.imag * scale / PX) for p in stroke]
            pen.line(points, fill=0, width=2)
    return np.asarray(picture, float)


def mm_lines(scene: Scene, **settings: object) -> list[Floats]:
    """Straight from the scene that is written: ends of each line, mm."""
    found, _, _ = prepared(scene, plot(**settings))
    return [path.control_points for layer in found.layers for path in layer.paths]  # type: ignore[union-attr]


def test_vpype_sees_a_layer_a_pen() -> None:
    scene = of(line(10, 10, 90, 10), line(10, 20, 90, 20, color=RED), line(10, 40, 90, 40))
    document = read(scene, pens=2)
    assert {n: len(layer) for n, layer in document.layers.items()} == {1: 2, 2: 1}  # type: ignore[attr-defined]
    names = [layer.property("vp_name") for layer in document.layers.values()]  # type: ignore[attr-defined]
    assert names == ["1 black", "2 red"]
    size = [side / PX for side in document.page_size]  # type: ignore[attr-defined]
    assert size == pytest.approx([210, 297], abs=0.01)


def test_the_plot_looks_like_the_drawing() -> None:
    scene = random_scene(3, paths=40)
    strokes = tuple(
        replace(p, fill=None, stroke=BLACK, stroke_width=0.2)
        for p in scene.paths()
        if p.stroke is not None
    )
    scene = Scene(96, 64, (PathLayer("strokes", strokes),))
    drawn = plotted_in_software(read(scene, pen_width=0.05))
    assert drawn.shape == (840, 1188)
    config = SvgConfig(page="A4-landscape", margin="10mm")
    shown = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene, config), width=1188, dpi=96))
    wanted = np.asarray(Image.open(io.BytesIO(shown)).convert("RGBA"), float)[..., 3]
    ours, theirs = (
        Image.fromarray((shade > 64).astype(np.uint8)).resize((297, 210), Image.Resampling.BOX)
        for shade in (255 - drawn, wanted)
    )

    def found(one: Image.Image, other: Image.Image) -> float:
        """Share of the millimetres of `one` that have some of `other` within a millimetre."""
        near = np.asarray(other.filter(ImageFilter.MaxFilter(3))) > 0
        own = np.asarray(one) > 0
        return float((own & near).sum() / own.sum())

    assert found(ours, theirs) > 0.98
    assert found(theirs, ours) > 0.95
    assert found(ImageOps.mirror(ours), theirs) < 0.6  # and it could tell


def test_lines_are_single_opaque_and_unfilled() -> None:
    root = etree.fromstring(svg_text(random_scene(1), plot(pens=3)).encode())
    paths = list(root.iter("{*}path"))
    assert paths
    assert {p.get("fill") for p in paths} == {"none"}
    assert not any(p.get("stroke-opacity") or p.get("opacity") for p in paths)
    assert {p.get("stroke-width") for p in paths} == {"0.4"}
    for group in root.findall("{*}g"):
        assert len({p.get("stroke") for p in group}) == 1


def test_nothing_lies_in_the_margins() -> None:
    document = read(random_scene(2), margin="15mm")
    left, top, right, bottom = (side / PX for side in document.bounds())  # type: ignore[attr-defined]
    assert left >= 14.99
    assert top >= 14.99
    assert right <= 297 - 14.99
    assert bottom <= 210 - 14.99


def test_a_stroke_under_another_goes() -> None:
    under, over = line(20, 50, 80, 50, 2), line(10, 50.3, 90, 50.3, 6, RED)
    assert len(mm_lines(of(under, over), pens=2)) == 1
    assert len(mm_lines(of(over, under), pens=2)) == 2  # seen, as it lies on top
    faint = replace(over, stroke=(1.0, 0.0, 0.0, 0.4))
    assert len(mm_lines(of(under, faint), pens=2)) == 2  # it shows through


def test_a_doubled_line_is_drawn_once_and_a_crossing_stays_whole() -> None:
    twice = of(line(10, 50, 90, 50, 0.1), line(10, 50.02, 90, 50.02, 0.1))
    assert len(mm_lines(twice)) == 1
    part = of(line(10, 50, 90, 50, 0.1), line(50, 50.02, 95, 50.02, 0.1))
    found = mm_lines(part)
    total = sum(np.linalg.norm(run[-1] - run[0]) for run in found)
    assert total == pytest.approx(85 * 1.9, rel=0.02)
    assert len(mm_lines(of(line(10, 50, 90, 50, 0.1), line(50, 10, 50, 90, 0.1)))) == 2


def test_what_lies_under_a_fill_is_not_drawn() -> None:
    scene = of(line(0, 50, 100, 50, 0.5), box(30, 30, 70, 70, WHITE))
    found = mm_lines(scene)
    assert len(found) == 2
    assert sum(np.linalg.norm(run[-1] - run[0]) for run in found) == pytest.approx(
        60 * 1.9, rel=0.01
    )


@pytest.mark.parametrize("angle", [0.0, 45.0, 90.0, -30.0])
@pytest.mark.parametrize("spacing", [0.5, 2.0])
def test_hatching_has_the_spacing_and_the_angle_asked_for(angle: float, spacing: float) -> None:
    found = mm_lines(of(box(20, 20, 80, 80)), hatch=spacing, hatch_angle=angle)
    ways = np.array([run[-1] - run[0] for run in found])
    turned = np.degrees(np.arctan2(-ways[:, 1], ways[:, 0])) % 180
    assert np.minimum(abs(turned - angle % 180), 180 - abs(turned - angle % 180)).max() < 0.01
    length = np.linalg.norm(ways, axis=1).sum()
    assert length * spacing == pytest.approx((60 * 1.9) ** 2, rel=0.05)
    across = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    rows = np.sort([run[0] @ across for run in found])
    gaps = np.diff(rows)
    assert gaps[gaps > 1e-3] == pytest.approx(spacing, abs=1e-3)


def test_areas_follow_the_fill_rule() -> None:
    star = np.array(
        [
            [50 + 40 * np.sin(4 * np.pi * k / 5), 50 - 40 * np.cos(4 * np.pi * k / 5)]
            for k in range(5)
        ]
    )
    sides = zip(star, np.roll(star, -1, axis=0), strict=True)
    points = np.array([a + (b - a) * t / 3 for a, b in sides for t in range(3)])
    for rule in ("nonzero", "evenodd"):
        path = Path(points, True, fill=BLACK, fill_rule=rule)  # type: ignore[arg-type]
        shown = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(of(path)), zoom=4))
        covered = np.asarray(Image.open(io.BytesIO(shown)).convert("RGBA"), float)[..., 3].sum()
        assert area_of(path, 0.5).area == pytest.approx(covered / 255 / 16, rel=0.005)


@pytest.mark.parametrize("cell", ["rect", "hex", "tri", "diamond", "knit", "rectshift"])
def test_cells_are_hatched(cell: str) -> None:
    scene = small_grid_scene(cell=cell)  # type: ignore[arg-type]
    areas = cell_areas(scene.grid, scene.width)  # type: ignore[arg-type]
    shown = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene), zoom=8))
    picture = np.asarray(Image.open(io.BytesIO(shown)).convert("RGBA"))
    for color, area in areas:
        covered = (picture == (*color, 255)).all(axis=-1).sum() / 64
        seen = area.intersection(shapely.box(0, 0, scene.width, len(picture) / 8)).area
        assert seen == pytest.approx(covered, rel=0.04)
    assert mm_lines(scene, pens=3)


def unordered(seed: int, count: int = 200) -> list[Floats]:
    rng = np.random.default_rng(seed)
    starts = rng.uniform(20, 180, (count, 2))
    ends = starts + rng.normal(0, 8, (count, 2))
    return [
        a + (b - a) * np.array([0, 1 / 3, 2 / 3, 1])[:, None]
        for a, b in zip(starts, ends, strict=True)
    ]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_way_through_the_air_is_no_longer_than_vpypes(seed: int) -> None:
    from vpype_cli import execute

    lines = unordered(seed)
    ours = ordered(joined(lines))
    document = vpype.Document()
    document.add([np.array([complex(*run[0]), complex(*run[-1])]) * PX for run in lines], 1)
    theirs = execute("linemerge linesort", document).pen_up_length() / PX
    assert air(ours) <= 1.1 * theirs
    assert air(lines) > 5 * theirs
    both = [
        sorted(sorted([tuple(run[0]), tuple(run[-1])]) for run in runs) for runs in (ours, lines)
    ]
    assert both[0] == both[1]


def test_ends_that_meet_are_one_line() -> None:
    ring = [
        line(*a, *b).control_points
        for a, b in [((0, 0), (5, 0)), ((5, 5), (5, 0)), ((5, 5), (0, 5))]
    ]
    random.Random(3).shuffle(ring)
    (only,) = joined(ring)
    assert len(only) == 10
    assert {tuple(only[0]), tuple(only[-1])} == {(0.0, 0.0), (0.0, 5.0)}
    assert ordered([]) == joined([]) == []


def test_what_was_saved_is_said(caplog: pytest.LogCaptureFixture, tmp_path: object) -> None:
    caplog.set_level("INFO", "drawkit")
    exporter_for(tmp_path / "a.svg", [plot(pens=2)]).write(random_scene(1), tmp_path / "a.svg")  # type: ignore[operator]
    (note,) = [r.getMessage() for r in caplog.records if "plot:" in r.getMessage()]
    assert "m drawn; pen up" in note
    assert "% less than in painting order" in note


def test_the_png_shows_the_plot() -> None:
    config = plot(pens=2, page="A5")
    svg = svg_text(random_scene(1), config)
    shown = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=420, dpi=96, background="#ffffff"))
    wanted = np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"), float)
    png = Image.open(io.BytesIO(png_bytes(random_scene(1), PngConfig(size=595), config)))
    assert abs(png.size[0] - 420) <= 1
    found = np.asarray(png.convert("RGB").resize(wanted.shape[1::-1]), float)
    assert np.abs(found - wanted).mean() < 3


def test_nothing_and_pixels() -> None:
    assert "<path" not in svg_text(of(), plot())
    assert "<path" not in svg_text(of(line(0, 0, 9, 9, color=WHITE)), plot())
    pixels = RasterLayer("photo", np.zeros((2, 2, 4), np.uint8))
    with pytest.raises(InputError, match="layer 'photo' holds pixels, which no pen draws"):
        svg_text(Scene(9, 9, (pixels,)), plot())


def test_hpgl_draws_the_same_lines() -> None:
    scene = of(line(10, 10, 90, 10), line(10, 40, 90, 40, color=RED))
    text = hpgl_text(scene, svg=SvgConfig(pens=2))
    assert text.startswith("IN;DF;PS4;SP1;PU")
    assert "SP2;" in text
    down = re.findall(r"PD(-?\d+),(-?\d+);", text)
    lengths = [np.hypot(*map(int, step)) * 0.02488 for step in down]  # mm of a step of the HP 7475A
    assert lengths == pytest.approx([80 * 1.9] * 2, rel=0.001)
    assert hpgl_text(of()) == "IN;"
    with pytest.raises(InputError, match="device is 'no'; allowed: artisan, designmate"):
        hpgl_text(scene, HpglConfig("no"))
    with pytest.raises(InputError, match=r"no page of 148 x 210 mm; allowed: 210x297mm"):
        hpgl_text(scene, svg=SvgConfig(page="A5"))


def test_without_vpype_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setitem(sys.modules, "vpype", None)
    with pytest.raises(BackendError, match=r"pip install 'drawkit\[plotter\]'"):
        exporter_for(tmp_path / "a.hpgl")  # type: ignore[operator]


def test_thin_areas_get_a_line() -> None:
    assert len(hatched(shapely.box(0.1, 0.1, 9, 0.3), 1.0, 0.0)) == 1
    assert hatched(shapely.Polygon(), 1.0, 0.0) == []


def test_layers_in_layers_and_outlines_with_holes() -> None:
    inner = PathLayer("inner", (line(10, 10, 90, 10),))
    groups = (GroupLayer("a", (inner,)), GroupLayer("faint", (inner,), opacity=0.05))
    hidden = GroupLayer("b", (PathLayer("c", (line(10, 60, 90, 60),)),), visible=False)
    assert len(mm_lines(Scene(100, 100, (*groups, hidden)))) == 1
    whole, hole = box(20, 20, 80, 80), box(40, 40, 60, 60).control_points
    ring = replace(whole, fill_rule="evenodd", more=(Subpath(hole, closed=True),))
    assert area_of(ring, 0.5).area == pytest.approx(60 * 60 - 20 * 20)
    assert area_of(replace(ring, fill_rule="nonzero"), 0.5).area == pytest.approx(60 * 60)


def test_a_loop_of_one_cubic_is_drawn() -> None:
    loop = Path(np.array([[50.0, 90], [0, 0], [100, 0]]), True, stroke=BLACK, stroke_width=2)
    document = read(of(loop))
    assert document.length() / PX > 100  # type: ignore[attr-defined]
