"""Files that belong together, such as a tileset's: all appear under one name, or none.

plan = plan_files(None, "mossy stone", (".png", ".tsj"))     # before drawing: refusals
paths = save_files(plan, lambda stem: {".png": png, ".tsj": text_for(stem)})
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drawkit.errors import FileError, InputError
from drawkit.files.leftovers import settle
from drawkit.files.places import (
    file_or_folder,
    real_place,
    reason,
    refuse_existing,
    refuse_unwritable,
    rescue_folders,
)
from drawkit.files.slugs import file_slug
from drawkit.files.transaction import Transaction
from drawkit.files.writing import write_into, write_set, write_whole

__all__ = ["FilesPlan", "plan_files", "save_files"]

Make = Callable[[str], Mapping[str, bytes]]
"""A name without suffix -> what each suffix holds; files may name each other."""


@dataclass(frozen=True)
class FilesPlan:
    """Where the files go. explicit: the user gave the name; else it counts up where taken."""

    folder: Path
    stem: str
    suffixes: tuple[str, ...]
    explicit: bool = False
    overwrite: bool = False

    def paths(self, number: int = 1) -> list[Path]:
        """The files: `moss.png`, `moss.tsj` for 1, `moss-2.png`, `moss-2.tsj` for 2 and so on."""
        return [self.folder / f"{self.numbered(number)}{suffix}" for suffix in self.suffixes]

    @property
    def replaces(self) -> bool:
        """Whether files are there that saving will replace."""
        return self.overwrite and any(path.exists() for path in self.paths())

    def numbered(self, number: int) -> str:
        """The name without a suffix."""
        return self.stem if number == 1 else f"{self.stem}-{number}"


def plan_files(
    output: str | Path | None,
    title: str,
    suffixes: Sequence[str],
    *,
    overwrite: bool = False,
) -> FilesPlan:
    """Decide and check, before drawing, where files with `suffixes` will go.

    output: a folder that exists or whose name ends in a slash, or a name with or without the
    first suffix; None: the title's own name here. Raises `InputError` for another suffix and
    `FileError` where a named file exists (unless `overwrite`) or the folder is missing, not
    writable or full. What killed runs left in the folder is settled.
    """
    stem, folder, explicit = file_slug(title), Path(), False
    if output is not None:
        path, is_folder = file_or_folder(output)
        if is_folder or path.is_dir():
            folder = path
        else:
            folder, stem, explicit = path.parent, _stem(path, suffixes[0]), True
    plan = FilesPlan(folder, stem, tuple(suffixes), explicit, overwrite and explicit)
    named = plan.paths() if explicit else []
    places = {real_place(path) for path in named}
    if len(places) < len(named):
        raise FileError(f"two of '{stem}{suffixes[0]}' and its like are links to one file")
    settle([folder, *(place.parent for place in places)])
    for path in named:
        refuse_existing(path, overwrite)
    refuse_unwritable(folder)
    return plan


def _stem(path: Path, suffix: str) -> str:
    """The name without the suffix that the first file gets anyway."""
    if path.suffix.lower() == suffix:
        return path.stem
    if path.suffix[1:].isalnum() and not path.suffix[1:].isdecimal():
        raise InputError(f"'{path}' is the name of a {suffix} file or a folder")
    return path.name


def save_files(plan: FilesPlan, make: Make) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write all files of the plan, or none; returns where they are, and a line for what is new.

    A name that was taken meanwhile is passed over. Where the folder refuses, they go to the
    system's temporary folder and the `FileError` says where.
    """
    try:
        if plan.overwrite:
            write_set(_named(plan, 1, make))
            return tuple(plan.paths()), ()
        number = _claim(plan, make)
    except FileError as error:
        raise FileError(f"{error}{_rescued(plan, make)}") from error
    except OSError as error:
        words = f"cannot write in '{plan.folder}': {reason(error)}"
        raise FileError(f"{words}{_rescued(plan, make)}") from error
    changed = plan.explicit and number > 1
    note = f"saved as '{plan.numbered(number)}': the name '{plan.stem}' was taken meanwhile"
    return tuple(plan.paths(number)), (note,) if changed else ()


def _claim(plan: FilesPlan, make: Make) -> int:
    """Put the files under the first number at which none of their names is taken."""
    number = 1
    while True:
        paths = plan.paths(number)
        if not any(path.exists() or path.is_symlink() for path in paths):
            files = _named(plan, number, make)
            with Transaction() as change:
                rooms = {p: write_into(change, p, p, data) for p, data in files.items()}
                with contextlib.suppress(FileExistsError):  # another run was quicker
                    change.claim(rooms)
                    return number
        number += 1


def _named(plan: FilesPlan, number: int, make: Make) -> dict[Path, bytes]:
    """What each file of the plan holds under this number."""
    contents = make(plan.numbered(number))
    paths = zip(plan.suffixes, plan.paths(number), strict=True)
    return {path: contents[suffix] for suffix, path in paths}


def _rescued(plan: FilesPlan, make: Make) -> str:
    """`; the files are in '...'`, or nothing where no folder takes them."""
    for folder in rescue_folders():
        try:
            for suffix, data in make(plan.stem).items():
                write_whole(folder / f"{plan.stem}{suffix}", data)
        except (OSError, FileError):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            return f"; the files are in '{folder}'"
    return ""
