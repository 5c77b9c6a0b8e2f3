"""What `-o` takes, the same for every command: files, folders whose names end in a slash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

Run = Callable[..., Any]

PIXELS = ("--size", "16", "--steps", "2", "--cutouts", "2", "--set", "pixels.side=32")
SET = """
size = 12
model = "fake"
steps = 2
cutouts = 2
[pixels]
side = 24
[[sprite]]
prompt = "a knight"
"""
COMMANDS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "clipdraw": (("clipdraw", "a cat", *SMALL), ["a-cat.svg", "a-cat.png"]),
    "pixeldraw": (("pixeldraw", "a cat", *PIXELS), ["a-cat.svg", "a-cat.png"]),
    "animate": (
        ("animate", "a cat", *PIXELS, "--motion", "hop"),
        ["a-cat.gif", "a-cat.aseprite"],
    ),
    "animate a sprite": (
        ("animate", "--init", "in.png", "--motion", "hop"),
        ["in-idle.gif", "in-idle.aseprite"],
    ),
    "pixelate": (("pixelate", "in.png", "--size", "8"), ["in-pixels.svg", "in-pixels.png"]),
    "tileset": (
        ("tileset", "moss", "--material", "in.png", "--ground", "blue"),
        ["moss.png", "moss.tsj", "moss.tres", "moss.godot3.tres", "moss.tmj"],
    ),
    "sheet": (
        ("sheet", "game.toml", "--workers", "1"),
        ["game.png", "game.json", "game-index.png"],
    ),
    "palettes convert": (("palettes", "convert", "pico8"), ["pico8.gpl"]),
    "palettes extract": (("palettes", "extract", "in.png"), ["in.gpl"]),
    "styles preview": (
        ("styles", "preview", "ink", *SMALL[2:6]),
        ["ink-a-house.svg", "ink-a-house.png"],
    ),
    "styles explore": (
        ("styles", "explore", "a cat", "--styles", "ink", *SMALL[2:6], "--cell", "32"),
        ["sheet.png"],
    ),
}
EVERY = pytest.mark.parametrize("command", COMMANDS)


@pytest.fixture
def there(folder: Path) -> Path:
    """A folder with what the commands read, and an empty one in it."""
    picture = Image.new("RGB", (16, 16), "#40a040")
    picture.paste("#206020", (3, 4, 9, 12))
    picture.save(folder / "in.png")
    (folder / "game.toml").write_text(SET)
    (folder / "out").mkdir()
    return folder


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@EVERY
def test_a_name_that_ends_in_a_slash_is_a_folder(command: str, run: Run, there: Path) -> None:
    args, names = COMMANDS[command]
    if command.startswith("styles"):
        args = (*args, "--set", "perceptor.models=fake")
    done = run(*args, "-o", "out/")
    assert done.code == 0, done.err
    assert done.files == [Path("out", name) for name in names]
    assert all(path.stat().st_size for path in done.files)
    assert {path.parts[0] for path in map(Path, listed(there))} == {"in.png", "game.toml", "out"}


@EVERY
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the output's name is empty"),
        (".", "'.' is no name for a file"),
        ("..", "'..' is no name for a file"),
        ("/", "'/' is no name for a file"),
        ("none/", "the folder 'none' does not exist"),
    ],
)
def test_what_names_no_file_is_one_line(
    command: str, name: str, words: str, run: Run, there: Path
) -> None:
    before = listed(there)
    done = run(*COMMANDS[command][0], "-o", name)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith("drawkit: ")
    assert words in done.err
    assert listed(there) == before
