"""Files that belong together, such as a tileset's: all appear under one name, or none.

plan = plan_files(None, "mossy stone", (".png", ".tsj"))     # before drawing: refusals
paths = save_files(plan, lambda stem: {".png": png, ".tsj": text_for(stem)})
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drawkit.errors import FileError, InputError
from drawkit.export._text import file_slug
from drawkit.export._writing import reason, write_whole
from drawkit.outputs import move_if_free, refuse_existing, refuse_unwritable

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

    def numbered(self, number: int) -> str:
        """The name without a suffix."""
        return self.stem if number == 1 else f"{self.stem}-{number}"


def plan_files(
    output: Path | None, title: str, suffixes: Sequence[str], *, overwrite: bool = False
) -> FilesPlan:
    """Decide and check, before drawing, where files with `suffixes` will go.

    output: a folder that exists, or a name with or without the first suffix; None: the title's
    own name here. Raises `InputError` for another suffix and `FileError` where a named file
    exists (unless `overwrite`) or the folder is missing, not writable or full.
    """
    stem, folder, explicit = file_slug(title), Path(), False
    if output is not None and output.is_dir():
        folder = output
    elif output is not None:
        folder, stem, explicit = output.parent, output.name, True
        if output.suffix.lower() == suffixes[0]:
            stem = output.stem
        elif output.suffix[1:].isalnum() and not output.suffix[1:].isdecimal():
            raise InputError(f"'{output}' is the name of a {suffixes[0]} file or a folder")
    plan = FilesPlan(folder, stem, tuple(suffixes), explicit, overwrite and explicit)
    if explicit:
        for path in plan.paths():
            refuse_existing(path, overwrite)
    refuse_unwritable(folder)
    return plan


def save_files(plan: FilesPlan, make: Make) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write all files of the plan, or none; returns where they are, and a line for what is new.

    A name that was taken meanwhile is passed over. Where the folder refuses, they go to the
    system's temporary folder and the `FileError` says where.
    """
    try:
        if plan.overwrite:
            _replace(plan, make)
            return tuple(plan.paths()), ()
        number = _claim(plan, make)
    except (OSError, FileError) as error:
        words = str(error) if isinstance(error, FileError) else reason(error)
        raise FileError(
            f"cannot write in '{plan.folder}': {words}{_rescued(plan, make)}"
        ) from error
    changed = plan.explicit and number > 1
    note = f"saved as '{plan.numbered(number)}': the name '{plan.stem}' was taken meanwhile"
    return tuple(plan.paths(number)), (note,) if changed else ()


def _claim(plan: FilesPlan, make: Make) -> int:
    """Put the files under the first number at which none of their names is taken."""
    number = 1
    while True:
        paths = plan.paths(number)
        if any(path.exists() or path.is_symlink() for path in paths):
            number += 1
            continue
        with _hidden(plan.folder) as folder:
            staged = _staged(make(plan.numbered(number)), plan, Path(folder))
            done: list[Path] = []
            try:
                for temporary, path in zip(staged, paths, strict=True):
                    move_if_free(temporary, path)
                    done.append(path)
                return number
            except OSError as error:
                for path in done:
                    path.unlink()
                if not isinstance(error, FileExistsError):
                    raise
        number += 1


def _replace(plan: FilesPlan, make: Make) -> None:
    """Put the files over what is there; where one cannot be, all that was there comes back."""
    with _hidden(plan.folder) as folder:
        staged = _staged(make(plan.stem), plan, Path(folder))
        before: list[tuple[Path, Path | None]] = []
        try:
            for at, (temporary, path) in enumerate(zip(staged, plan.paths(), strict=True)):
                target, old = path.resolve(), Path(folder, f"old-{at}")
                if target.exists():
                    os.replace(target, old)
                    before.append((target, old))
                else:
                    before.append((target, None))
                os.replace(temporary, target)
        except OSError:
            for target, kept in before:
                if kept is None:
                    target.unlink(missing_ok=True)
                elif kept.exists():
                    os.replace(kept, target)
            raise


def _staged(contents: Mapping[str, bytes], plan: FilesPlan, folder: Path) -> list[Path]:
    staged = [folder / str(at) for at in range(len(plan.suffixes))]
    for path, suffix in zip(staged, plan.suffixes, strict=True):
        write_whole(path, contents[suffix])
    return staged


def _hidden(folder: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=".drawkit-", dir=folder, ignore_cleanup_errors=True)


def _rescued(plan: FilesPlan, make: Make) -> str:
    """`; the files are in '...'`, or nothing where no folder takes them."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="drawkit-"))
        for suffix, data in make(plan.stem).items():
            write_whole(folder / f"{plan.stem}{suffix}", data)
    except (OSError, FileError):
        return ""
    return f"; the files are in '{folder}'"
