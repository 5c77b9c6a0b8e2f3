"""`drawkit film` and `drawkit morph` at the command line."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from forked import start_drawkit
from PIL import Image, ImageChops, ImageStat
from scenes import random_scene
from tiny_model import SMALL

from drawkit.export.svg import svg_text

CELLS = ("--size", "12", "--steps", "4", "--cutouts", "2", "--seed", "1")
BAD = {
    "--seconds x": "--seconds takes a number, got 'x'",
    "--seconds 0": "seconds is 0.0; allowed: 0.1 to 3600",
    "--seconds nan": "seconds is nan; allowed: 0.1 to 3600",
    "--hold -1": "hold is -1.0; allowed: 0 to 3600",
    "--fps 1e308": "fps is 1e+308; allowed: 1 to 120",
    "--fps ": "--fps takes a number, got ''",
    "--size 1.5": "size is 1.5; allowed: whole numbers, 1 to 16384",
    "--size inf": "size is inf; allowed: whole numbers, 1 to 16384",
    "--camera dance": "unknown camera 'dance'; allowed: zoom-in, zoom-out",
    "--camera 0:zoom": "the camera's '0:zoom' has 'zoom'; allowed: zoom FACTOR",
    "--parallax x": "--parallax takes a number, got 'x'",
    "--parallax 0.5": "give a camera too",
    "--camera walk --parallax 2": "parallax is 2.0; allowed: 0 to 1",
    "--sound none.mp3 -o a.mp4": "sound 'none.mp3' is no file",
    "--sound cat.svg -o a.webm": "cannot read the sound 'cat.svg'",
    "--sound cat.svg -o a.gif": "sound goes into .mp4 and .webm alone, got a.gif",
    "--title x --title-place left": "unknown title place 'left'; allowed: bottom, middle, top",
    "--title x --title-time 5": "the time of a title is 2-5 or 0%-50%, got '5'",
    "--title x --title-time 1-9999": "the title is at 9999 s; the film lasts from 0 to",
    "--title x --title-time 1-1": "the title ends at 1 s, and begins at 1 s",
    "--title x --title-font cat.svg": "'cat.svg' is no font that can be read; .ttf and .otf are",
    "--title x --title-font none.ttf": "cannot read the font 'none.ttf': No such file",
    "--title-place top": "--title-place, --title-time and --title-font need a --title",
    "--title ": "the title is empty",
    "-o cat.png": "'cat.png' holds one picture; films are",
    "-o cat": "'cat' has no suffix",
    "-o nowhere/cat.gif": "does not exist; make it first",
    "-o a.gif -o a.gif": "given twice",
    "-o old.gif": "'old.gif' exists",
    "-o old-%03d.png": "'old-001.png' exists",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, seed in (("cat", 1), ("owl", 2)):
        (tmp_path / f"{name}.svg").write_text(svg_text(random_scene(seed)))
    return tmp_path


def test_every_format_at_once(run: Callable[..., Any], here: Path) -> None:
    outputs = ["a.mp4", "a.webm", "a.gif", "a.webp", "a.apng", "a.anim.svg", "a.json", "f-%02d.svg"]
    flags = [word for name in outputs for word in ("-o", name)]
    common = ["--seconds", "0.5", "--hold", "0.1", "--fps", "10", "--size", "50"]
    done = run("film", "cat.svg", "--order", "hand", "--pen", *common, *flags)
    assert done.code == 0, done.err
    frames = [f"f-{n:02d}.svg" for n in range(1, 7)]
    assert sorted(done.out.split()) == sorted([*outputs[:-1], *frames])
    for name in ("a.gif", "a.webp", "a.apng"):
        with Image.open(here / name) as image:
            assert image.n_frames == 6
            assert max(image.size) == 50
    for name in ("a.mp4", "a.webm"):
        with av.open(str(here / name)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 6
    assert json.loads((here / "a.json").read_text())["op"] == pytest.approx(14.4)
    assert run("film", "cat.svg", *common).out.split() == ["cat.anim.svg"]


def test_a_camera_looks_closer(run: Callable[..., Any], here: Path) -> None:
    common = ["--seconds", "0.4", "--hold", "0.1", "--fps", "10", "--size", "64", "--overwrite"]
    for command in (["film", "cat.svg"], ["morph", "cat.svg", "owl.svg"]):
        for camera in ([], ["--camera", "zoom-in 4", "--parallax", "0.2"]):
            done = run(*command, *common, *camera, "-o", f"{len(camera)}.apng")
            assert done.code == 0, done.err
        ends = []
        for name in ("0.apng", "4.apng"):
            with Image.open(here / name) as image:
                image.seek(image.n_frames - 1)
                ends.append(image.convert("RGB"))
        closer = ends[0].crop((24, 16, 40, 32)).resize(ends[1].size)
        assert ends[1].size == ends[0].size
        apart = [ImageStat.Stat(ImageChops.difference(ends[1], e)).mean for e in (closer, ends[0])]
        assert sum(apart[0]) < sum(apart[1])


def test_morphs(run: Callable[..., Any], here: Path) -> None:
    done = run("morph", "cat.svg", "owl.svg", "--loop", "--fps", "8", "--size", "40", "-o", "m.gif")
    assert done.code == 0, done.err
    with Image.open(here / "m.gif") as image:
        assert image.n_frames == 40
        assert image.info["loop"] == 0
    assert run("morph", "cat.svg", "owl.svg").out.split() == ["cat-owl.anim.svg"]
    alone = run("morph", "cat.svg", "-o", "x.gif")
    assert alone.code == 2
    assert "a morph takes 2 to 100 drawings, got 1" in alone.err


@pytest.mark.parametrize("given", BAD)
@pytest.mark.parametrize("command", ["film cat.svg", "morph cat.svg owl.svg"])
def test_bad_input_in_one_line(
    run: Callable[..., Any], here: Path, command: str, given: str
) -> None:
    for name in ("old.gif", "old-001.png"):
        (here / name).write_text("mine")
    done = run(*command.split(), *given.split(" "))
    assert done.code == 2
    assert BAD[given] in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert (here / "old.gif").read_text() == "mine"
    assert not list(here.glob("*.anim.svg"))


def test_no_drawing(run: Callable[..., Any], here: Path) -> None:
    (here / "empty.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    (here / "text.svg").write_text("no drawing")
    for name in ("none.svg", "empty.svg", "text.svg"):
        done = run("film", name, "-o", "x.gif")
        assert done.code == 2
        assert name in done.err
        assert len(done.err.strip().splitlines()) == 1


@pytest.mark.slow
def test_ctrl_c_leaves_a_film_that_plays(here: Path) -> None:
    words = ["film", "cat.svg", "-o", "a.mp4", "--seconds", "600", "--fps", "60", "--size", "400"]
    process = start_drawkit(*words)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        hidden = [file for file in here.rglob(".drawkit-*.tmp") if file.stat().st_size > 20_000]
        if [file for file in hidden if file.stat().st_size != 2**20]:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "stopped; the film ends where it was" in err
    with av.open(str(here / "a.mp4")) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert 1 < frames < 36_000
    assert not list(here.glob(".drawkit-*"))


def test_a_drawing_is_filmed(run: Callable[..., Any], folder: Path) -> None:
    for command in (["clipdraw", "a cat", *SMALL], ["pixeldraw", "a cat", *CELLS]):
        name = command[0]
        films = [word for film in (f"{name}.gif", f"{name}.mp4") for word in ("--film", film)]
        done = run(*command, "-o", f"{name}.svg", *films)
        assert done.code == 0, done.err
        assert set(done.out.split()) == {f"{name}.svg", f"{name}.gif", f"{name}.mp4"}
        with Image.open(folder / f"{name}.gif") as image:
            assert image.n_frames >= 2


@pytest.mark.parametrize("command", ["clipdraw", "pixeldraw"])
def test_films_that_cannot_be_are_refused_first(
    run: Callable[..., Any], folder: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drawkit.engine.Run", None)  # nothing may come so far
    for name, told in (
        ("a.png", "'a.png' holds one picture; films are"),
        ("no/a.gif", "does not exist"),
        ("a", "'a' has no suffix"),
    ):
        done = run(command, "a cat", "--film", name)
        assert done.code == 2
        assert told in done.err
    done = run(command, "a cat", "--film", "a.gif", "--runs", "2")
    assert done.code == 2
    assert "--film films one drawing" in done.err
    assert not list(folder.iterdir())


def test_a_full_disk_costs_no_film(
    run: Callable[..., Any], here: Path, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written at once goes elsewhere, and the line says where."""
    monkeypatch.setenv("TMPDIR", str(here))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tiny_disk / "other").write_bytes(bytes(200_000))
    common = ["--seconds", "1", "--fps", "12", "--size", "1000", "--no-ease"]
    done = run("film", "cat.svg", *common, "-o", str(tiny_disk / "a.apng"))
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1
    found = re.search(r"'([^']+\.apng)': .*; the drawing is in '([^']+\.apng)'", done.err)
    assert found is not None, done.err
    with Image.open(found[2]) as image:
        assert image.n_frames == 24
    assert [path.name for path in tiny_disk.iterdir()] == ["other"]
