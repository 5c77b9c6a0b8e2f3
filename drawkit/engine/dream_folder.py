"""A folder that keeps a dream and the drawing made of it: a run folder for each."""

from __future__ import annotations

import os
from pathlib import Path

from drawkit.engine.loop import Step
from drawkit.engine.run import Run
from drawkit.engine.run_folder import RunFolder
from drawkit.errors import DrawkitError, InputError
from drawkit.files import expanded
from drawkit.files.places import refuse_unwritable

__all__ = ["DreamFolder"]

_PARTS = ("dream", "drawing")


class DreamFolder:
    """Keeps both runs; the same command goes on where they were.

    every: steps between two states, 0 for the usual. Raises, before anything is made, InputError
    for a folder that holds other files, FileError for a place that cannot be written.
    """

    def __init__(self, path: str | Path, every: int = 0) -> None:
        self._path, self._every = expanded(path), every
        self.files: tuple[Path, ...] = ()
        """The drawing's files, once it is saved."""
        self.trouble: DrawkitError | None = None
        """Why they could not all be written."""
        if self._path.is_dir():
            others = {name for name in os.listdir(self._path) if not name.startswith(".")}
            if not others <= {*_PARTS}:
                raise InputError(
                    f"'{self._path}' holds other files; allowed: a new folder, an empty one, or"
                    " that of the same dream and drawing"
                )
        elif self._path.exists():
            raise InputError(f"'{self._path}' is a file; --run-dir takes a folder")
        else:
            refuse_unwritable(self._path.parent)
        self._kept: RunFolder | None = None

    def begin(self, run: Run, part: int) -> None:
        """Keep this run from now on, the dream (0) or the drawing (1), and let it go on.

        Raises InputError where the folder holds another.
        """
        self._path.mkdir(exist_ok=True)
        self._kept = RunFolder(self._path / _PARTS[part], self._every)
        self._kept.load(run)

    def step(self, run: Run, step: Step) -> None:
        """Log a step of it, and keep its state where it is time."""
        if self._kept is not None:
            self._kept.save_so_far(run, step)

    def end(self, run: Run) -> None:
        """Write its picture and its state."""
        if self._kept is not None:
            self._kept.save_at_last(run)
            self.files = self._kept.files
            self.trouble = self._kept.trouble if self.trouble is None else self.trouble
            self._kept = None
