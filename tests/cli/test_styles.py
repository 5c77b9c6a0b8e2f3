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


def test_list_says_which_file_is_broken_and_lists_the_others(run: Run, folder: Path) -> None:
    styles = folder / "styles"
    styles.mkdir()
    (styles / "mine.toml").write_text('summary = "my own"\n')
    (styles / "half.toml").write_text("[strokes\n")
    (styles / "typo.toml").write_text("[strokes]\n\nstroks = 3\n")
    (styles / "latin.toml").write_bytes(b'summary = "caf\xe9"\n')
    (styles / "folder.toml").mkdir()
    done = run("styles", "list")
    assert done.code == 2
    names = [line.split()[0] for line in done.out.splitlines()]
    assert {"mine", "ink", "pencil"} <= set(names)
    assert not {"half", "typo", "latin", "folder"} & set(names)
    half, latin, typo = done.err.splitlines()
    assert "'half' is broken" in half
    assert "line 1" in half
    assert "latin.toml' is not a text file" in latin
    assert "typo.toml:3: unknown setting 'strokes.stroks'" in typo
    rows = {row["name"]: row for row in json.loads(run("styles", "list", "--json").out)}
    assert "typo.toml:3" in rows["typo"]["error"]
    assert "error" not in rows["mine"]
    for name in ("half", "typo", "latin"):
        (styles / f"{name}.toml").unlink()
    assert run("styles", "list").code == 0


def test_a_broken_file_of_a_name_hides_the_shipped_one(run: Run, folder: Path) -> None:
    (folder / "styles").mkdir()
    (folder / "styles" / "ink.toml").write_text("[strokes\n")
    done = run("styles", "list")
    assert done.code == 2
    assert "'ink' is broken" in done.err
    assert "ink" not in [line.split()[0] for line in done.out.splitlines()]


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
