"""A run's log: a line of JSON for each step, appended as it is done.

    {"step": 1, "loss": 0.71, "losses": {"text": 0.69}, "score": null, "seconds": 0.3}

The file is locked while a run writes it: two runs in one folder would mix their lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

from drawkit.engine.loop import Step
from drawkit.errors import FileError, InputError
from drawkit.files.places import reason

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["RunLog"]


class RunLog:
    """Opens or makes the file, and is the only one to write it until it is closed.

    Raises FileError where it cannot be written, InputError where another run is at it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            # Appending, unbuffered: each line is one call to the system.
            self._file = open(path, "a+b", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise FileError(f"cannot write '{path}': {reason(error)}") from error
        try:
            self._lock()
        except InputError:
            self._file.close()
            raise
        self._began = time.monotonic()
        self._before = 0.0  # seconds of earlier stretches

    def cut(self, step: int) -> None:
        """Leave out what was logged after `step`, which is drawn again, and half a line."""
        self._file.seek(0)
        kept, self._before = 0, 0.0
        for line in self._file.read().splitlines(keepends=True):
            try:
                said = json.loads(line) if line.endswith(b"\n") else {}
                if not 0 < said["step"] <= step:
                    break
                self._before = float(said["seconds"])
            except (ValueError, LookupError, TypeError):
                break
            kept += len(line)
        self._file.truncate(kept)
        self._began = time.monotonic()

    def write(self, step: Step) -> None:
        """Append what a step did, and the seconds of drawing up to its end."""
        line = {
            "step": step.index,
            "loss": step.loss,
            "losses": step.losses,
            "score": step.score,
            "seconds": round(self._before + time.monotonic() - self._began, 3),
        }
        try:
            self._file.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            raise FileError(f"cannot write '{self._path}': {reason(error)}") from error

    def close(self) -> None:
        """Let others write it."""
        self._file.close()

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"another run is at work in '{self._path.parent}'") from None
        except OSError:  # no locks on this disk
            return
        with contextlib.suppress(OSError):
            os.fsync(self._file)
