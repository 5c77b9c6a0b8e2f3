"""Jobs drawn several at a time, on this machine or on others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from drawkit.engine.many.job import Job, Made, draw_job, with_threads
from drawkit.engine.many.loop import Done, Perform, Team, worked_off
from drawkit.engine.many.processes import MOST_WORKERS, Processes, shared_out
from drawkit.engine.threads import processors

__all__ = ["Crew", "Here", "draw_all"]


class Crew(Protocol):
    """Who may be at work. processors, gpus: how many there are for all. most: workers at most."""

    processors: int
    gpus: int
    most: int

    def team(self, perform: Perform[Any], size: int, threads: int | None) -> Team | None:
        """So many of them, each on so many threads; None: this process alone."""


class Here:
    """Processes on this machine."""

    processors = processors()
    gpus = 0  # processes share the one that is here
    most = MOST_WORKERS

    def team(self, perform: Perform[Any], size: int, threads: int | None) -> Team | None:
        """As many processes; one alone is this one."""
        return None if size == 1 else Processes(perform, size)


def draw_all(
    jobs: Sequence[Job],
    *,
    count: int | None = None,
    workers: int | None = None,
    threads: int | None = None,
    crew: Crew | None = None,
    stopped: Callable[[], bool] = lambda: False,
    partial: bool = False,
    tries: int = 2,
    again: bool = False,
    source: str = "workers",
) -> Iterator[Done[Made]]:
    """Draw every job; they come as they get done, `Done.at` says which.

    count: of how many in all these are what is left, so that it gets the same threads. workers:
    how many at a time, as many as there are processors if left out; one draws in this process.
    threads: of each, if the settings say so; else the processors are shared out. A job has the
    bytes of a run by itself on as many. tries: how often it is begun at most where whoever
    draws it dies, or with `again` where it fails. source: what `workers` is called in messages.
    """
    crew = Here() if crew is None else crew
    among = len(jobs) if count is None else count
    if workers is None and crew.gpus:
        workers = min(crew.gpus, crew.most)
    size, share = shared_out(among, workers, threads, crew.processors, source, crew.most)
    if share is None and not isinstance(crew, Here):  # nobody knows what theirs would be
        share = max(1, crew.processors // size)
    tasks = [with_threads(job, share) for job in jobs]
    if not tasks:
        return iter(())
    return worked_off(
        tasks,
        draw_job,
        crew.team(draw_job, size, share),
        stopped=stopped,
        partial=partial,
        tries=tries,
        failed=lambda made: again and made.ending == "failed",
    )
