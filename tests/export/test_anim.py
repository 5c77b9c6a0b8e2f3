"""SVG that draws itself: in a browser at several times, and whole wherever nothing moves."""

from __future__ import annotations

import io
from pathlib import Path as FilePath

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from lxml import etree
from PIL import Image
from programs import needs, shot
from scenes import random_scene, small_grid_scene

from drawkit.errors import ConfigError
from drawkit.export import exporter_for, split_suffix
from drawkit.export.anim import AnimConfig, anim_text
from drawkit.export.outputs import plan_outputs, save
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Path, PathLayer, Scene

Levels = npt.NDArray[np.float64]
SIZE = (200, 100)


def picture(png: bytes | FilePath) -> Levels:
    """[H, W] alpha."""
    file = io.BytesIO(png) if isinstance(png, bytes) else png
    image = Image.open(file).convert("RGBA").crop((0, 0, *SIZE))
    return np.asarray(image, float)[..., 3]


def strokes() -> Scene:
    """Two level lines of one length, the upper one first, then a filled box."""
    lines = tuple(
        Path(np.array([[20, y], [73, y], [126, y], [180, y]]), stroke=(0, 0, 0, 1), stroke_width=6)
        for y in (20, 50)
    )
    corners = np.array([[20, 70], [180, 70], [180, 90], [20, 90]])
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    box = Path(
        np.array([a + (b - a) * t / 3 for a, b in sides for t in range(3)]),
        True,
        fill=(1, 0, 0, 1),
    )
    return Scene(*SIZE, (PathLayer("strokes", lines), PathLayer("shapes", (box,))))


@pytest.mark.parametrize("scene", [strokes(), random_scene(3), small_grid_scene()])
def test_programs_without_animation_show_the_finished_drawing(scene: Scene) -> None:
    plain, moving = svg_text(scene), anim_text(scene)
    for show in (
        lambda svg: bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)),
        lambda svg: bytes(cairosvg.svg2png(bytestring=svg.encode())),
    ):
        pairs = (
            np.asarray(Image.open(io.BytesIO(show(s))).convert("RGBA")) for s in (plain, moving)
        )
        assert np.array_equal(*pairs)


def test_no_script_and_every_stroke_in_its_turn() -> None:
    text = anim_text(random_scene(3), AnimConfig(seconds=5))
    assert "<script" not in text
    assert "prefers-reduced-motion" in text
    root = etree.fromstring(text.encode())
    paths = list(root.iter("{*}path"))
    times = [
        [float(part.split(":")[1][:-1]) for part in path.get("style").split(";")] for path in paths
    ]
    starts, lasts = np.array(times).T
    assert (np.diff(starts) > 0).all()
    assert starts[0] == 0
    assert starts[-1] + lasts[-1] == pytest.approx(5, abs=0.05)
    assert starts[1:] == pytest.approx((starts + lasts)[:-1], abs=0.01)
    for path in paths:
        assert (path.get("pathLength") == "1") == (path.get("stroke") is not None)
        assert ("fill" in path.get("class")) == (path.get("fill") != "none")


def test_longer_strokes_take_longer() -> None:
    def line(length: float) -> Path:
        points = np.array([[0, 0], [1, 0], [2, 0], [length, 0]])
        return Path(points, stroke=(0, 0, 0, 1), stroke_width=1)

    text = anim_text(Scene(99, 9, (PathLayer("a", (line(90), line(30))),)), AnimConfig(seconds=4))
    assert "animation-delay:0s;animation-duration:3s" in text
    assert "animation-delay:3s;animation-duration:1s" in text


def test_names_and_settings(tmp_path: FilePath) -> None:
    assert split_suffix(FilePath("a/cat.anim.svg")) == ("cat", ".anim.svg")
    assert split_suffix(FilePath("cat.ANIM.SVG")) == ("cat", ".ANIM.SVG")
    assert split_suffix(FilePath("cat.old.svg")) == ("cat.old", ".svg")
    assert split_suffix(FilePath(".anim.svg")) == (".anim", ".svg")
    assert split_suffix(FilePath("cat")) == ("cat", "")
    files = [tmp_path / "cat.anim.svg", tmp_path / "cat.svg"]
    plan = plan_outputs(files, "a cat")
    files[0].write_text("taken meanwhile")
    saved = save(strokes(), plan, [AnimConfig(seconds=2), SvgConfig(page="A4")])
    assert [p.name for p in saved.paths] == ["cat-2.anim.svg", "cat-2.svg"]
    moving, still = (path.read_text() for path in saved.paths)
    assert "@keyframes" in moving
    assert "@keyframes" not in still
    assert 'width="210mm"' in moving
    assert type(exporter_for(files[0])).__name__ == "AnimExporter"
    with pytest.raises(ConfigError, match=r"seconds is 0; allowed: 0.1 to 3600 s"):
        AnimConfig(seconds=0)
    assert "@keyframes" not in anim_text(Scene(3, 3))


@needs("chromium")
@pytest.mark.slow
def test_a_browser_draws_it_in_an_img(tmp_path: FilePath) -> None:
    """At three times of the browser's clock: nothing, half, all; and all at once on request."""
    svg = anim_text(strokes(), AnimConfig(seconds=8))
    size = f"width={SIZE[0]} height={SIZE[1]}"
    ends = picture(bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)))

    def at(seconds: float, *flags: str) -> Levels:
        """Shifted by a delay below 0, as a screenshot is of the first picture."""
        shifted = svg
        for path in etree.fromstring(svg.encode()).iter("{*}path"):
            delay = path.get("style").split(";")[0]
            start = float(delay.split(":")[1][:-1])
            later = f"animation-play-state:paused;animation-delay:{start - seconds:.3f}s"
            shifted = shifted.replace(f"{delay};", f"{later};", 1)
        (tmp_path / "cat.anim.svg").write_text(shifted)
        return picture(shot(tmp_path, f"<img src=cat.anim.svg {size}>", SIZE, "", *flags))

    assert at(0.0).max() == 0
    half = at(6.0)
    assert half[10:30].sum() == pytest.approx(ends[10:30].sum(), rel=0.02)
    row = half[50]
    assert 0.3 < (row > 128).sum() / (ends[50] > 128).sum() < 0.9
    assert row[22] > 200 > row[178]
    assert half[65:].max() == 0
    assert np.abs(at(9.0) - ends).mean() < 1
    assert np.abs(at(0.0, "--force-prefers-reduced-motion") - ends).mean() < 1


def test_shapes_that_are_written_as_such_appear_too() -> None:
    text = anim_text(strokes(), AnimConfig(seconds=6), SvgConfig(primitives=True))
    root = etree.fromstring(text.encode())
    drawn = [(etree.QName(e).localname, e.get("class")) for e in root.iterfind("{*}g/{*}*")]
    assert drawn == [("line", "draw"), ("line", "draw"), ("rect", "fill")]
    assert all("animation-delay" in e.get("style") for e in root.iterfind("{*}g/{*}*"))
    lasts = [e.get("style").split("animation-duration:")[1] for e in root.iterfind("{*}g/{*}line")]
    assert lasts[0] == lasts[1] > "2.9"
