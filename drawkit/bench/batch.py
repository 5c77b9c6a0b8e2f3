"""How many small drawings a second, and in how much memory: by processes, and by a Ray cluster."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drawkit import InputError
from drawkit.config import Given
from drawkit.engine.many.batch import Batch
from drawkit.engine.many.cluster import LOCAL, Cluster
from drawkit.engine.many.orders import Orders

__all__ = ["MOST_JOBS", "Pace", "measure_batch"]

MOST_JOBS = 10_000
_WORDS = ("a cat", "a tree", "a house", "a fish", "a red apple")
_SMALL = {"draw.size": 64, "optimize.steps": 5, "strokes.strokes": 16, "perceptor.imagine": 0}
_EVERY = 0.5
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Pace:
    """What a batch took. seconds: in all; first: until one was drawn; memory: most MB at once.

    memory is that of all processes, what they share divided among them (PSS); None where the
    system does not say. processes: how many there were at that moment.
    """

    name: str
    jobs: int
    seconds: float
    first: float
    memory: float | None
    processes: int

    @property
    def rate(self) -> float:
        """Drawings a second, once the first is there."""
        return (self.jobs - 1) / max(1e-9, self.seconds - self.first)


def measure_batch(jobs: int, *, ray: bool, workers: int | None = None) -> Pace:
    """Draw so many small drawings into a folder that goes again.

    Of 16 strokes on 64 px in 5 steps, without imagination: what is shared out is small.

    ray: on a cluster of this machine's own. Raises InputError for a number of jobs that cannot be.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise InputError(f"--jobs is {jobs}; allowed: 1 to {MOST_JOBS}")
    all_of = Orders()
    small = {key: Given(value, "bench") for key, value in _SMALL.items()}
    orders = [
        all_of.order(
            f"job {at}",
            {
                **small,
                "draw.prompts": Given([_WORDS[at % len(_WORDS)]], "bench"),
                "draw.seed": Given(at, "bench"),
            },
        )
        for at in range(jobs)
    ]
    first = 0.0
    with contextlib.ExitStack() as ends:
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="drawkit-"))
        memory = ends.enter_context(_Memory())
        began = time.monotonic()
        crew = ends.enter_context(Cluster(LOCAL)) if ray else None
        batch = ends.enter_context(Batch(orders, Path(folder)))
        for count, _ in enumerate(batch.fill(workers=workers, crew=crew)):
            first = first if count else time.monotonic() - began
        seconds = time.monotonic() - began
        failed = batch.report().failed
    if failed:
        raise InputError(f"{len(failed)} drawings failed: {failed[0].error}")
    name = "Ray" if ray else "processes"
    return Pace(name, jobs, seconds, first, memory.most, memory.processes)


class _Memory:
    """Looks now and then at this process and all below it."""

    def __init__(self) -> None:
        self.most: float | None = None
        self.processes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            sizes = [size for number in _family() if (size := _pss(number)) is not None]
            if sizes and sum(sizes) > (self.most or 0):
                self.most, self.processes = sum(sizes), len(sizes)


def _family() -> Iterator[int]:
    """This process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            behind = entry.read_text().rpartition(")")[2].split()
            parents[int(entry.parent.name)] = int(behind[1])

    found = [os.getpid()]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    yield from found


def _pss(number: int) -> float | None:
    """MB of a process, its share of what several have."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return None
