"""Drawing in one call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack, overload

from drawkit.config import DrawConfig, DrawOptions, OptimizeConfig
from drawkit.engine.drawing import Drawing
from drawkit.engine.notebook import LiveCell, live_cell
from drawkit.engine.options import Style, options_layer
from drawkit.engine.prompt_words import title_of
from drawkit.engine.run import Run, Step
from drawkit.engine.run_folder import RunFolder, keeper_of
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.state import Keeper, StateFile
from drawkit.engine.stopped import hand_over, says_stop
from drawkit.errors import ConfigError, DivergedError

__all__ = ["draw", "drawn"]


@overload
def draw(
    prompt: str | Sequence[str] = (),
    *,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    run_dir: str | Path | None = None,
    session: Session | None = None,
    live: bool = True,
    runs: None = None,
    **options: Unpack[DrawOptions],
) -> Drawing: ...


@overload
def draw(
    prompt: str | Sequence[str] = (),
    *,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    runs: int,
    workers: int = 1,
    **options: Unpack[DrawOptions],
) -> list[Drawing]: ...


def draw(
    prompt: str | Sequence[str] = (),
    *,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    run_dir: str | Path | None = None,
    session: Session | None = None,
    live: bool = True,
    runs: int | None = None,
    workers: int = 1,
    **options: Unpack[DrawOptions],
) -> Drawing | list[Drawing]:
    """Draw `prompt`: `draw("a cat", strokes=256, seed="tom").save("cat.svg")`.

    prompt: `text` or `text:weight`, `|` between several, or a list; `@photo.png` for what a
    picture shows. It may be left out where `init` names a picture and `model` is "none". options:
    the long flags of `drawkit clipdraw` and `pixeldraw`, with `_` for `-`; `canvas="pixels"` makes
    pixel art. settings: any other one, `{"strokes.lr_points": 0.5}`. session: perceptors
    that are open already.
    on_step: called after every update; where it returns False, the best drawing so far is
    returned. state: a file that the run goes on from, if it is there; it is written every
    `save_every` steps and at the end, however that comes. run_dir: a folder for the same, with
    settings, log, pictures on the way and the drawing. Reads no `drawkit.toml`.
    runs: draws so many times with seeds that count up, and returns them all, the best by its score
    first. workers: so many at a time, in processes if several, for which a program guards its start
    by `if __name__ == "__main__"`.

    Every error on the way, of `on_step` too, has the best drawing so far as its `drawing`; Ctrl-C
    leaves as `DrawingInterrupted`, a `KeyboardInterrupt`, an optimization that goes NaN as
    `DrawingDiverged`. In a notebook the stop button returns the drawing, which shows itself there
    as it grows; live: false: not.
    """
    since = time.monotonic()
    layer = options_layer(prompt, style, settings, options)
    if runs is not None:
        from drawkit.engine.many.runs import draw_runs  # which runs this module

        alone = {"on_step": on_step, "state": state, "run_dir": run_dir, "session": session}
        if told := [name for name, value in alone.items() if value is not None]:
            raise ConfigError(f"{', '.join(told)}: for one drawing; leave out runs")
        return draw_runs(layer, runs, workers)
    found = settings_for(layer)
    kept = keeper_of(state, run_dir, found.get("draw", DrawConfig).save_every)
    if found.get("optimize", OptimizeConfig).time is not None:
        found = kept.timed(found)
    if isinstance(kept, RunFolder):
        kept.check(found)
    run = Run(found, session=session, since=since)
    kept.load(run)
    return drawn(run, on_step, kept, live=live)


def drawn(
    run: Run,
    on_step: Callable[[Step], object] | None = None,
    kept: Keeper | None = None,
    *,
    live: bool = True,
) -> Drawing:
    """Run every step, or until `on_step` returns False; errors have the drawing, as of `draw`.

    kept: the file or folder that the run is kept in. live: whether a notebook shows it.
    """
    kept = StateFile(None, every=0) if kept is None else kept
    cell = live_cell(title_of(run.settings)) if live else None
    try:
        for step in run:
            kept.save_so_far(run, step)
            if cell is not None:
                cell.step(step)
            if on_step is not None and says_stop(on_step(step)):
                break
    except BaseException as error:
        if run.steps == 0 and not isinstance(error, DivergedError):
            raise  # nothing is drawn yet
        return hand_over(error, _ended(run, kept, cell))
    return _ended(run, kept, cell)


def _ended(run: Run, kept: Keeper, cell: LiveCell | None) -> Drawing:
    kept.save_at_last(run)
    if cell is not None:
        cell.finish()
    return run.drawing()
