"""Draw the sprites of a set, several at a time in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from drawkit.engine import Run, Session, Step, settings_for
from drawkit.engine.many.loop import worked_off
from drawkit.engine.many.processes import Processes
from drawkit.errors import DrawkitError, FileError
from drawkit.files.leftovers import settle
from drawkit.files.places import refuse_existing, refuse_unwritable
from drawkit.games.animate import Watch, animated, watched
from drawkit.games.sets import SpritePlan, SpriteSet
from drawkit.games.sets.check import check_perceptors
from drawkit.games.sets.store import sprite_path, state_of, store_sprite

__all__ = ["Made", "ToDraw", "make_sprites", "to_draw"]


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
    perform = partial(_perform, folder)
    team = None if workers == 1 or len(plans) == 1 else Processes(perform, workers)
    try:
        for done in worked_off(plans, perform, team, stopped=stopped, tries=1):
            plan = plans[done.at]
            yield Made(plan, error=done.error) if done.result is None else done.result
    finally:
        settle([folder])  # what they had half written


def _perform(folder: Path, plan: SpritePlan, session: Session, stopped: Callable[[], bool]) -> Made:
    return _made(plan, folder, lambda step: not stopped(), session)


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
