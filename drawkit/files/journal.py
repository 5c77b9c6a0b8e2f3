"""What a set of files was about to become, written down first, so that a later run can finish it.

A set is put in place file by file, and a process can be killed between two of them. The journal
lies with the files that wait; it tells for each name which file stood there and which one takes
its place. Files are known again by where they lie on the disk, their size and their time, so a
file that somebody has changed in the meantime is not touched.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from drawkit.files.hidden import is_hidden_folder

__all__ = [
    "JOURNAL",
    "Entry",
    "Mark",
    "is_given_up",
    "mark_as_given_up",
    "mark_of",
    "read_journal",
    "write_journal",
]

JOURNAL = "journal.json"
_GIVEN_UP = "given-up"

Mark = tuple[int, int, int, int]
"""Device, number on it, size and time of a file."""


@dataclass(frozen=True)
class Entry:
    """One file of a set.

    folder: the hidden one it waits in, beside its place; waiting: its name there; name: the one
    it will have. new, old: itself, and what stood under the name, if anything.
    """

    folder: Path
    waiting: str
    name: str
    new: Mark
    old: Mark | None

    @property
    def source(self) -> Path:
        """Where it waits."""
        return self.folder / self.waiting

    @property
    def target(self) -> Path:
        """Where it belongs."""
        return self.folder.parent / self.name

    @property
    def aside(self) -> Path:
        """Where what it replaces is kept until the set is whole."""
        return self.folder / f"old-{self.waiting}"

    @property
    def done(self) -> bool:
        """Whether it is in its place."""
        return mark_of(self.target) == self.new

    @property
    def due(self) -> bool:
        """Whether its place is as it was before, and it waits still."""
        return mark_of(self.target) == self.old and mark_of(self.source) == self.new


def mark_of(path: Path) -> Mark | None:
    """What tells a file from any other and from itself after a change; None where there is none."""
    try:
        facts = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


def write_journal(entries: Sequence[Entry]) -> None:
    """Write it into every hidden folder that the set has."""
    rows = [{**asdict(entry), "folder": str(entry.folder)} for entry in entries]
    for folder in dict.fromkeys(entry.folder for entry in entries):
        half = folder / f"{JOURNAL}.tmp"
        half.write_text(json.dumps(rows), encoding="ascii")
        os.replace(half, folder / JOURNAL)


def mark_as_given_up(entries: Sequence[Entry]) -> None:
    """Note that the set is being taken back."""
    for folder in dict.fromkeys(entry.folder for entry in entries):
        with contextlib.suppress(OSError):  # a full disk
            (folder / _GIVEN_UP).touch()


def is_given_up(entries: Sequence[Entry]) -> bool:
    """Whether the set was being taken back."""
    return any((entry.folder / _GIVEN_UP).exists() for entry in entries)


def read_journal(folder: Path) -> list[Entry]:
    """The set that a hidden folder belongs to; empty where it is not known."""
    try:
        rows = json.loads((folder / JOURNAL).read_text(encoding="ascii"))
        return [_entry(row, folder) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []


def _entry(row: Any, found: Path) -> Entry:
    """One row; it can name no file but such as lie beside their hidden folder."""
    given = Path(row["folder"])
    folder = found if given.name == found.name else given  # it may have been moved as a whole
    waiting, name = str(row["waiting"]), str(row["name"])
    if not is_hidden_folder(folder) or not {waiting, name}.isdisjoint({"", ".", ".."}):
        raise ValueError("no row of a journal")
    if any(os.path.basename(part) != part for part in (waiting, name)):
        raise ValueError("no row of a journal")
    return Entry(folder, waiting, name, _mark(row["new"]), row["old"] and _mark(row["old"]))


def _mark(row: Any) -> Mark:
    device, number, size, time = map(int, row)
    return device, number, size, time
