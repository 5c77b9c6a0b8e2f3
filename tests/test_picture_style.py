"""Styles measured from pictures whose paper, colours and widths are known."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drawkit.engine import settings_for
from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.picture_style import measure_style, style_toml, write_style
from drawkit.styles import find_style


def lines(path: Path, width: int, *, side: int = 224, slope: int = 0) -> Path:
    """Navy lines on cream, some px wide."""
    picture = Image.new("RGB", (side, side), "#fff0d0")
    draw = ImageDraw.Draw(picture)
    for at in range(20, side - 20, 40):
        draw.line([(10, at), (side - 10, at + slope)], fill="#000080", width=width)
    picture.save(path)
    return path


@pytest.mark.parametrize("width", [3, 8])
@pytest.mark.parametrize("side", [224, 448])
def test_paper_ink_and_width(tmp_path: Path, width: int, side: int) -> None:
    found = measure_style(lines(tmp_path / "a.png", width * side // 224, side=side))
    assert found.background == "#fff0d0"
    assert found.colors[0] == "#000080"
    assert found.min_width <= found.max_width == pytest.approx(width, rel=0.15)


def test_slanted_lines_are_as_wide_as_level_ones(tmp_path: Path) -> None:
    found = measure_style(lines(tmp_path / "a.png", 8, slope=150))
    assert found.max_width == pytest.approx(8, rel=0.3)


def test_a_plain_picture_and_odd_sizes(tmp_path: Path) -> None:
    for size in ((1, 1), (3000, 1), (500, 40)):
        path = tmp_path / "plain.png"
        Image.new("RGB", size, "teal").save(path)
        found = measure_style(path)
        assert (found.background, found.colors) == ("#008080", ())
        assert 0 < found.min_width <= found.max_width <= 100


def test_what_is_written_is_a_style_that_loads(tmp_path: Path) -> None:
    picture = lines(tmp_path / 'odd "name".png', 4)
    path = write_style("mine", picture, tmp_path / "styles")
    style = find_style("mine", tmp_path)
    assert style.path == path
    settings = settings_for(style.layer)
    assert settings.sections["draw"].background == "#fff0d0"
    assert settings.sections["strokes"].ink == "#000080"
    assert settings.sections["losses.style"].images == (str(picture),)
    assert settings.sections["losses.style"].weight == 2
    assert tomllib.loads(style_toml(measure_style(picture), picture))["summary"].startswith("after")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    picture = lines(tmp_path / "a.png", 4)
    path = write_style("mine", picture, tmp_path)
    path.write_text("mine")
    with pytest.raises(FileError, match="already"):
        write_style("mine", picture, tmp_path)
    assert path.read_text() == "mine"
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="in the way"):
        write_style("mine", picture, tmp_path / "file")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "a b", "x.toml", "ü\n"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name for a style"):
        write_style(name, lines(tmp_path / "a.png", 4), tmp_path)
    assert not list(tmp_path.glob("**/*.toml"))


def test_pictures_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no")
    Image.new("RGBA", (4, 4)).save(tmp_path / "clear.png")
    for name in ("text.png", "clear.png", "nowhere.png"):
        with pytest.raises(DrawkitError, match=name):
            write_style("mine", tmp_path / name, tmp_path)
    assert not list(tmp_path.glob("*.toml"))
