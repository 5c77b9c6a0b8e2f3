"""Titles: legible, on the page, there when they should be, by any font."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from film_samples import motion
from PIL import Image, ImageDraw, ImageFont

from drawkit import FileError, InputError
from drawkit.export._frames import Pictures
from drawkit.export.lottie import lottie_text
from drawkit.export.png import PngConfig
from drawkit.films.camera import Camera, View, with_camera
from drawkit.films.lettering import Lettering
from drawkit.films.titles import Title, with_titles
from drawkit.scene import Background, PathLayer, Scene
from drawkit.scene.motion import Motion

FONT = Path(__file__).parents[2] / "drawkit" / "films" / "fonts" / "Roboto-Medium.ttf"
EMPTY = Motion(300, 200, (), 4.0)


def box(found: Motion, at: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest x and y of the letters at a time."""
    layer = found.at(at).layers[-1]
    assert isinstance(layer, PathLayer)
    runs = [run.control_points for path in layer.paths for run in path.subpaths]
    points = np.concatenate(runs)
    return points.min(axis=0), points.max(axis=0)


def test_letters_are_those_of_freetype() -> None:
    """Pillow sets the same font; without kerning both put every letter in the same place."""
    runs = Lettering().outlines(["Raßgé 8%"], 64, 160, 10)
    scene = Scene(320, 90, (PathLayer("a", tuple()),))
    path = with_titles(EMPTY, [Title("x")]).at(1).layers[-1]
    assert isinstance(path, PathLayer)
    whole = replace(
        path.paths[1],
        control_points=runs[0].control_points,
        fill=(0, 0, 0, 1),
        more=tuple(runs[1:]),
    )
    ours = Pictures(scene, PngConfig(size=320)).of(
        replace(scene, layers=(PathLayer("a", (whole,)),))
    )[..., 0]
    theirs = Image.new("L", (320, 90), 255)
    font = ImageFont.truetype(str(FONT), 64, layout_engine=ImageFont.Layout.BASIC)
    draw = ImageDraw.Draw(theirs)
    wide = draw.textlength("Raßgé 8%", font=font, features=None)
    draw.text((160 - wide / 2, 10 + 64 * 0.8), "Raßgé 8%", font=font, fill=0, anchor="ls")
    assert np.abs(ours.astype(float) - np.asarray(theirs, float)).mean() < 8
    assert ours.min() < 30


@pytest.mark.parametrize("place", ["bottom", "middle", "top"])
@pytest.mark.parametrize(
    "text", ["A cat", "word " * 150, "x" * 400, "A cat sits\non the mat, and looks at you closely"]
)
def test_all_of_it_is_on_the_page(place: str, text: str) -> None:
    low, high = box(with_titles(EMPTY, [Title(text, place=place)]))
    assert (low > 0).all()
    assert (high < (300, 200)).all()
    assert low[0] + high[0] == pytest.approx(300, abs=8)
    middle = (low[1] + high[1]) / 2
    assert {"bottom": 100, "middle": 80, "top": 0}[place] <= middle
    assert middle <= {"bottom": 200, "middle": 120, "top": 100}[place]


def test_it_comes_and_goes() -> None:
    found = with_titles(EMPTY, [Title("A cat", "1-75%")])

    def dark(at: float) -> float:
        picture = Pictures(found.at(0), PngConfig(size=150)).of(found.at(at))
        return float((255 - picture[..., 0].astype(float)).sum())

    assert dark(0.9) == dark(3.1) == 0
    assert 0 < dark(1.1) < dark(2) > dark(2.9) > 0
    always = with_titles(EMPTY, [Title("A cat")])
    first, *_ = Pictures(always.at(0), PngConfig(size=150)).of(always.at(0)).min(axis=(0, 1))
    assert first < 60


def test_a_camera_leaves_it_where_it_is_and_paper_decides_its_colour() -> None:
    seen = with_camera(motion(), Camera((View(0), View(1.5, zoom=3.0))))
    plain, titled = with_titles(motion(), [Title("A")]), with_titles(seen, [Title("A")])
    assert np.array_equal(box(plain, 1), box(titled, 1))
    dark = replace(EMPTY, background=Background((0.1, 0.1, 0.3)))
    inks = [with_titles(m, [Title("A")]).layers[-1].tracks[1].keys[0].path for m in (EMPTY, dark)]
    assert inks[0].fill is not None
    assert inks[1].fill is not None
    assert max(inks[0].fill[:3]) < 0.2 < 0.9 < min(inks[1].fill[:3])
    assert '"nm":"titles"' in lottie_text(titled)


def test_letters_that_a_font_lacks_are_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "drawkit"):
        assert with_titles(EMPTY, [Title("あい")]).layers == ()
        low, high = box(with_titles(EMPTY, [Title("aあい\u0007")]))
    assert "the font has no あ い; the title is drawn without" in caplog.text
    assert "あ い U+0007;" in caplog.text
    assert (high - low).max() < 30
    decomposed = Lettering().known("e\u0301")
    assert decomposed == "é"


def test_wrong_titles(tmp_path: Path) -> None:
    for values, told in (
        ({"text": " "}, "the title is empty"),
        ({"text": "x" * 1001}, "1001 letters; allowed: 1000"),
        ({"text": "x", "place": "left"}, "unknown title place 'left'"),
    ):
        with pytest.raises(InputError, match=told):
            Title(**values)
    with pytest.raises(InputError, match="begins at 3 s"):
        with_titles(EMPTY, [Title("x", (3, 2))])
    for name, data in (
        ("a.ttf", b""),
        ("b.ttf", b"\x00\x01\x00\x00" + bytes(90)),
        ("c.otf", b"OTTO"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileError, match="is no font"):
            Lettering(tmp_path / name)
    whole, refused = FONT.read_bytes(), 0
    for seed in range(40):  # a damaged one is set as it may be, or refused in one line
        data = bytearray(whole)
        rng = np.random.default_rng(seed)
        start = int(rng.integers(0, len(data) - 4000))
        data[start : start + 4000] = rng.bytes(4000)
        (tmp_path / "d.ttf").write_bytes(data)
        try:
            with_titles(EMPTY, [Title("ABC defg", font=tmp_path / "d.ttf")])
        except FileError as error:
            refused += "d.ttf' is no font" in str(error)
    assert refused > 5


def test_a_font_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.ttf").write_bytes(FONT.read_bytes())
    both = [with_titles(EMPTY, [Title("A", font=f)]) for f in (None, tmp_path / "mine.ttf")]
    assert np.array_equal(box(both[0]), box(both[1]))
