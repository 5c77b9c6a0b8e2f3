"""Several drawings of one command: the files of each, and all on one sheet."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import typer

from drawkit.cli.display import Display
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.cli.tries import Tries
from drawkit.cli.tries_files import TriesFiles
from drawkit.cli.tries_outcome import TriesOutcome
from drawkit.config import DrawConfig, Given, Settings
from drawkit.config.vary import Axis, grid, seed_axis
from drawkit.errors import InputError

__all__ = ["Dreamt", "draw_tries"]

_Layer = Mapping[str, Given]


@dataclass(frozen=True)
class Dreamt:
    """What becomes of a picture: `then`; split: settings of both to those of each."""

    then: str
    split: Callable[[_Layer], tuple[_Layer, _Layer]]

    def check(self, parts: Sequence[tuple[_Layer, _Layer]], settings: Sequence[Settings]) -> None:
        """Refuse, before anything is drawn, what the drawings would be refused for."""
        from drawkit.engine.dreaming import check_later

        for (_, after), own in zip(parts, settings, strict=True):
            check_later(own, after, self.then)


def draw_tries(
    layer: Mapping[str, Given],
    tries: Tries,
    outputs: Sequence[str],
    *,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
    state: str | None = None,
    run_dir: str | None = None,
    preview: bool = False,
    dreamt: Dreamt | None = None,
) -> None:
    """Draw all of them, write the files of each and a sheet, print where they are.

    dreamt: what becomes of a picture that each of them dreams.
    """
    for name, given in (("--state", state), ("--run-dir", run_dir)):
        if given is not None:
            raise InputError(f"{name} keeps one drawing; leave it out, or --runs")
    if preview:
        raise InputError("--preview shows one drawing; leave it out, or --runs")
    if "-" in outputs:
        raise InputError("standard output ('-') holds one drawing; name files, or leave out --runs")
    began = time.monotonic()
    stop = Stop("stopped before the first drawing; nothing was written")
    with stop, Display(quiet=quiet) as display:
        from drawkit.engine import title_of
        from drawkit.engine.many.check import Checker
        from drawkit.engine.many.crew import draw_all
        from drawkit.engine.many.job import Job
        from drawkit.engine.many.sheet import SIDE

        display.wait("checking the settings")
        checker = Checker()
        axes = list(tries.ladders)
        if tries.runs is not None:
            plain: _Layer = {key: given for key, given in layer.items() if key not in _keys(axes)}
            if dreamt is not None:
                plain, _ = dreamt.split(plain)
            axes.append(seed_axis(checker.settings(plain).get("draw", DrawConfig).seed, tries.runs))
        points = list(grid(axes))
        every = [point.layer(lambda styles: layer) for point in points]
        parts = [(one, {}) if dreamt is None else dreamt.split(one) for one in every]
        layers = [own for own, _ in parts]
        settings = [checker.settings(one) for one in layers]
        outcome = TriesOutcome(axes, points, ranked=not tries.ladders)
        files = TriesFiles(
            outputs, title_of(settings[0]), points, overwrite=overwrite, best=tries.best
        )
        jobs = [
            Job(
                own, files.suffixes, 2 * SIDE, then=None if dreamt is None else (dreamt.then, after)
            )
            for own, after in parts
        ]
        if dreamt is not None:
            dreamt.check(parts, settings)
        display.wait(f"drawing {len(jobs)}")
        stop.drawing = True
        for done in draw_all(
            jobs,
            workers=tries.workers,
            threads=settings[0].get("draw", DrawConfig).threads,
            stopped=lambda: stop.requested,
            partial=True,
            source="--workers",
        ):
            outcome.take(done)
            if done.result is not None and done.result.drawn and not tries.best:
                outcome.paths[done.at] = files.save(done.at, done.result, display)
            display.say(outcome.line(done.at, time.monotonic() - began))
            display.wait(f"drawing {len(jobs) - outcome.count}")
        if tries.best and outcome.order:
            at = outcome.best
            outcome.paths[at] = files.save(at, outcome.made[at], display)
        sheet = files.save_sheet(outcome.sheet(), display) if outcome.order else ()
        display.finish()
        if stop.requested:
            done_of = f"{outcome.count} of {len(jobs)}"
            display.warn(f"stopped; {done_of} drawings are there, the last ones unfinished")
    paths = [path for at in outcome.order for path in outcome.paths.get(at, ())]
    print_result([*paths, *sheet], outcome.record(sheet, began) if as_json else None)
    if stop.requested:
        raise typer.Exit(INTERRUPTED)
    outcome.raise_failed()


def _keys(axes: Sequence[Axis]) -> set[str]:
    return {one.key for one in axes}
