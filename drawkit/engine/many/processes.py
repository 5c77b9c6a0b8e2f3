"""A team of processes on this machine, and how its processors are shared out."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

from drawkit.engine.many.loop import MemberDied, Perform
from drawkit.engine.session import Session
from drawkit.engine.threads import processors
from drawkit.errors import InputError
from drawkit.files.workers import Worker

__all__ = ["MOST_WORKERS", "Processes", "collected_notes", "crew_size", "shared_out"]

MOST_WORKERS = 64


class Processes:
    """A team of `size` processes, each with a session of its own; they die with this one."""

    def __init__(self, perform: Perform[Any], size: int) -> None:
        self.size = size
        self._perform = perform

    def hire(self) -> _Process:
        """Start one more."""
        return _Process(self._perform)

    def ready(self, busy: Sequence[_Process], seconds: float) -> list[_Process]:
        """Those whose pipe has something, or is broken."""
        by_wire = {member.wire: member for member in busy}
        return [by_wire[wire] for wire in connection.wait(list(by_wire), seconds)]  # type: ignore[index]


class _Process:
    """One of them."""

    def __init__(self, perform: Perform[Any]) -> None:
        self._worker = Worker(_serve, perform)
        self.wire = self._worker.wire

    def take(self, task: Any) -> None:
        with contextlib.suppress(OSError):  # it has died; `result` will say so
            self.wire.send(task)

    def result(self) -> tuple[Any, Sequence[str]]:
        try:
            result, notes = self.wire.recv()
        except (EOFError, OSError) as error:
            code = self._worker.wait()
            raise MemberDied(f"its process ended with code {code}, out of memory?") from error
        return result, notes

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.wire.send(None)

    def leave(self) -> None:
        self._worker.end()


def _serve(wire: Connection, perform: Perform[Any]) -> None:
    """What such a process does, until it is ended. What comes in meanwhile is the wish to stop."""
    session = Session()
    notes = collected_notes()
    while True:
        task = wire.recv()
        if task is not None:
            result = perform(task, session, wire.poll)
            wire.send((result, tuple(dict.fromkeys(notes))))
            notes.clear()


def collected_notes() -> list[str]:
    """A list to which from now on all goes that drawkit warns of in this process."""
    notes: list[str] = []

    class Collect(logging.Handler):
        """Keeps the words."""

        def emit(self, record: logging.LogRecord) -> None:
            notes.append(record.getMessage())

    logging.getLogger("drawkit").addHandler(Collect(logging.WARNING))
    return notes


def crew_size(
    given: int | None, source: str, usual: int | None = None, most: int = MOST_WORKERS
) -> int:
    """How many are at work at a time; None: as `usual`, or as many as there are processors.

    Raises InputError for other numbers.
    """
    if given is None:
        return max(1, min(processors() if usual is None else usual, most))
    if not 1 <= given <= most:
        raise InputError(f"{source} is {given}; allowed: 1 to {most}")
    return given


def shared_out(
    jobs: int,
    workers: int | None,
    threads: int | None,
    among: int,
    source: str = "workers",
    most: int = MOST_WORKERS,
) -> tuple[int, int | None]:
    """(How many are at work at a time, on how many threads each).

    jobs: how many there are in all. workers, threads: as they were asked for. among: processors.
    Where several are at work, each gets as many threads as leave no processor idle; one alone has
    those of any drawing, which is None.
    """
    usual = min(jobs, among if threads is None else among // threads)
    size = crew_size(workers, source, usual, most)
    size = max(1, min(size, jobs))
    if threads is not None or size == 1:
        return size, threads
    return size, max(1, among // size)
