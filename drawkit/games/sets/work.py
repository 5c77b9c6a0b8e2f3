"""Draw the sprites of a set, several at a time in processes of their own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path

from drawkit.engine import Run, Session, Step, settings_for
from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.files.leftovers import settle
from drawkit.files.places import refuse_existing, refuse_unwritable
from drawkit.games.animate import Watch, animated, watched
from drawkit.games.sets import SpritePlan, SpriteSet
from drawkit.games.sets.check import check_perceptors
from drawkit.games.sets.store import sprite_path, state_of, store_sprite
from drawkit.games.sets.workers import Worker

__all__ = ["Made", "ToDraw", "crew_size", "make_sprites", "to_draw"]

_MOST_WORKERS = 64
_LOOK_EVERY = 0.2
"""Seconds between two looks at whether to stop."""


@dataclass(frozen=True)
class Made:
    """A sprite that is done. error: one line where it could not be drawn."""

    plan: SpritePlan
    score: float | None = None
    error: str | None = None


@dataclass(frozen=True)
class ToDraw:
    """What is to be drawn of a set. edited: names of sprites that are taken as they were left."""

    missing: tuple[SpritePlan, ...]
    edited: tuple[str, ...]


def to_draw(plan: SpriteSet, folder: Path) -> ToDraw:
    """What of a set is not in `folder` yet, or has other settings now.

    Opens the perceptors once and makes the folder, so that what is wrong with them is told now:
    raises `DrawkitError`.
    """
    settle([folder])
    states = {sprite.name: state_of(sprite, folder) for sprite in plan.sprites}
    missing = tuple(s for s in plan.sprites if states[s.name] in ("missing", "stale"))
    for sprite in missing:
        refuse_existing(sprite_path(folder, sprite), overwrite=True)
    check_perceptors(missing)
    _make_folder(folder)
    return ToDraw(missing, tuple(name for name, state in states.items() if state == "edited"))


def crew_size(given: int | None, source: str) -> int:
    """How many sprites are drawn at a time; None: as many as there are processors."""
    if given is None:
        return min(os.cpu_count() or 1, _MOST_WORKERS)
    if not 1 <= given <= _MOST_WORKERS:
        raise InputError(f"{source} is {given}; allowed: 1 to {_MOST_WORKERS}")
    return given


def _make_folder(folder: Path) -> None:
    """The folder of the sprites is drawkit's own to make, unlike those that users name."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make the folder '{folder}': {error.strerror}") from error
    refuse_unwritable(folder)


def make_sprites(
    plans: Sequence[SpritePlan], folder: Path, workers: int, stopped: Callable[[], bool]
) -> Iterator[Made]:
    """Draw every sprite into `folder`, in whatever order they get done.

    workers: processes at a time; with one it draws in this process. A process that is killed
    loses its sprite, not the others. stopped: asked now and then; what is unfinished is left.
    """
    if workers == 1 or len(plans) == 1:
        session = Session()
        for plan in plans:
            made = _made(plan, folder, lambda step: not stopped(), session)
            if stopped():
                return
            yield made
        return
    crew: dict[Connection, _Artist] = {}
    waiting = list(plans)[::-1]
    try:
        while waiting or crew:
            while waiting and len(crew) < workers:
                worker = _Artist(folder)
                worker.take(waiting.pop())
                crew[worker.wire] = worker
            for wire in connection.wait(list(crew), _LOOK_EVERY):
                worker = crew[wire]  # type: ignore[index]
                yield worker.result()
                if waiting and worker.alive:
                    worker.take(waiting.pop())
                else:
                    crew.pop(worker.wire).leave()
            if stopped():
                return
    finally:
        for worker in crew.values():
            worker.leave()
        settle([folder])  # what they had half written


class _Artist:
    """A process that draws one sprite after the other."""

    def __init__(self, folder: Path) -> None:
        self._worker = Worker(_serve, folder)
        self.wire = self._worker.wire
        self._plan: SpritePlan | None = None
        self.alive = True

    def take(self, plan: SpritePlan) -> None:
        self._plan = plan
        with contextlib.suppress(OSError):  # it has died; `result` will say so
            self.wire.send(plan)

    def result(self) -> Made:
        """What came of its sprite; a process that has died says so."""
        assert self._plan is not None
        try:
            made: Made = self.wire.recv()
        except (EOFError, OSError):
            self.alive = False
            code = self._worker.wait()
            return Made(self._plan, error=f"its process ended with code {code}, out of memory?")
        return made

    def leave(self) -> None:
        """End it at once."""
        self._worker.end()


def _serve(wire: Connection, folder: Path) -> None:
    """What such a process does, until it is ended."""
    session = Session()
    while True:
        wire.send(_made(wire.recv(), folder, lambda step: True, session))


def _made(plan: SpritePlan, folder: Path, watch: Watch, session: Session) -> Made:
    """Draw and store one sprite; one that is stopped on the way is not stored."""
    stopped = False

    def look(step: Step) -> bool:
        nonlocal stopped
        stopped = not watch(step)
        return not stopped

    try:
        if plan.animation is None:
            drawing = watched(Run(settings_for(plan.layer), session=session), look)
        else:
            drawing, error = animated(plan.layer, plan.animation, look, session)
            if error is not None:
                raise error
        if not stopped:
            store_sprite(plan, drawing, folder)
        return Made(plan, drawing.score)
    except DrawkitError as error:
        return Made(plan, error=str(error))
    except Exception as error:  # even a bug in one must not lose the others
        return Made(plan, error=f"{type(error).__name__}: {' '.join(str(error).split())}")
