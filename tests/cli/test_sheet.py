"""`drawkit sheet`: one command from a file of words to the files of a game, and on from there."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stops import lives, wait_until

from drawkit.engine import session

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
BUILT_IN = "[perceptor]\nimagine = 0\n"
"""For processes of their own: workers load the built-in model in half the time of any other."""
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


def lose_a_sprite(folder: Path) -> None:
    """An edit that leaves it in no size that a sheet can use."""
    sprites = folder / "game-sprites"
    sprites.mkdir(exist_ok=True)
    Image.new("RGBA", (3, 3), "red").save(sprites / "a-key.png")


def test_it_loses_one_sprite_and_says_so(run: Run, folder: Path) -> None:
    write_set(folder)
    lose_a_sprite(folder)
    done = run("sheet", "game.toml", "--workers", "1")
    assert done.code == 2
    assert done.err.splitlines()[-1].startswith("drawkit: the sheet is without 'a-key': ")
    assert "a-key.png' is 3 x 3 px" in done.err
    assert (folder / "game.png").exists()
    assert len(done.files) == 4


def test_a_lost_sprite_does_not_cost_the_old_sheet(run: Run, folder: Path) -> None:
    write_set(folder)
    args = ("sheet", "game.toml", "--workers", "1", "-o", "game.png", "--overwrite")
    assert run(*args).code == 0
    before = {path: path.read_bytes() for path in folder.glob("game*.*")}
    assert len(before) == 5
    lose_a_sprite(folder)
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    last = done.err.splitlines()[-1]
    assert last.startswith("drawkit: 'game.png' stays as it was, for want of 'a-key': ")
    assert last.endswith("; --partial replaces it all the same")
    assert {path: path.read_bytes() for path in folder.glob("game*.*")} == before
    found = json.loads(run(*args, "--json").out)
    assert (found["paths"], list(found["lost"])) == ([], ["a-key"])
    done = run(*args, "--partial")
    assert (done.code, len(done.files)) == (2, 4)
    assert "the sheet is without 'a-key'" in done.err
    assert "a-key" not in json.loads((folder / "game.json").read_text())["frames"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[sprite]]\nprompt = ""\n', "sprite 4"),
        ('[[sprite]]\nprompt = "x"\nname = ""\n', "sprite 4"),
        ('[[sprite]]\nprompt = "x"\ninit = "missing.png"\n', "missing.png"),
        ('[[sprite]]\nprompt = "x"\nmodel = "ViT-Z-99"\n', "ViT-Z-99"),
    ],
)
def test_a_mistake_is_found_before_anything_is_drawn(
    more: str, words: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the last sprite of all, with an old sheet there."""
    from drawkit.perceptor.clip import open_perceptor

    write_set(folder)
    args = ("sheet", "game.toml", "--workers", "1", "-o", "game.png", "--overwrite")
    assert run(*args).code == 0
    text = (folder / "game.toml").read_text()
    (folder / "game.toml").write_text(f"seed = 9\n{text}{more}")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    fake = session.open_perceptor

    def opened(model: str, **named: Any) -> Any:
        return (fake if model == "fake" else open_perceptor)(model, **named)

    monkeypatch.setattr(session, "open_perceptor", opened)
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


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


@pytest.mark.parametrize("kind", ["read-only", "loop"])
def test_a_sprite_that_cannot_be_replaced_is_told_before_drawing(
    kind: str, run: Run, folder: Path
) -> None:
    write_set(folder)
    assert run("sheet", "game.toml", "--workers", "1").code == 0
    write_set(folder, steps=3)  # all of them are to be drawn anew
    sprite = folder / "game-sprites" / "a-key.png"
    if kind == "read-only":
        sprite.chmod(0o444)
    else:
        sprite.unlink()
        sprite.symlink_to(sprite)
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    done = run("sheet", "game.toml", "--workers", "1")
    assert (done.code, done.out) == (2, "")
    assert "a-key.png" in done.err
    assert len(done.err.splitlines()) == 1
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.slow
def test_processes_draw_the_same_bytes(start: Start, folder: Path) -> None:
    write_set(folder, BUILT_IN, "builtin", 3)
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
def test_stopped_it_keeps_what_is_done(start: Start, folder: Path) -> None:
    # The first is done at once, the others never.
    slow = '[[sprite]]\nprompt = "a{0}"\nsteps = 1000000\n'
    write_set(folder, slow.format(1) + slow.format(2) + BUILT_IN, "builtin")
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
    assert "Traceback" not in err


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a process has begun, but for the one that watches its resources."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                command = (entry / "cmdline").read_bytes()
                if int(parent) == process.pid and b"spawn_main" in command:
                    found.append(int(entry.name))
    return found


NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
ENDLESS = '[[sprite]]\nprompt = "a{0}"\nsteps = 1000000\n'


@pytest.mark.slow
@NEEDS_PROC
@pytest.mark.parametrize("moment", ["as they start", "as they draw"])
def test_killed_it_takes_its_workers_along(moment: str, start: Start, folder: Path) -> None:
    write_set(folder, ENDLESS.format(1) + ENDLESS.format(2) + BUILT_IN, "builtin")
    process = start("sheet", "game.toml", "--workers", "2")
    assert wait_until(lambda: len(children(process)) == 2, 120)
    workers = children(process)
    if moment == "as they draw":
        first = folder / "game-sprites" / "a-knight.png"
        assert wait_until(first.exists, 120)
    process.kill()
    process.wait()
    assert wait_until(lambda: not any(map(lives, workers)), 20)
    _, err = process.communicate()  # ends where nobody holds the pipe any more
    assert "Traceback" not in err


@pytest.mark.slow
@NEEDS_PROC
def test_a_lost_worker_costs_its_sprite_and_no_old_sheet(start: Start, folder: Path) -> None:
    write_set(folder, BUILT_IN, "builtin")
    args = ("sheet", "game.toml", "-o", "game.png", "--overwrite", "--workers")
    _, err = (process := start(*args, "1")).communicate(timeout=300)
    assert process.returncode == 0, err
    before = {path: path.read_bytes() for path in folder.glob("game*.*")}
    write_set(folder, ENDLESS.format(1) + BUILT_IN, "builtin")
    process = start(*args, "2")  # one sprite to draw needs no worker, so there are two
    (folder / "game-sprites" / "a-knight.png").unlink()
    assert wait_until(lambda: len(children(process)) == 2, 120)
    sprite = folder / "game-sprites" / "a-knight.png"
    assert wait_until(sprite.exists, 120)
    for worker in children(process):
        os.kill(worker, signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "Traceback" not in err
    assert "'a1' could not be drawn: its process ended with code -9" in err
    assert "'game.png' stays as it was, for want of 'a1'" in err.splitlines()[-1]
    assert {path: path.read_bytes() for path in folder.glob("game*.*")} == {
        **before,
        folder / "game.toml": (folder / "game.toml").read_bytes(),
    }
