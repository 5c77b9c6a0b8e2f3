"""A run's folder: all that a run is and becomes, each file of it whole at every moment.

drawkit.toml    its settings: `drawkit clipdraw` in this folder draws the same
log.jsonl       a line for each step
state           where it is, every so many steps and at the end: what it goes on from
pictures/       how it looked at these steps, 00050.png
drawing.svg, drawing.png    what came out, at the end, however that comes
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from drawkit.config import Given, Settings, read_toml
from drawkit.engine.loop import Step
from drawkit.engine.record import settings_record, with_whole_paths
from drawkit.engine.run_log import RunLog
from drawkit.engine.settings import settings_for
from drawkit.engine.state import (
    StateFile,
    deciding,
    go_on_from,
    refuse_other_settings,
    unclocked,
    write_state,
)
from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.export.outputs import OutputPlan, Target, save
from drawkit.files import expanded
from drawkit.files.leftovers import settle
from drawkit.files.places import reason, refuse_unwritable
from drawkit.files.writing import write_whole
from drawkit.styles import SETTINGS_FILE
from drawkit.styles.find import file_layer

if TYPE_CHECKING:
    from drawkit.engine.run import Run

__all__ = ["RunFolder", "keeper_of", "run_layer"]

log = logging.getLogger("drawkit")

_LOG, _STATE, _PICTURES, _DRAWING = "log.jsonl", "state", "pictures", "drawing"
_OURS = {SETTINGS_FILE, _LOG, _STATE, _PICTURES, f"{_DRAWING}.svg", f"{_DRAWING}.png"}
_EVERY = 50
"""Steps between two states where `draw.save_every` says none."""
_SHOWN = 256
"""Pixels of the longer side of a picture at least."""


class RunFolder:
    """Keeps a run in a folder, which is made where there is none, and lets it go on from there.

    every: steps between two states, 0 for the usual 50. Raises, before anything is made, InputError
    for a folder that holds other files, FileError for a place that cannot be written.
    """

    def __init__(self, path: str | Path, every: int = 0) -> None:
        self.path = expanded(path)
        self.files: tuple[Path, ...] = ()
        """The drawing's files, once it is saved."""
        self.trouble: DrawkitError | None = None
        """Why they could not all be written."""
        self._every = _EVERY if every == 0 else every
        self._log: RunLog | None = None
        if not self.path.exists():
            refuse_unwritable(self.path.parent)
            return
        if not self.path.is_dir():
            raise InputError(f"'{self.path}' is a file; --run-dir takes a folder")
        names = {name for name in os.listdir(self.path) if not name.startswith(".")}
        if SETTINGS_FILE not in names and not names <= {_LOG, _PICTURES}:
            raise InputError(
                f"'{self.path}' holds other files; allowed: a new folder, an empty one, or the "
                "same run's"
            )
        refuse_unwritable(self.path)

    def timed(self, settings: Settings) -> Settings:
        """Settings without their clock where the run that is kept has its number of steps."""
        if not (self.path / SETTINGS_FILE).exists():
            return settings
        return unclocked(settings, settings_for(run_layer(self.path, {})).as_dict())

    def check(self, settings: Settings) -> None:
        """Raise InputError where the folder holds a run with other settings."""
        if not (self.path / SETTINGS_FILE).exists():
            return
        kept = settings_for(run_layer(self.path, {}))
        before, now = (deciding(settings_record(one, None)) for one in (kept, settings))
        refuse_other_settings(self.path, before, now, "--run-dir")

    def load(self, run: Run) -> None:
        """Begin the folder, or let the run go on from it; what differs little is logged.

        Raises InputError where it holds another run by now, or another run is at work in it.
        """
        pictures = self.path / _PICTURES
        try:
            pictures.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"cannot make '{self.path}': {reason(error)}") from error
        self._log = RunLog(self.path / _LOG)
        settle([self.path, pictures])
        self.check(run.settings)
        state = self.path / _STATE
        if not (self.path / SETTINGS_FILE).exists():
            self._write_settings(run)
        if state.exists():
            go_on_from(state, run, "--run-dir")
        self._log.cut(run.steps)
        self._settings = run.settings

    def save_so_far(self, run: Run, step: Step) -> None:
        """Log a step; where it is time, keep the picture and the state.

        Trouble is logged once, as the drawing goes on.
        """
        if self._log is None:
            return
        try:
            self._log.write(step)
            if run.steps % self._every == 0:
                self._write_picture(run)
                write_state(self.path / _STATE, run.state())
        except FileError as error:
            self._log.close()
            self._log = None
            log.warning("%s; drawing goes on", error)

    def save_at_last(self, run: Run) -> None:
        """Write the drawing and the state; trouble is logged and kept as `trouble`."""
        drawing = run.drawing()
        settings, self._settings = self._settings, run.settings
        target = Target(self.path, _DRAWING, (".svg", ".png"), explicit=True)
        try:
            if run.settings is not settings:  # by now it is known how many steps there are
                self._write_settings(run)
            saved = save(
                drawing.scene, OutputPlan((target,), overwrite=True), drawing.export_configs
            )
            self.files = saved.paths
            write_state(self.path / _STATE, run.state())
        except DrawkitError as error:
            self.trouble = error
            log.warning("%s", error)
        if self._log is not None:
            self._log.close()
            self._log = None

    def _write_settings(self, run: Run) -> None:
        text = with_whole_paths(run.settings).to_toml()
        write_whole(self.path / SETTINGS_FILE, text.encode())

    def _write_picture(self, run: Run) -> None:
        picture = run.picture()
        times = -(-_SHOWN // max(picture.size))  # cells of pixel art are few
        picture = picture.resize([side * times for side in picture.size], Image.Resampling.NEAREST)
        file = io.BytesIO()
        picture.save(file, "PNG")
        write_whole(self.path / _PICTURES / f"{run.steps:05d}.png", file.getvalue())


def keeper_of(
    state: str | Path | None, run_dir: str | Path | None, every: int
) -> StateFile | RunFolder:
    """Where a run is kept, every so many steps: a file, a folder, or nowhere.

    Raises InputError for both, and as these do for a place that cannot be taken.
    """
    if run_dir is None:
        return StateFile(state, every=every)
    if state is not None:
        raise InputError("a run folder holds the run's state; give --run-dir or --state, not both")
    return RunFolder(run_dir, every)


def run_layer(path: str | Path, more: Mapping[str, Given]) -> dict[str, Given]:
    """The settings of a run folder as a layer, with `more` on top of them.

    Raises InputError for a folder that holds none.
    """
    path = expanded(path)
    file = path / SETTINGS_FILE
    if not file.is_file():
        raise InputError(f"'{path}' holds no run; allowed: an SVG, or a folder of --run-dir")
    toml = read_toml(file)
    return {**file_layer(toml), **more}
