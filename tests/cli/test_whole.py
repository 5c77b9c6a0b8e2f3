"""The program as a process: the same bytes again, Ctrl-C at any moment, disks that fill up."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from forked import start_drawkit
from lxml import etree
from tables import table
from tiny_model import SMALL

pytestmark = [pytest.mark.slow]
Start = Callable[..., "subprocess.Popen[str]"]
BUILTIN = Path(__file__).parents[2] / "drawkit" / "perceptor" / "builtin"
posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def test_the_same_command_gives_the_same_bytes(start: Start, folder: Path) -> None:
    args = ("clipdraw", "a cat", *SMALL, "--steps", "12", "--threads", "2", "--shapes", "2")
    for name, anew in (("one.svg", True), ("two.svg", False)):  # with another seed of hashes too
        code, _, err = finish(start(*args, "-o", name, anew=anew))
        assert code == 0, err
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()
    assert finish(start(*args, "--seed", "2", "-o", "three.svg"))[0] == 0
    assert (folder / "three.svg").read_bytes() != (folder / "one.svg").read_bytes()


@pytest.mark.skipif(not (BUILTIN / "open_clip_config.json").exists(), reason="no built-in model")
def test_the_builtin_perceptor_gives_the_same_bytes(folder: Path) -> None:
    for name, anew in (("one.svg", True), ("two.svg", False)):
        args = ("clipdraw", "a cat", "--strokes", "32", "--steps", "20", "-o", name)
        code, _, err = finish(start_drawkit(*args, anew=anew))
        assert code == 0, err
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()


def wait_until_it_listens(process: subprocess.Popen[str]) -> None:
    """Until the program takes signals itself; before, they are Python's own to end it by."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        time.sleep(1)
        return
    caught = 0
    while not caught >> (signal.SIGTERM - 1) & 1:
        assert process.poll() is None
        time.sleep(0.01)
        caught = int(re.findall(r"^SigCgt:\s*(\w+)", status.read_text(), re.M)[0], 16)


@posix
@table("delay, name", [0.0, 0.5, 1.7], ["SIGINT", "SIGTERM"])
def test_stopped_before_the_first_step(delay: float, name: str, start: Start, folder: Path) -> None:
    process = start("clipdraw", "a cat", "--steps", "100000", anew=True)
    wait_until_it_listens(process)
    time.sleep(delay)
    process.send_signal(signal.Signals[name])
    code, out, err = finish(process)
    assert code == 130
    if err.startswith("step"):  # a fast machine: it has begun, so the drawing is there
        assert sorted(path.suffix for path in folder.iterdir()) == [".png", ".svg"]
        return
    assert out == ""
    assert err.startswith("drawkit: stopped")
    assert len(err.splitlines()) == 1
    assert list(folder.iterdir()) == []


@posix
@pytest.mark.parametrize(
    ("name", "delay", "times", "more"),
    [
        ("SIGINT", 0.0, 1, []),
        ("SIGINT", 0.5, 1, []),
        ("SIGINT", 0.3, 4, ["--save-every", "1"]),
        ("SIGTERM", 0.2, 1, []),
        ("SIGHUP", 0.2, 1, ["--json"]),
    ],
)
def test_stopped_later_the_drawing_so_far_is_saved(
    name: str, delay: float, times: int, more: list[str], start: Start, folder: Path
) -> None:
    if signal.getsignal(signal.Signals[name]) is signal.SIG_IGN:
        pytest.skip(f"these tests were started with {name} ignored, as nohup does")
    process = start("clipdraw", "a cat", *SMALL, "--steps", "100000", *more)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("step 1/")
    time.sleep(delay)
    for _ in range(times):
        process.send_signal(signal.Signals[name])
        time.sleep(0.05)
    code, out, err = finish(process)
    assert code == 130
    assert "Traceback" not in err
    assert re.search(r"drawkit: stopped after \d+ steps; kept the best drawing so far", err)
    assert sorted(p.name for p in folder.iterdir()) == ["a-cat.png", "a-cat.svg"]
    etree.parse(folder / "a-cat.svg")
    if "--json" in more:
        assert json.loads(out)["ending"] == "stopped"
    else:
        assert out.split() == ["a-cat.svg", "a-cat.png"]


@posix
def test_a_stop_during_the_last_save_loses_nothing(start: Start, folder: Path) -> None:
    process = start("clipdraw", "a cat", *SMALL, "--steps", "3", "--png-size", "4000")
    assert process.stderr is not None
    while not process.stderr.readline().startswith("step 3/"):
        pass
    process.send_signal(signal.SIGINT)
    code, out, _ = finish(process)
    assert code in (0, 130)
    assert out.split() == ["a-cat.svg", "a-cat.png"]
    assert sorted(p.name for p in folder.iterdir()) == ["a-cat.png", "a-cat.svg"]


def test_two_runs_at_once_into_one_folder(start: Start, folder: Path) -> None:
    both = [start("clipdraw", "a cat", *SMALL, "--seed", str(seed), "--json") for seed in (1, 2)]
    done = [finish(process) for process in both]
    assert [code for code, _, _ in done] == [0, 0]
    results = [json.loads(out) for _, out, _ in done]
    paths = [path for result in results for path in result["paths"]]
    assert sorted(paths) == ["a-cat-2.png", "a-cat-2.svg", "a-cat.png", "a-cat.svg"]
    for result in results:
        record = (folder / result["paths"][0]).read_text()
        assert re.search(rf'"seed":{result["seed"]}\b', record)


def test_a_name_that_is_taken_meanwhile(start: Start, folder: Path) -> None:
    process = start("clipdraw", "a cat", *SMALL, "--steps", "40", "-o", "cat.svg")
    assert process.stderr is not None
    process.stderr.readline()
    (folder / "cat.svg").write_text("mine")
    code, out, err = finish(process)
    assert (code, out.split()) == (0, ["cat-2.svg"])
    assert "taken meanwhile" in err
    assert (folder / "cat.svg").read_text() == "mine"


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 600 kB, where this user may mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("may not mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_full_before(start: Start, small_disk: Path) -> None:
    (small_disk / "fill").write_bytes(bytes(580_000))
    code, out, err = finish(start("clipdraw", "a cat", *SMALL, "-o", small_disk / "cat.svg"))
    assert (code, out) == (2, "")
    assert "No space left on device" in err
    assert len(err.splitlines()) == 1


def test_a_disk_that_fills_up_while_drawing(start: Start, small_disk: Path) -> None:
    args = ("clipdraw", "a cat", *SMALL, "--steps", "40", "-o", small_disk / "cat.svg")
    process = start(*args)
    assert process.stderr is not None
    process.stderr.readline()
    with contextlib.suppress(OSError):  # that is the point
        (small_disk / "fill").write_bytes(bytes(700_000))
    code, out, err = finish(process)
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert "No space left on device" in last
    rescued = Path(last.partition("the drawing is in ")[2].strip("'"))
    etree.parse(rescued)
    assert [p.name for p in small_disk.iterdir()] == ["fill"]


def test_a_corrupt_checkpoint(run_real: Callable[..., Any], folder: Path, tiny_model: Path) -> None:
    whole = (tiny_model / "open_clip_model.safetensors").read_bytes()
    broken = folder / "broken"
    broken.mkdir()
    config = (tiny_model / "open_clip_config.json").read_text()
    (broken / "open_clip_config.json").write_text(config)
    for damaged in (b"", whole[:1000], whole[:-1000], bytes(5000)):
        (broken / "open_clip_model.safetensors").write_bytes(damaged)
        done = run_real("clipdraw", "a cat", "--model", broken)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("drawkit: ")
        assert len(done.err.splitlines()) == 1
        assert "broken" in done.err


def test_version() -> None:
    code, out, err = finish(start_drawkit("--version", anew=True))
    assert (code, err) == (0, "")
    assert re.fullmatch(r"drawkit \d+\.\d+\.\d+\S*\n", out)
