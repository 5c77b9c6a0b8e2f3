"""A file of JSON lines that only grows, written by one run at a time, whole after any kill.

with Ledger(folder / "manifest.jsonl") as ledger:
    ledger.rows                      # what earlier runs wrote
    ledger.add({"status": "done"})   # on the disk when this returns
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from drawkit.errors import FileError
from drawkit.files import read_bytes, read_json
from drawkit.files.places import reason

try:
    import fcntl
except ImportError:  # Windows: two runs in one folder are not told apart
    fcntl = None  # type: ignore[assignment]

__all__ = ["Ledger"]

log = logging.getLogger("drawkit")

_LARGEST = 1 << 30


class Ledger:
    """The rows of a file. Raises `FileError` where it cannot be, or another run has it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows: list[dict[str, Any]] = []

    def __enter__(self) -> Ledger:
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise FileError(f"cannot write '{self._path}': {reason(error)}") from error
        try:
            self._lock()
            self._read()
        except BaseException:
            os.close(self._handle)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write one more row; it is on the disk then."""
        self.rows.append(dict(row))
        data = (json.dumps(row) + "\n").encode("ascii")
        try:
            while data:
                data = data[os.write(self._handle, data) :]
            os.fsync(self._handle)
        except OSError as error:
            raise FileError(f"cannot write '{self._path}': {reason(error)}") from error

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FileError(f"another run is at work in '{self._path.parent}'") from error
        except OSError:  # no locks on this file system
            return

    def _read(self) -> None:
        """Take in what is there; a last line that a killed run left half-written goes."""
        data = read_bytes(self._path, _LARGEST)
        whole = data.rfind(b"\n") + 1
        for number, line in enumerate(data[:whole].splitlines(), start=1):
            try:
                row = read_json(line)
            except ValueError:
                row = None
            if isinstance(row, dict):
                self.rows.append(row)
            else:
                log.warning("'%s', line %d cannot be read, and is left out", self._path, number)
        if whole < len(data):
            os.ftruncate(self._handle, whole)
