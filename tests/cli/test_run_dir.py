"""`--run-dir FOLDER` and `drawkit resume FOLDER`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import SMALL

from drawkit.errors import FileError

Run = Callable[..., Any]
FILES = ["drawing.png", "drawing.svg", "drawkit.toml", "log.jsonl", "pictures", "state"]


@pytest.mark.parametrize("command", ["clipdraw", "pixeldraw"])
def test_the_folder_holds_it_all(command: str, run: Run, folder: Path) -> None:
    small = SMALL if command == "clipdraw" else ["--size", "8", "--steps", "4"]
    done = run(command, "a cat", *small, "--run-dir", "r", "--save-every", "2", "-q")
    assert (done.code, done.err) == (0, "")
    assert [str(path) for path in done.files] == ["r/drawing.svg", "r/drawing.png"]
    assert [path.name for path in folder.iterdir()] == ["r"]
    assert sorted(path.name for path in (folder / "r").iterdir()) == FILES
    before = (folder / "r" / "drawing.svg").read_bytes()
    again = run("resume", "r")
    assert again.code == 0
    assert "going on after step 4, from r/state" in again.err
    assert (folder / "r" / "drawing.svg").read_bytes() == before
    plain = run(command, "a cat", *small, "-o", "plain.svg")
    assert plain.code == 0
    assert (folder / "plain.svg").read_bytes() == before


def test_its_settings_draw_the_same(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("clipdraw", "a cat", *SMALL, "--style", "crayon", "--seed", "random", "--run-dir", "r")
    monkeypatch.chdir(folder / "r")
    assert run("clipdraw", "-o", "../again.svg").code == 0
    assert (folder / "again.svg").read_bytes() == (folder / "r" / "drawing.svg").read_bytes()


def test_other_files_are_written_as_well(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--run-dir", "r", "-o", "cat.pdf", "--json")
    assert json.loads(done.out)["paths"] == ["cat.pdf", "r/drawing.svg", "r/drawing.png"]
    assert run("resume", "r", "-o", "more.svg").code == 0
    assert (folder / "more.svg").read_bytes() == (folder / "r" / "drawing.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("clipdraw", "a dog", *SMALL, "--run-dir", "r"),
            "draw.prompts = ['a cat'], not ['a dog']",
        ),
        (("pixeldraw", "a cat", "--run-dir", "r"), "of a run with "),
        (("clipdraw", "a cat", "--run-dir", "r", "--state", "s"), "not both"),
        (("clipdraw", "a cat", "--run-dir", "."), "'.' holds other files"),
        (("clipdraw", "a cat", "--run-dir", "letter.txt"), "is a file"),
        (("clipdraw", "a cat", "--run-dir", "no/r"), "the folder 'no' does not exist"),
        (("resume", "r", "a dog"), "draw.prompts"),
        (("resume", "r", "--steps", "9"), "optimize.steps = 4, not 9"),
        (("resume", "r", "--freeze", "eyes"), "--freeze is for an SVG"),
        (("resume", "r", "--strokes", "+3"), "--strokes is for an SVG"),
        (("resume", "."), "'.' holds no run"),
    ],
)
def test_bad_input_gets_one_line(
    arguments: tuple[str, ...], words: str, run: Run, folder: Path
) -> None:
    run("clipdraw", "a cat", *SMALL, "--run-dir", "r")
    (folder / "letter.txt").write_text("dear")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = run(*arguments)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_drawing_that_cannot_be_written_is_not_lost(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise FileError("cannot write 'r/drawing.svg': No space left on device; the drawing is in")

    monkeypatch.setattr("drawkit.engine.run_folder.save", full)
    done = run("clipdraw", "a cat", *SMALL, "--run-dir", "r")
    assert done.code == 2
    assert "No space left on device; the drawing is in" in done.err.strip().splitlines()[-1]
