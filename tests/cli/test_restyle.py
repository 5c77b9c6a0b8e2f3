"""`drawkit restyle`: its files and its errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

Run = Callable[..., Any]
LITTLE = ("--steps", "2", "--cutouts", "2")


@pytest.fixture
def red(folder: Path) -> Path:
    file = folder / "red.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<path id="eye" d="M8 8h48v48h-48z" fill="#c81e1e"/></svg>'
    )
    return file


def test_a_drawing_becomes_another_one(run: Run, folder: Path, red: Path) -> None:
    args = ("restyle", "red.svg", "a blue cat", "--from", "a cat", "--strength", "0.4", *LITTLE)
    done = run(*args)
    assert done.code == 0, done.err
    assert done.out.split() == ["red-restyled.svg", "red-restyled.png"]
    assert 'id="eye"' in (folder / "red-restyled.svg").read_text()
    again = run(*args, "-o", "-")
    assert again.out == (folder / "red-restyled.svg").read_text()
    assert run(*args, "-o", "red-restyled.svg").code == 2  # it is there already
    told = run("restyle", "red-restyled.svg", "a dog", "--from", "a fox", *LITTLE, "--json")
    assert '"words": "a fox"' in told.out


def test_a_sprite_is_held_to_a_palette(run: Run, folder: Path) -> None:
    made = Image.new("RGBA", (8, 8))
    made.paste((200, 30, 30, 255), (2, 2, 6, 6))
    made.save(folder / "hero.png")
    done = run(
        *("restyle", "hero.png", "a zombie", "--from", "a knight", *LITTLE),
        *("--palette", "#00ff00,#0000ff", "-o", "out.png", "--scale", "1"),
    )
    assert done.code == 0, done.err
    pixels = np.asarray(Image.open(folder / "out.png").convert("RGBA"))
    assert pixels.shape == (8, 8, 4)
    assert {tuple(c[:3]) for c in pixels[pixels[..., 3] > 0]} <= {(0, 255, 0), (0, 0, 255)}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--from", "a cat", "--strength", "x"], "--strength takes a number above 0 to 1, got 'x'"),
        (["--from", "a cat", "--strength", "nan"], "strength is nan; allowed: above 0 to 1"),
        (["--from", "a cat", "--strength", "0"], "strength is 0.0; allowed: above 0 to 1"),
        ([], "'red.svg' does not say what it shows; say it: --from WORDS"),
        (["--from", " "], "'red.svg' does not say what it shows; say it: --from WORDS"),
        (["--from", "a cat", "--lock", "ear"], "nothing in the file is called 'ear'"),
        (["--from", "a cat", "--lock", "eye"], "nothing of 'red.svg' can change: it is locked"),
        (["--from", "a cat", "--shapes", "9"], "--shapes is not for a drawing that goes on"),
        (["--from", "a cat", "--palette", "pico8"], "--palette is for sprites"),
        (["--from", "a cat", "--model", "none"], "needs a perceptor"),
        (["--from", "a cat@[0,0,0.5,1]"], "is for prompts about the whole drawing"),
    ],
)
def test_it_is_refused_in_one_line(run: Run, red: Path, more: list[str], said: str) -> None:
    done = run("restyle", "red.svg", "a blue cat", *LITTLE, *more)
    assert done.code == 2
    assert done.out == ""
    *notes, line = done.err.strip().splitlines()
    assert said in line
    assert all("has no record" in note or "stay" in note for note in notes)


def test_its_help_shows_its_own_defaults(run: Run) -> None:
    told = " ".join(run("restyle", "--help").out.replace("│", " ").split())
    for default in ("Updates of the drawing. (default: 100)", "(default: 128)", "[default: 0.6]"):
        assert default in told


def test_files_that_are_none(run: Run, folder: Path) -> None:
    (folder / "text.png").write_text("no picture")
    Image.new("RGBA", (8, 8), "red").save(folder / "sprite.png")
    (folder / "hidden.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<path style="display:none" d="M0 0h9v9z"/></svg>'
    )
    assert "nothing of 'hidden.svg' can change" in run("resume", "hidden.svg", "a dog").err
    for name, said in (
        ("nowhere.svg", "does not exist"),
        ("text.png", "no picture that can be read"),
        ("sprite.png", "'sprite.png' does not say what it shows"),
    ):
        done = run("restyle", name, "a dog")
        assert done.code == 2
        assert said in done.err
    assert run("restyle", "sprite.png").code == 2
