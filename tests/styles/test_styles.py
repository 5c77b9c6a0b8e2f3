"""Styles are found by name and path, and lie where they should among the other layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawkit.engine import settings_for
from drawkit.errors import ConfigError, DrawkitError, UnknownNameError
from drawkit.styles import find_style, folder_layer, style_names, styles_layer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, away from the user's own styles."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "styles").mkdir()
    (tmp_path / "config" / "drawkit" / "styles").mkdir(parents=True)
    return tmp_path


def test_shipped_styles_load(folder: Path) -> None:
    names = style_names(folder)
    assert "ink" in names
    for name in names:
        style = find_style(name, folder)
        assert style.summary
        assert style.layer


def test_shipped_styles_set_what_there_is_and_never_the_canvas(folder: Path) -> None:
    for name in style_names(folder):
        layer = find_style(name, folder).layer
        settings_for(layer)
        assert not {"draw.canvas", "draw.prompts", "draw.seed", "draw.size"} & set(layer)


def test_the_nearest_style_of_a_name_wins(folder: Path) -> None:
    users = folder / "config" / "drawkit" / "styles" / "ink.toml"
    users.write_text("[strokes]\nstrokes = 11\n")
    assert find_style("ink", folder).path == users
    (folder / "styles" / "ink.toml").write_text("[strokes]\nstrokes = 12\n")
    assert find_style("ink", folder).path == folder / "styles" / "ink.toml"


def test_styles_by_path(folder: Path) -> None:
    path = folder / "mine.toml"
    path.write_text('summary = "mine"\n[strokes]\nstrokes = 9\n')
    for name in ("./mine.toml", "mine.toml", str(path)):
        style = find_style(name, folder)
        assert (style.name, style.summary) == ("mine", "mine")
        assert style.layer["strokes.strokes"].source == f"{style.path}:3"
    with pytest.raises(UnknownNameError, match="no style file"):
        find_style("./other.toml", folder)


def test_unknown_styles_are_suggested(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'ink'"):
        find_style("inkk", folder)
    with pytest.raises(UnknownNameError):
        find_style("", folder)


def test_a_later_style_overrides_an_earlier_one(folder: Path) -> None:
    (folder / "styles" / "a.toml").write_text("[strokes]\nstrokes = 1\nshapes = 1\n")
    (folder / "styles" / "b.toml").write_text("[strokes]\nstrokes = 2\n")
    layer = styles_layer(["a", "b"], folder)
    assert {key: given.value for key, given in layer.items()} == {
        "strokes.strokes": 2,
        "strokes.shapes": 1,
    }


@pytest.mark.parametrize(
    "text", ['style = "a"\n{}', '{}[draw]\nstyle = "a"\n', '{}[draw]\nstyle = ["a"]\n']
)
def test_the_folders_settings_lie_over_the_style_it_names(folder: Path, text: str) -> None:
    (folder / "styles" / "a.toml").write_text("[strokes]\nstrokes = 1\nshapes = 1\n")
    (folder / "drawkit.toml").write_text(text.format("[strokes]\nstrokes = 5\n"))
    layer = folder_layer(folder)
    assert layer["strokes.strokes"].value == 5
    assert layer["strokes.shapes"].value == 1
    assert "drawkit.toml:" in layer["strokes.strokes"].source
    assert "a.toml:3" in layer["strokes.shapes"].source
    assert layer["draw.style"].value in ("a", ["a"])


def test_no_settings_file_is_fine(folder: Path) -> None:
    assert folder_layer(folder) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps = 3\n", "drawkit.toml:1: unknown key 'steps'"),
        ('style = "a"\n[draw]\nstyle = "a"\n', "twice"),
        ('style = "nope"\n', "unknown style 'nope'"),
        ("[draw\n", "not valid TOML"),
    ],
)
def test_bad_folder_files(folder: Path, text: str, words: str) -> None:
    (folder / "styles" / "a.toml").write_text("")
    (folder / "drawkit.toml").write_text(text)
    with pytest.raises(DrawkitError) as caught:
        folder_layer(folder)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[draw]\nstyle = 'b'\n", "bad.toml:2: a style cannot name another style"),
        ("summary = 3\n", "bad.toml:1: summary takes text"),
        ("strokes = 3\n", "bad.toml:1: unknown key 'strokes'"),
    ],
)
def test_bad_style_files_say_line_and_reason(folder: Path, text: str, words: str) -> None:
    (folder / "styles" / "bad.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        find_style("bad", folder)
    assert words in str(caught.value)


def test_files_that_a_style_names_lie_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever drawkit runs; what is not there is looked for where it runs."""
    monkeypatch.setenv("HOME", str(folder / "config"))
    place = folder / "config" / "drawkit" / "styles"
    (place / "pictures").mkdir()
    (place / "pictures" / "a.png").write_bytes(b"")
    (place / "mine.toml").write_text(
        '[losses.style]\nimages = ["pictures/a.png:0.5", "other.png", "/a.png"]\n'
        '[strokes]\npalette = ["@pictures/a.png:4", "#ff0000", "a\\u0000.png"]\n'
    )
    layer = find_style("mine", folder).layer
    beside = "~/drawkit/styles/pictures/a.png"
    assert layer["losses.style.images"].value == [f"{beside}:0.5", "other.png", "/a.png"]
    assert layer["strokes.palette"].value == [f"@{beside}:4", "#ff0000", "a\0.png"]
    assert layer["losses.style.images"].source == f"{place / 'mine.toml'}:2"


def test_pictures_of_shipped_styles_are_there(folder: Path) -> None:
    named = 0
    for name in style_names(folder):
        given = find_style(name, folder).layer.get("losses.style.images")
        for picture in [] if given is None else given.value:
            assert Path(picture).expanduser().is_file()
            named += 1
    assert named >= 2
