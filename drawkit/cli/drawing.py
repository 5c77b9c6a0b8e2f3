"""Run one drawing with everything around it: progress, saving on the way, Ctrl-C, NaN."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from drawkit.cli.display import Display
from drawkit.cli.results import Destination, print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.config import DrawConfig, Given, OptimizeConfig, Settings
from drawkit.errors import DrawkitError
from drawkit.export.outputs import DEFAULT_SUFFIXES, OutputPlan, Saved, save

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from drawkit import Recorder
    from drawkit.engine import Run, Step
    from drawkit.engine.drawing import Drawing
    from drawkit.engine.dreaming import Dream
    from drawkit.engine.inserting import Inserted
    from drawkit.engine.resuming import Resumed
    from drawkit.engine.sketching import Sketch
    from drawkit.engine.state import Keeper

__all__ = ["draw_and_save", "follow"]


def draw_and_save(
    layer: Mapping[str, Given],
    outputs: Sequence[str],
    *,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
    state: str | None = None,
    run_dir: str | None = None,
    start: npt.NDArray[np.uint8] | None = None,
    title: str | None = None,
    begun: Resumed | None = None,
    into: Inserted | None = None,
    made: Callable[[float], Sketch | Dream] | None = None,
    beside: OutputPlan | None = None,
    home: str | None = None,
    film: Sequence[str] = (),
    preview: bool = False,
    suffixes: Sequence[str] = DEFAULT_SUFFIXES,
) -> None:
    """Draw with the settings of `layer`, write the files, print where they are.

    outputs: as `Destination` takes them. state, run_dir: a file or a folder to go on from, and to
    keep the run in; the folder holds the drawing too, so that no other file is needed. start: a
    picture to begin with, straight RGBA [H, W, 4]. title: names the files in place of the prompt.
    begun: a drawing to go on with, in place of a start. into: a document that the drawing goes
    into. made: makes what draws, given when it all began, if that is no plain run. beside: where
    the dreamt picture goes as well. home: a folder in which that keeps itself. film: for a film
    of how it is drawn. preview: whether the terminal shows it. suffixes: of the files where none
    is named.
    """
    began = time.monotonic()
    with Stop() as stop, Display(quiet=quiet, preview=preview) as display:
        from drawkit.engine import Run, settings_for, title_of
        from drawkit.engine.run_folder import RunFolder, keeper_of

        settings = settings_for(layer)
        title = title_of(settings) if title is None else title
        here = (run_dir is not None or home is not None) and not outputs
        where: Any = {"nowhere": here, "suffixes": suffixes}
        going = Destination(outputs, title, overwrite=overwrite, as_json=as_json, **where)
        config = settings.get("draw", DrawConfig)
        kept = keeper_of(state, run_dir, config.save_every)
        if settings.get("optimize", OptimizeConfig).time is not None:
            settings = kept.timed(settings)
        if isinstance(kept, RunFolder):
            kept.check(settings)
        recorder = _recorder(film, overwrite)
        run: Run | Sketch | Dream
        if made is not None:
            run = made(began)
            if run.ground:
                display.say(run.ground)
        elif begun is None:
            source = None if into is None else into.source
            run = Run(settings, start, into=source, since=began)
        else:
            run = begun.run(settings, since=began)
        if isinstance(run, Run):
            kept.load(run)
        keeper = _Keeper(run, going.plan, display, every=config.save_every)
        failure = _run_to_the_end(run, keeper, kept, stop, display, recorder)
        saved = keeper.save()  # before anything else is shown
        if isinstance(run, Run):
            kept.save_at_last(run)
        if isinstance(kept, RunFolder):
            saved = replace(saved, paths=(*saved.paths, *kept.files))
            failure = kept.trouble if failure is None else failure
        if home is not None:
            files, trouble = _kept_at_home(run)
            saved = replace(saved, paths=(*saved.paths, *files))
            failure = trouble if failure is None else failure
        if beside is not None:
            try:
                saved = replace(saved, paths=(*saved.paths, *_picture_beside(run, beside)))
            except DrawkitError as error:
                failure = error if failure is None else failure
        display.finish()
        drawing = run.drawing()
        if recorder is not None:
            display.wait(f"making a film of {recorder.frames} frames")
            try:
                saved = replace(saved, paths=(*saved.paths, *recorder.close(drawing)))
            except DrawkitError as error:  # the drawing is saved, and is said to be
                failure = error if failure is None else failure
            display.finish()
        ending = "failed" if failure is not None else "stopped" if stop.requested else "finished"
        seconds = time.monotonic() - began
        score = "" if drawing.score is None else f", score {drawing.score:.3f}"
        if ending == "stopped":
            display.warn(f"stopped after {run.steps} steps; kept the best drawing so far{score}")
        elif ending == "finished":
            seed = drawing.scene.metadata.seed
            if not isinstance(run, Run) and run.outcome:
                display.say(run.outcome)
            planned = run.settings.get("optimize", OptimizeConfig).steps
            early = isinstance(run, Run) and run.steps < planned
            steps = f"{run.steps} of {planned}" if early else f"{run.steps}"
            display.say(f"{steps} steps in {seconds:.0f} s{score}, seed {seed}")
        record = _record(drawing, run.settings, saved.paths, ending, seconds) if as_json else None
        if going.piped:
            going.hand_out(drawing, saved.paths)
        else:
            print_result(saved.paths, record)
        if failure is not None:
            raise failure
        if stop.requested:
            raise typer.Exit(INTERRUPTED)


def _kept_at_home(
    run: Run | Sketch | Dream,
) -> tuple[tuple[Path, ...], DrawkitError | None]:
    """The files of the drawing in the folder of a dream, and why they could not be written."""
    from drawkit.engine.dreaming import Dream

    assert isinstance(run, Dream)
    return run.files, run.trouble


def _picture_beside(run: Run | Sketch | Dream, plan: OutputPlan) -> tuple[Path, ...]:
    """Write what was dreamt, whatever was made of it."""
    from drawkit.engine.dreaming import Dream

    assert isinstance(run, Dream)
    dreamt = run.dreamt()
    return save(dreamt.scene, plan, dreamt.export_configs).paths


def _recorder(names: Sequence[str], overwrite: bool) -> Recorder | None:
    """What films the drawing; refuses names before anything is drawn."""
    if not names:
        return None
    from drawkit import Recorder

    return Recorder(names, overwrite=overwrite)


class _Keeper:
    """Saves the best drawing so far, at first under the planned names, later over its own files.

    every: after so many steps on the way, 0 only at the end.
    """

    def __init__(
        self, run: Run | Sketch | Dream, plan: OutputPlan, display: Display, *, every: int
    ) -> None:
        self._run = run
        self._plan = plan
        self._display = display
        self._every = every
        self._works = True

    def save(self) -> Saved:
        drawing = self._run.drawing()
        saved = save(drawing.scene, self._plan, drawing.export_configs)
        self._plan = saved.again()
        for note in saved.notes:
            self._display.warn(note)
        return saved

    def save_so_far(self, step: Step) -> None:
        """Save on the way; after a failure only at the end, as the disk may be free by then."""
        due = self._every and step.index % self._every == 0 and step.index < step.total
        if not due or not self._works or not self._plan.targets:
            return
        try:
            self.save()
        except Exception as error:  # what is wrong for good is raised at the end
            self._works = False
            told = str(error) if isinstance(error, DrawkitError) else repr(error)
            self._display.warn(f"{told}; drawing goes on")


def follow(run: Run | Sketch | Dream, stop: Stop, display: Display) -> Iterator[Step]:
    """The steps of a run, shown, until done or asked to stop."""
    for step in run:
        stop.drawing = True
        display.step(step)
        if stop.requested:
            return
        yield step


def _run_to_the_end(
    run: Run | Sketch | Dream,
    keeper: _Keeper,
    kept: Keeper,
    stop: Stop,
    display: Display,
    recorder: Recorder | None,
) -> BaseException | None:
    """Run every step, until done or asked to stop.

    Whatever goes wrong on the way is returned, not raised: the drawing so far comes first.
    """
    from drawkit.engine import Run

    try:
        for step in follow(run, stop, display):
            if isinstance(run, Run):
                kept.save_so_far(run, step)
            keeper.save_so_far(step)
            if recorder is not None:
                recorder(step)
    except BaseException as error:
        if not stop.drawing:  # not one good step, so there is nothing to keep
            raise
        return error
    return None


def _record(
    drawing: Drawing, settings: Settings, paths: Sequence[Path], ending: str, seconds: float
) -> dict[str, Any]:
    """The result for scripts: what was written, how good it is, how to make it again."""
    from drawkit.engine.many.job import result_record

    found = result_record(drawing, settings.as_dict(), ending, seconds)
    return {"paths": [str(path) for path in paths], **found}
