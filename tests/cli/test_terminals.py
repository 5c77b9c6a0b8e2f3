"""Terminals and pipes that go while it draws: the drawing is saved, whatever was to be shown."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from lxml import etree
from tiny_model import SMALL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("compiled"),
    pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them"),
]
ROOT = str(Path(__file__).parents[2])


def command(model: Path, *more: object) -> list[str]:
    args = ("clipdraw", "a cat", *SMALL, "--model", model, *more)
    return [sys.executable, "-m", "drawkit", *map(str, args)]


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

    def begin() -> None:
        if hang_up != "of another":  # else it is no terminal of this session
            import fcntl

            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        wanted = signal.SIG_IGN if hang_up == "ignored" else signal.SIG_DFL
        signal.signal(signal.SIGHUP, wanted)

    steps = 100_000 if hang_up == "delivered" else 60
    process = subprocess.Popen(
        command(tiny_model, "--steps", steps),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=begin,
        env=environment(),
    )
    os.close(theirs)
    until(ours, f"/{steps}".encode())
    os.close(ours)
    assert process.wait(300) == code
    assert saved(folder) == BOTH


def test_a_reader_that_leaves(folder: Path, tiny_model: Path) -> None:
    """`drawkit clipdraw "a cat" 2>&1 | head -1`."""
    process = subprocess.Popen(
        command(tiny_model), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment()
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"step 1/4")
    process.stdout.close()
    assert process.wait(300) == 0
    assert saved(folder) == BOTH


@pytest.mark.parametrize(
    ("redirect", "code"),
    [(">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0), ("2>/dev/full", 0), (">/dev/full", 2)],
)
def test_streams_that_take_nothing(
    redirect: str, code: int, folder: Path, tiny_model: Path
) -> None:
    shell = ["sh", "-c", f'exec "$@" {redirect}', "sh", *command(tiny_model)]
    done = subprocess.run(shell, env=environment(), capture_output=True, timeout=300)
    assert done.returncode == code, done.stderr
    assert saved(folder) == BOTH
    assert b"Traceback" not in done.stderr
    if code:
        last = done.stderr.splitlines()[-1]
        assert b"No space left on device; the result is in 'a-cat.svg', 'a-cat.png'" in last


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
