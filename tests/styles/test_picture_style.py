"""Styles measured from pictures whose paper, colours and widths are known."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from kills import killed_at_each_call
from PIL import Image, ImageDraw

from drawkit.config import weighted
from drawkit.engine import settings_for
from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.files.leftovers import settle
from drawkit.palettes.paper_and_pens import measure_style
from drawkit.styles import find_style
from drawkit.styles.picture_style import style_toml, write_style


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


@pytest.mark.parametrize(
    "name", ["sky:2", "sky:2.png", "sky:0", "sky:nan", "a\nb.png", "back\\slash.png", "d\x7fl.png"]
)
def test_whatever_the_picture_is_called_the_style_loads(tmp_path: Path, name: str) -> None:
    picture = lines(tmp_path / "a.png", 4).rename(tmp_path / name)
    write_style("mine", picture, tmp_path / "styles")
    layer = find_style("mine", tmp_path).layer
    settings = settings_for(layer)
    (image,) = settings.sections["losses.style"].images
    path, weight = weighted(image, "images")
    assert (path, weight) in ((str(picture), None), (str(picture), 1.0))
    assert str(picture) in layer["pixels.palette"].value


def test_a_name_that_is_no_text_leaves_nothing(tmp_path: Path) -> None:
    picture = lines(tmp_path / "a.png", 4).rename(tmp_path / os.fsdecode(b"caf\xe9.png"))
    with pytest.raises(InputError, match=r"'.*caf\\udce9\.png' is not UTF-8"):
        write_style("mine", picture, tmp_path / "config" / "styles")
    assert not (tmp_path / "config").exists()


def test_names_that_are_too_long_or_taken_by_a_link(tmp_path: Path) -> None:
    picture = lines(tmp_path / "a.png", 4)
    with pytest.raises(FileError, match="File name too long"):
        write_style("x" * 300, picture, tmp_path / "styles")
    (tmp_path / "mine.toml").symlink_to("nowhere.toml")
    with pytest.raises(FileError, match="already"):
        write_style("mine", picture, tmp_path)
    assert not (tmp_path / "styles").exists()


def test_a_full_disk_leaves_no_empty_style(tiny_disk: Path, tmp_path: Path) -> None:
    """Nor a folder; so the same command works once there is room."""
    picture = lines(tmp_path / "a.png", 4)
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(bytes(500 << 10))
    for folder in (tiny_disk, tiny_disk / "styles"):
        with pytest.raises(FileError, match="No space left on device"):
            write_style("mine", picture, folder)
        assert os.listdir(tiny_disk) == ["ballast"]
    ballast.unlink()
    assert write_style("mine", picture, tiny_disk / "styles").stat().st_size > 100


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_killed_at_any_call_the_style_is_whole_or_not_there(tmp_path: Path) -> None:
    picture, path = lines(tmp_path / "a.png", 4), tmp_path / "styles" / "mine.toml"
    text = style_toml(measure_style(picture), picture)
    for _ in killed_at_each_call(lambda: write_style("mine", picture, path.parent)):
        assert not path.exists() or path.read_text() == text
        settle([path.parent])
        assert not path.parent.exists() or set(os.listdir(path.parent)) <= {"mine.toml"}
        path.unlink(missing_ok=True)
