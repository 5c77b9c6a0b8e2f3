"""Standard streams whose reader has gone, that are full, or closed from the start."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams as POSIX has them")

TALK = """
import os, sys, time
from drawkit.cli.streams import steady_streams
steady_streams()
os.read(0, 1)
for _ in range(3):
    print("a result", flush=True)
    print("a word", file=sys.stderr)
with open(sys.argv[1], "w") as file:
    print("done", file=file, flush=True)
    os.write(2, b"last words")
"""


def talk(
    tmp_path: Path, *, shell: str = "", unbuffered: bool = False, **streams: object
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", TALK, str(tmp_path / "end")]
    if shell:
        command = ["sh", "-c", f'exec "$@" {shell}', "sh", *command]
    streams = {"stdin": subprocess.DEVNULL, **streams}
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    streams["env"] = {**buffered, **({"PYTHONUNBUFFERED": "1"} if unbuffered else {})}
    return subprocess.Popen(command, **streams)  # type: ignore[call-overload]


def done(tmp_path: Path) -> bool:
    return (tmp_path / "end").exists() and (tmp_path / "end").read_text() == "done\n"


@pytest.mark.parametrize("unbuffered", [True, False])
def test_whoever_reads_gets_all_of_it(tmp_path: Path, unbuffered: bool) -> None:
    pipe = subprocess.PIPE
    process = talk(tmp_path, unbuffered=unbuffered, stdout=pipe, stderr=pipe)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (0, b"a result\n" * 3, b"a word\n" * 3 + b"last words")


@pytest.mark.parametrize("which", ["stdout", "stderr", "both"])
def test_a_pipe_whose_reader_has_gone(tmp_path: Path, which: str) -> None:
    ours, theirs = os.pipe()
    wanted = ("stdout", "stderr") if which == "both" else (which,)
    process = talk(tmp_path, stdin=subprocess.PIPE, **dict.fromkeys(wanted, theirs))
    os.close(theirs)
    os.close(ours)
    process.communicate(b"\n")
    # The last line goes past Python's streams, and says that the pipe was really broken.
    assert process.returncode == (0 if which == "stdout" else 1)
    assert done(tmp_path)


def test_a_terminal_that_was_closed(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = talk(tmp_path, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.close(ours)
    process.communicate(b"\n")
    assert process.returncode == 1
    assert done(tmp_path)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_from_the_start(tmp_path: Path, closed: str) -> None:
    """The file that the program opens must not become its standard output."""
    process = talk(tmp_path, shell=closed, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.communicate()
    assert process.returncode == 0
    assert done(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disks(tmp_path: Path) -> None:
    assert talk(tmp_path, shell="2>/dev/full").wait() == 1  # the last line, past Python's streams
    assert done(tmp_path)
    (tmp_path / "end").unlink()
    process = talk(tmp_path, shell=">/dev/full", stderr=subprocess.PIPE)
    _, err = process.communicate()
    assert b"No space left" in err  # a result that nobody will ever read is told of
    assert not done(tmp_path)


def test_a_pipe_that_does_not_block_loses_no_result(tmp_path: Path) -> None:
    code = """
import sys
from drawkit.cli.streams import steady_streams
steady_streams()
print("x" * 1_000_000, flush=True)
"""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=theirs)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        assert len(pipe.read()) == 1_000_001
    assert process.wait() == 0
