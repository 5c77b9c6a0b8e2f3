"""What is shown never ends a run, whatever becomes of the terminal."""

from __future__ import annotations

import errno
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress
from tiny_model import SMALL

from drawkit.cli.display import Display
from drawkit.engine.loop import Step

Run = Callable[..., Any]

STEPS = [Step(index, 3, 0.5, {}, 0.1, 0.1) for index in (1, 2, 3)]


class Gone(io.StringIO):
    """A terminal that is closed after so many writes."""

    def __init__(self, error: Exception, writes: int = 0) -> None:
        super().__init__()
        self.error, self.left = error, writes

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.left -= 1
        if self.left < 0:
            raise self.error
        return super().write(text)

    def flush(self) -> None:
        if self.left < 0:
            raise self.error


def show_all(display: Display) -> None:
    display.wait("loading")
    display.say("a line")
    for step in STEPS:
        display.step(step)
    logging.getLogger("drawkit").warning("a warning")
    display.finish()
    display.warn("a word")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        OSError(errno.ENOSPC, "No space left on device"),
        ValueError("I/O operation on closed file"),
    ],
)
@pytest.mark.parametrize("writes", [0, 1, 4, 8])
def test_a_terminal_that_goes(
    error: Exception, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = sys.stdout, Gone(error, writes)
    monkeypatch.setattr(sys, "stderr", err)
    with Display() as display:
        show_all(display)
    assert err.left < 0  # it did go
    assert (sys.stdout, sys.stderr) == (out, err)  # what rich had put in their place is gone


def test_no_stderr_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    out = sys.stdout
    monkeypatch.setattr(sys, "stderr", None)
    with Display() as display:
        show_all(display)
    assert (sys.stdout, sys.stderr) == (out, None)


def test_a_fault_in_what_shows_is_the_last_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(Progress, "update", lambda *_, **__: 1 / 0)
    with Display() as display:
        for step in STEPS:
            display.step(step)
    assert not display.works


@pytest.mark.parametrize("broken", ["wait", "step", "finish", "say", "warn"])
def test_a_broken_display_loses_no_drawing(
    broken: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even one that raises: the drawing is saved before anything more is shown."""

    def fail(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Display, broken, fail)
    run("clipdraw", "a cat", *SMALL)
    assert sorted(path.name for path in folder.iterdir()) == ["a-cat.png", "a-cat.svg"]
