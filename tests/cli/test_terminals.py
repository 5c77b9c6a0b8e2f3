"""Terminals and pipes that go while it draws: the drawing is saved, whatever was to be shown."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from forked import start_drawkit
from lxml import etree
from tiny_model import SMALL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("compiled"),
    pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them"),
]
ROOT = str(Path(__file__).parents[2])


def words(model: Path, *more: object) -> list[str]:
    return [*map(str, ("clipdraw", "a cat", *SMALL, "--model", model, *more))]


def command(model: Path, *more: object) -> list[str]:
    return [sys.executable, "-m", "drawkit", *words(model, *more)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ROOT, "TERM": "xterm"}


def saved(folder: Path) -> list[str]:
    """The names of the drawing's files, all of which can be read."""
    names = sorted(path.name for path in folder.iterdir())
    if "a-cat.svg" in names:
        etree.parse(folder / "a-cat.svg")
    return names


BOTH = ["a-cat.png", "a-cat.svg"]


def until(terminal: int, text: bytes) -> None:
    """Read what the terminal shows until it shows `text`."""
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([terminal], [], [], 300)
        assert ready, shown
        shown += os.read(terminal, 4096)


@pytest.mark.parametrize(
    ("hang_up", "code"), [("delivered", 130), ("ignored", 0), ("of another", 0)]
)
def test_a_terminal_that_is_closed(hang_up: str, code: int, folder: Path, tiny_model: Path) -> None:
    """Delivered, the hang-up stops the run; else it goes on to its end, shown to nobody."""
    ours, theirs = pty.openpty()
    steps = 100_000 if hang_up == "delivered" else 60
    process = start_drawkit(
        *words(tiny_model, "--steps", steps),
        **dict.fromkeys(("stdin", "stdout", "stderr"), theirs),
        leads=True,
        terminal=hang_up != "of another",  # else it is no terminal of this session
        hang_up=signal.SIG_IGN if hang_up == "ignored" else signal.SIG_DFL,
        env={"TERM": "xterm"},
    )
    os.close(theirs)
    until(ours, f"/{steps}".encode())
    os.close(ours)
    assert process.wait(300) == code
    assert saved(folder) == BOTH


def test_a_reader_that_leaves(folder: Path, tiny_model: Path) -> None:
    """`drawkit clipdraw "a cat" 2>&1 | head -1`."""
    process = start_drawkit(*words(tiny_model), stderr=subprocess.STDOUT, text=False)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"step 1/4")
    process.stdout.close()
    assert process.wait(300) == 0
    assert saved(folder) == BOTH


@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(redirect: str, folder: Path, tiny_model: Path) -> None:
    shell = ["sh", "-c", f'exec "$@" {redirect}', "sh", *command(tiny_model)]
    done = subprocess.run(shell, env=environment(), capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert saved(folder) == BOTH
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("stream", "code"), [("stderr", 0), ("stdout", 2)])
def test_streams_that_take_nothing(stream: str, code: int, folder: Path, tiny_model: Path) -> None:
    with open("/dev/full", "wb") as full:
        process = start_drawkit(*words(tiny_model), **{stream: full.fileno()})
    _, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    assert saved(folder) == BOTH
    if code:
        assert "Traceback" not in err
        last = err.splitlines()[-1]
        assert "No space left on device; the result is in 'a-cat.svg', 'a-cat.png'" in last


def test_a_hang_up_before_the_first_step(folder: Path, tiny_model: Path) -> None:
    """The last words cannot be said, and the program ends all the same."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(tiny_model, "--steps", "100000"),
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # nohup has it ignored
        env=environment(),
    )
    os.close(theirs)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    assert process.wait(300) in (130, -signal.SIGHUP)
    assert saved(folder) == []
