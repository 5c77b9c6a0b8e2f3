"""Processes that work for another: they die with it at once, and say nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from stops import lives, wait_until

import drawkit
from drawkit.files.workers import Worker

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="needs /proc to see processes"
)
ROOT = str(Path(drawkit.__file__).parents[1])

CREW = """
import os, signal, time

def double(wire, more):
    while True:
        wire.send(2 * wire.recv() + more)

def sleep(wire):
    wire.send(os.getpid())
    time.sleep(100_000)

def work(wire):
    wire.send(os.getpid())
    while True:
        sum(range(10_000))

def last_words(wire):
    wire.send(os.getpid())
    time.sleep(2)
    while True:
        wire.send(bytes(1_000_000))

def deaf(wire):
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(os.getpid(), number)
    wire.send("alive")
    wire.recv()
"""
SLOW = """
import os, time
open(os.environ["STARTED"], "w").close()
time.sleep(100_000)

def serve(wire): ...
"""
PARENT = """
import os, sys, time
from drawkit.files.workers import Worker

def main():
    module, name = sys.argv[1].split(".")
    serve = getattr(__import__(module), name)
    workers = [Worker(serve) for _ in range(2)]
    print(*(worker.wire.recv() for worker in workers), flush=True)
    time.sleep(100_000)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with modules that workers can import."""
    (tmp_path / "crew.py").write_text(CREW)
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "parent.py").write_text(PARENT)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_they_work_until_they_are_ended(crew: Path) -> None:
    import crew as module  # type: ignore[import-not-found]

    workers = [Worker(module.double, more) for more in (0, 1)]
    for worker in workers:
        worker.wire.send(20)
    assert [worker.wire.recv() for worker in workers] == [40, 41]
    assert [worker.end() for worker in workers] == [-signal.SIGKILL] * 2


def test_signals_of_the_group_are_the_parents_to_hear(crew: Path) -> None:
    """From the very start of the very first worker of a program, and the parent hears them."""
    code = """
import os, signal
import crew
from drawkit.files.workers import Worker

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # these tests may be under nohup
    worker = Worker(crew.deaf)
    os.kill(worker._process.pid, signal.SIGINT)  # it may not even have begun
    assert worker.wire.recv() == "alive"
    assert worker.end() == -signal.SIGKILL
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()
    os.kill(os.getpid(), signal.SIGINT)
"""
    (crew / "first.py").write_text(code)
    done = subprocess.run(
        [sys.executable, str(crew / "first.py")],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{crew}"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


@pytest.mark.parametrize("work", ["sleep", "work", "last_words"])
def test_they_die_with_their_parent(crew: Path, work: str) -> None:
    command = [sys.executable, str(crew / "parent.py"), f"crew.{work}"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{crew}"},
    )
    assert process.stdout is not None
    numbers = [int(word) for word in process.stdout.readline().split()]
    assert len(numbers) == 2
    assert all(map(lives, numbers))
    process.kill()
    assert wait_until(lambda: not any(map(lives, numbers)), 20)
    _, err = process.communicate(timeout=20)  # ends where nobody holds the pipe any more
    assert err == ""


def test_they_die_even_while_they_load(crew: Path) -> None:
    """What they need may take seconds to import; by then they watch their parent."""
    started = crew / "started"
    # The order is what pickle makes of (slow.serve, ()), as this process must not import it.
    code = """
import time
from drawkit.files import workers

if __name__ == "__main__":
    workers.pickle.dumps = lambda order: b"cslow\\nserve\\n(t\\x86."
    worker = workers.Worker(print)
    print(worker._process.pid, flush=True)
    time.sleep(100_000)
"""
    (crew / "loading.py").write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(crew / "loading.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{crew}", "STARTED": str(started)},
    )
    assert process.stdout is not None
    number = int(process.stdout.readline())
    assert wait_until(started.exists, 60)
    assert lives(number)
    process.kill()
    assert wait_until(lambda: not lives(number), 20)
    _, err = process.communicate(timeout=20)
    assert err == ""
