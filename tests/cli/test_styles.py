"""`drawkit styles show` and `styles new`, and what they say where something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

Run = Callable[..., Any]


@pytest.fixture
def picture(folder: Path) -> Path:
    image = Image.new("RGB", (64, 64), "#fff0d0")
    image.paste("#000080", (10, 20, 60, 28))
    image.save(folder / "a.png")
    return folder / "a.png"


def test_show(run: Run) -> None:
    done = run("styles", "show", "ink")
    assert done.out.startswith("ink: black ink")
    assert 'strokes.ink = "#000000"' in done.out.splitlines()
    facts = json.loads(run("styles", "show", "ink", "--json").out)
    assert facts["settings"]["strokes.ink"] == "#000000"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[strokes]\n\nstroks = 3\n", "bad.toml:3: unknown setting 'strokes.stroks'; did you"),
        ("[strokes]\nstrokes = -3\n", "bad.toml:2: strokes.strokes is -3"),
        ("[losses.style]\nweight = 'x'\n", "bad.toml:2: losses.style.weight takes"),
        ("[strokes\n", "not valid TOML"),
        ("strokes = 3\n", "bad.toml:1: unknown key"),
    ],
)
def test_a_broken_style_says_where_and_why(run: Run, folder: Path, text: str, words: str) -> None:
    (folder / "bad.toml").write_text(text)
    for command in (("styles", "show", "./bad.toml"), ("clipdraw", "a", "--style", "./bad.toml")):
        done = run(*command)
        assert (done.code, done.out) == (2, "")
        assert words in done.err
        assert len(done.err.splitlines()) == 1


def test_new_here_and_for_the_user(run: Run, folder: Path, picture: Path) -> None:
    for more, path in (
        ((), "styles/mine.toml"),
        (("--user",), str(folder.parent / "config" / "drawkit" / "styles" / "mine.toml")),
    ):
        done = run("styles", "new", "mine", "--from", "a.png", *more)
        assert (done.code, done.out.strip()) == (0, path)
        before = Path(path).read_bytes()
        again = run("styles", "new", "mine", "--from", "a.png", *more)
        assert again.code == 2
        assert "already" in again.err
        assert Path(path).read_bytes() == before
    drawn = run("clipdraw", "a cat", *SMALL, "--style", "mine", "-o", "cat.svg")
    assert drawn.code == 0, drawn.err
    text = (folder / "cat.svg").read_text()
    assert "#fff0d0" in text
    assert "#000080" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["x", "--from", "none.png"], "does not exist"),
        (["a/b", "--from", "a.png"], "no name for a style"),
        (["x"], "Missing option"),
    ],
)
def test_new_refuses(run: Run, folder: Path, picture: Path, args: list[str], words: str) -> None:
    done = run("styles", "new", *args)
    assert done.code == 2
    assert words in done.err
    assert not (folder / "styles").exists()
