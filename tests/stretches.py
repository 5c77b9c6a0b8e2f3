"""Runs in a folder, in processes of their own that end where they are killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from fakes import FakePerceptor
from lxml import etree
from PIL import Image

from drawkit import draw, resume
from drawkit.engine.state import read_state
from drawkit.files import read_json

OPENED = "drawkit.engine.session.open_perceptor"


def begin(folder: str, options: dict[str, Any]) -> None:
    """Draw in a new folder."""
    with mock.patch(OPENED, side_effect=lambda *a, **k: FakePerceptor()):
        draw("a cat", run_dir=folder, **options)


def go_on(folder: str, options: dict[str, Any]) -> None:
    """Let the run in the folder go on."""
    with mock.patch(OPENED, side_effect=lambda *a, **k: FakePerceptor()):
        resume(folder)


def steps_logged(folder: Path) -> list[int]:
    """The steps in the log, each of whose lines is whole."""
    path = folder / "log.jsonl"
    text = path.read_text() if path.exists() else ""
    assert text.endswith("\n") or not text
    return [read_json(line)["step"] for line in text.splitlines()]


def check_whole(folder: Path, every: int) -> int:
    """Read every file of a run folder; nothing before the last interval is lost.

    Returns the step of its state.
    """
    for path in folder.rglob("*"):
        if path.name.startswith("."):
            continue  # not in place
        if path.suffix == ".png":
            with Image.open(path) as picture:
                picture.load()
        elif path.suffix == ".svg":
            etree.parse(path)
        elif path.suffix == ".toml":
            assert tomllib.loads(path.read_text())["draw"]["prompts"] == ["a cat"]
    steps = steps_logged(folder)
    assert steps == list(range(1, len(steps) + 1))
    state = folder / "state"
    kept = read_state(state).loop.step if state.exists() else 0
    assert kept >= (len(steps) - 1) // every * every
    return kept


def killed(
    target: Callable[..., None],
    folder: Path,
    options: dict[str, Any],
    dice: random.Random,
    most: int,
) -> bool:
    """Run it, killed within `most` steps at a random moment; whether it was."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["stretches", "drawkit.engine.resuming"])
    process = context.Process(target=target, args=(str(folder), options))
    before = len(steps_logged(folder))
    process.start()
    assert process.pid is not None
    wanted = dice.randint(1, most)
    while process.is_alive() and abs(_lines(folder) - before) < wanted:
        time.sleep(0.001)
    time.sleep(dice.random() * 0.02)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join(300)
    return process.exitcode == -signal.SIGKILL


def _lines(folder: Path) -> int:
    path = folder / "log.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0
