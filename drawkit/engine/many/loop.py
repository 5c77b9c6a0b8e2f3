"""Tasks worked off by a team, each task by one member; one that dies loses no task."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from drawkit.engine.session import Session

__all__ = ["Done", "Member", "MemberDied", "Perform", "Team", "worked_off"]

log = logging.getLogger("drawkit")

R = TypeVar("R")

Perform = Callable[[Any, Session, Callable[[], bool]], R]
"""Does a task with perceptors that stay open; asks now and then whether to stop."""

_LOOK_EVERY = 0.2
"""Seconds between two looks at whether to stop."""
_GRACE = 60.0
"""Seconds that members get to hand over what they have so far."""


class MemberDied(Exception):
    """A member that will hand over nothing more; the message says why, as far as is known."""


class Member(Protocol):
    """Somebody who does one task after the other."""

    def take(self, task: Any) -> None:
        """Begin with a task."""

    def result(self) -> tuple[Any, Sequence[str]]:
        """What came of it, and what there is to say. Raises MemberDied."""

    def stop(self) -> None:
        """Ask it to hand over what it has so far."""

    def leave(self) -> None:
        """End it at once."""


class Team(Protocol):
    """Where members come from. size: how many at most."""

    size: int

    def hire(self) -> Member:
        """One more member."""

    def ready(self, busy: Sequence[Any], seconds: float) -> Sequence[Any]:
        """Those who have a result or have died, as soon as there is one, or after that time."""


@dataclass(frozen=True)
class Done(Generic[R]):
    """A task that is over. at: its place in the list. tries: how often it was begun.

    error: one line where whoever did it died each time; `result` is None then.
    """

    at: int
    result: R | None
    tries: int
    error: str | None = None


def worked_off(
    tasks: Sequence[Any],
    perform: Perform[R],
    team: Team | None = None,
    *,
    stopped: Callable[[], bool] = lambda: False,
    partial: bool = False,
    tries: int = 2,
    failed: Callable[[R], bool] = lambda result: False,
) -> Iterator[Done[R]]:
    """Do every task, and hand them over as they get done; their places tell their order.

    team: None does them here, one after the other. stopped: asked now and then; what is
    unfinished is left, or with `partial` handed over as far as it is. tries: how often a task is
    begun at most, where its member died, or where `failed` says so of its result.
    """
    if team is None:
        yield from _alone(tasks, perform, stopped, partial, tries, failed)
    else:
        yield from _Floor(tasks, team, tries, failed).run(stopped, partial)


def _alone(
    tasks: Sequence[Any],
    perform: Perform[R],
    stopped: Callable[[], bool],
    partial: bool,
    tries: int,
    failed: Callable[[R], bool],
) -> Iterator[Done[R]]:
    session = Session()
    for at, task in enumerate(tasks):
        for count in range(1, tries + 1):
            if stopped():
                return
            result = perform(task, session, stopped)
            if stopped() and not partial:
                return
            if stopped() or count == tries or not failed(result):
                yield Done(at, result, count)
                break


class _Floor(Generic[R]):
    """Who does what, and what waits."""

    def __init__(
        self, tasks: Sequence[Any], team: Team, tries: int, failed: Callable[[R], bool]
    ) -> None:
        self._tasks, self._team, self._tries, self._failed = tasks, team, tries, failed
        self._waiting = deque((at, 1) for at in range(len(tasks)))
        self._busy: dict[Any, tuple[int, int]] = {}
        self._idle: list[Any] = []

    def run(self, stopped: Callable[[], bool], partial: bool) -> Iterator[Done[R]]:
        try:
            while self._waiting or self._busy:
                if stopped():
                    if partial:
                        yield from self._last()
                    return
                self._hand_out()
                for member in self._team.ready(list(self._busy), _LOOK_EVERY):
                    done = self._over(member)
                    if done is not None:
                        yield done
        finally:
            for member in (*self._busy, *self._idle):
                member.leave()

    def _hand_out(self) -> None:
        """Give what waits to who is free; members come as they are needed, and go likewise."""
        while self._waiting and len(self._busy) < self._team.size:
            member = self._idle.pop() if self._idle else self._team.hire()
            self._busy[member] = at, _ = self._waiting.popleft()
            member.take(self._tasks[at])
        while self._idle and not self._waiting:
            self._idle.pop().leave()

    def _over(self, member: Any) -> Done[R] | None:
        """What a member has to say; None where its task is tried again."""
        at, count = self._busy.pop(member)
        try:
            result, notes = member.result()
        except MemberDied as death:
            member.leave()
            if count < self._tries:
                log.warning("a drawing is begun again: %s", death)
                self._waiting.appendleft((at, count + 1))
                return None
            return Done(at, None, count, str(death))
        self._idle.append(member)
        for note in notes:
            log.warning("%s", note)
        if count < self._tries and self._failed(result):
            self._waiting.append((at, count + 1))
            return None
        return Done(at, result, count)

    def _last(self) -> Iterator[Done[R]]:
        """What the busy have so far; who does not answer in time is left."""
        end = time.monotonic() + _GRACE
        self._waiting.clear()
        self._tries = 1
        for member in self._busy:
            member.stop()
        while self._busy and time.monotonic() < end:
            for member in self._team.ready(list(self._busy), _LOOK_EVERY):
                done = self._over(member)
                if done is not None:
                    yield done
