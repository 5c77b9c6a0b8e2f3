"""`--state FILE`: a run that was stopped goes on where it was."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import SMALL

Run = Callable[..., Any]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.mark.parametrize("command", ["clipdraw", "pixeldraw"])
def test_a_run_is_kept_and_gives_its_drawing_again(command: str, run: Run, folder: Path) -> None:
    small = SMALL if command == "clipdraw" else ["--size", "8", "--steps", "4"]
    first = run(command, "a cat", *small, "--state", "cat.state", "-o", "a.svg")
    assert (first.code, (folder / "cat.state").is_file()) == (0, True)
    again = run(command, "a cat", *small, "--state", "cat.state", "-o", "b.svg")
    assert "going on after step 4" in again.err
    assert (folder / "a.svg").read_bytes() == (folder / "b.svg").read_bytes()


def test_another_drawing_is_refused_in_one_line(run: Run, folder: Path) -> None:
    run("clipdraw", "a cat", *SMALL, "--state", "cat.state")
    before = (folder / "cat.state").read_bytes()
    done = run("clipdraw", "a dog", *SMALL, "--state", "cat.state")
    assert done.code == 2
    assert done.err.strip().splitlines()[-1].startswith("drawkit: 'cat.state' is of a run with")
    assert (folder / "cat.state").read_bytes() == before
    (folder / "text.state").write_text("hello")
    done = run("clipdraw", "a cat", *SMALL, "--state", "text.state")
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
    assert "is no state of a drawkit run" in done.err


@posix
def test_after_ctrl_c_it_ends_as_one_that_was_never_stopped(
    start: Callable[..., Any], folder: Path
) -> None:
    words = ["clipdraw", "a cat", "--size", "32", "--strokes", "6", "--steps", "60"]
    whole = start(*words, "-o", "whole.svg")
    whole.communicate(timeout=300)
    process = start(*words, "--state", "cat.state", "-o", "part.svg")
    while not process.stderr.readline().startswith("step 1/"):
        pass
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    assert (folder / "cat.state").is_file()
    rest = start(*words, "--state", "cat.state", "-o", "rest.svg")
    _, err = rest.communicate(timeout=300)
    assert "going on after step" in err
    assert (folder / "rest.svg").read_bytes() == (folder / "whole.svg").read_bytes()
