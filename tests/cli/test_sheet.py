"""`drawkit sheet`: one command from a file of words to the files of a game, and on from there."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

SET = """
palette = "pico8"
size = 12
model = "{model}"
steps = {steps}
cutouts = 2
[pixels]
side = 24
[sheet]
formats = ["aseprite", "godot4"]
[[sprite]]
prompt = "a knight"
[[sprite]]
prompt = "a door"
motion = "bob"
frames = 2
[[sprite]]
prompt = "a key"
variations = 2
"""
Run = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[str]"]


def write_set(folder: Path, more: str = "", model: str = "fake", steps: int = 2) -> None:
    (folder / "game.toml").write_text(SET.format(model=model, steps=steps) + more)


def test_one_command_makes_the_sheet(run: Run, folder: Path) -> None:
    write_set(folder)
    done = run("sheet", "game.toml", "--workers", "1")
    assert done.code == 0, done.err
    names = ["game.png", "game.json", "game.tres", "game-index.png"]
    assert [path.name for path in done.files] == names
    sheet = Image.open(folder / "game.png")
    assert sheet.mode == "P"
    data = json.loads((folder / "game.json").read_text())
    assert list(data["frames"]) == ["a-knight", "a-door 0", "a-door 1", "a-key", "a-key-2"]
    rgba = np.asarray(sheet.convert("RGBA"))
    for frame in data["frames"].values():
        x, y, w, h = (frame["frame"][key] for key in "xywh")
        cell = rgba[y : y + h, x : x + w]
        assert cell.shape == (12, 12, 4)
        rows = np.flatnonzero(cell[..., 3].any(axis=1))
        if len(rows) and len(rows) < 11:
            assert rows[-1] in (9, 10)  # on one line; what bobs is a cell higher at times


def test_it_goes_on_where_it_was_and_takes_edits(run: Run, folder: Path) -> None:
    write_set(folder)
    assert run("sheet", "game.toml", "--workers", "1").code == 0
    again = run("sheet", "game.toml", "-o", "game.png")
    assert (again.code, again.out) == (2, "")
    assert "exists" in again.err
    sprites = folder / "game-sprites"
    before = {path: path.stat().st_mtime_ns for path in sprites.iterdir()}
    first = (folder / "game.png").read_bytes()
    assert run("sheet", "game.toml", "-o", "game.png", "--overwrite").code == 0
    assert {path: path.stat().st_mtime_ns for path in sprites.iterdir()} == before
    assert (folder / "game.png").read_bytes() == first
    image = Image.open(sprites / "a-knight.png").convert("RGBA")
    image.putpixel((5, 5), (1, 2, 3, 255))
    image.save(sprites / "a-knight.png")
    done = run("sheet", "game.toml", "-o", "game.png", "--overwrite")
    assert "taken as edited: a-knight" in done.err
    assert (
        (np.asarray(Image.open(folder / "game.png").convert("RGBA")) == (1, 2, 3, 255)).all(-1)
    ).any()


def test_it_loses_one_sprite_and_says_so(run: Run, folder: Path) -> None:
    write_set(folder, '[[sprite]]\nprompt = "a lost thing"\ninit = "missing.png"\n')
    done = run("sheet", "game.toml", "--workers", "1")
    assert done.code == 2
    assert done.err.splitlines()[-1].startswith("drawkit: the sheet is without 'a-lost-thing'")
    assert "missing.png" in done.err
    assert (folder / "game.png").exists()
    assert len(done.files) == 4


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("none.toml",), "none.toml"),
        (("game.toml", "-o", "game.jpg"), ".png file"),
        (("game.toml", "-o", "no/game.png"), "no"),
        (("game.toml", "--workers", "0"), "1 to 64"),
    ],
)
def test_bad_calls_are_one_line(run: Run, folder: Path, args: tuple[str, ...], words: str) -> None:
    write_set(folder)
    done = run("sheet", *args)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err
    assert sorted(path.name for path in folder.iterdir()) == ["game.toml"]


@pytest.mark.slow
def test_processes_draw_the_same_bytes(start: Start, folder: Path, tiny_model: Path) -> None:
    write_set(folder, model=str(tiny_model), steps=3)
    sheets = []
    for workers in ("1", "2"):
        out = folder / workers
        out.mkdir()
        process = start("sheet", "game.toml", "-o", out / "game.png", "--workers", workers)
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        sheets.append((out / "game.png").read_bytes())
    assert sheets[0] == sheets[1]


@pytest.mark.slow
def test_stopped_it_keeps_what_is_done(start: Start, folder: Path, tiny_model: Path) -> None:
    # The first is done at once, the others never.
    slow = '[[sprite]]\nprompt = "a{0}"\nsteps = 1000000\n'
    write_set(folder, slow.format(1) + slow.format(2), model=str(tiny_model))
    process = start("sheet", "game.toml", "--workers", "2")
    first = folder / "game-sprites" / "a-knight.png"
    until = time.monotonic() + 120
    while not first.exists() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on" in err
    assert first.exists()
    assert not (folder / "game.png").exists()
    assert not list(folder.rglob(".drawkit*"))
