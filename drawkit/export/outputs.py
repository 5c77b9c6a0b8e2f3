"""Where drawings go: names from the prompt that count up, and saving that never loses a thing.

    plan = plan_outputs([], "a cat")          # before drawing: every refusal comes here
    saved = save(scene, plan)                 # after it: a-cat.svg and a-cat.png
    saved = save(scene, plan, [PngConfig(size=2048)])
    save(better, saved.again())               # over the same files

All that can be known before drawing is checked in `plan_outputs`; `save` then finds a way: a
name that was taken meanwhile is passed over, what cannot be written does not stop the rest, and
if nothing can be written the SVG goes to the system's temporary folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.export import exporter_for, split_suffix
from drawkit.files.leftovers import settle
from drawkit.files.places import (
    file_or_folder,
    real_place,
    reason,
    refuse_existing,
    refuse_protected,
    refuse_unwritable,
    rescue_folders,
)
from drawkit.files.slugs import file_slug
from drawkit.files.transaction import Transaction
from drawkit.scene import Scene
from drawkit.scene.film import Film

__all__ = [
    "DEFAULT_SUFFIXES",
    "OutputPlan",
    "Saved",
    "Target",
    "plan_outputs",
    "save",
]

DEFAULT_SUFFIXES = (".svg", ".png")
Write = Callable[[Path, Path], None]
"""Writes the file that a path names, in the format of its suffix, in another place."""


@dataclass(frozen=True)
class Target:
    """Files of one name in one folder: `folder/stem.svg`, `folder/stem.png`...

    explicit: the user named the files, so that a changed name is news.
    """

    folder: Path
    stem: str
    suffixes: tuple[str, ...]
    explicit: bool = False

    def paths(self, number: int = 1) -> list[Path]:
        """The files: `a-cat.svg` for 1, `a-cat-2.svg` for 2 and so on."""
        stem = self.stem if number == 1 else f"{self.stem}-{number}"
        return [self.folder / f"{stem}{suffix}" for suffix in self.suffixes]


@dataclass(frozen=True)
class OutputPlan:
    """Checked targets. overwrite: explicit ones replace what is there."""

    targets: tuple[Target, ...]
    overwrite: bool = False


@dataclass(frozen=True)
class Saved:
    """The files written, and a line for each that is not where it was asked for."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def again(self) -> OutputPlan:
        """The plan that writes the same files anew: they are this run's own now."""
        return OutputPlan(_grouped(self.paths), overwrite=True)


def plan_outputs(
    explicit: Sequence[str | Path],
    prompt: str,
    *,
    folder: Path = Path(),
    suffixes: Sequence[str] = DEFAULT_SUFFIXES,
    overwrite: bool = False,
) -> OutputPlan:
    """Decide and check, before drawing, where the drawing will go.

    explicit: files the user named, and folders where a name ends in a slash. In those, and
    without any name in `folder`, it gets the prompt's own name with each of `suffixes`, counting
    up when saved and never overwriting. Raises `InputError` for an unknown suffix or a file named
    twice, `BackendError` where a format's library is missing, and `FileError` where a file exists
    (unless `overwrite`) or its folder is missing, not writable or full. No folder is created: a
    mistyped one would hide the drawing. What killed runs left in the folders is settled.
    """
    given = [file_or_folder(name) for name in explicit]
    files = [path for path, is_folder in given if not is_folder]
    folders = [path for path, is_folder in given if is_folder] if given else [Path(folder)]
    _refuse_twice(files)
    own = [Target(f, file_slug(prompt), tuple(suffixes)) for f in dict.fromkeys(folders)]
    targets = (*own, *_grouped(files))
    settle([*(target.folder for target in targets), *(real_place(path).parent for path in files)])
    for target in targets:
        for path in target.paths():
            exporter_for(path)
            if target.explicit:
                refuse_existing(path, overwrite)
    for parent in dict.fromkeys(target.folder for target in targets):
        refuse_unwritable(parent)
    return OutputPlan(targets, overwrite)


def save(shown: Scene | Film, plan: OutputPlan, configs: Iterable[object] = ()) -> Saved:
    """Write what is shown to every file of `plan`; `configs` go to the exporters whose they are.

    Files appear whole and all of one name together: two runs at once into one folder get two
    names. Raises the first error after all that could be saved was saved; its one line says
    where the drawing is.
    """
    configs = list(configs)

    def write(path: Path, place: Path) -> None:
        exporter = exporter_for(path, configs)
        if isinstance(shown, Film):
            exporter.write_film(shown, place)
        else:
            exporter.write(shown, place)

    paths: list[Path] = []
    notes: list[str] = []
    errors: list[Exception] = []
    for target in plan.targets:
        overwrite = plan.overwrite and target.explicit
        try:
            number, written = _save_target(target, write, overwrite, errors)
        except OSError as error:
            errors.append(FileError(f"cannot write in '{target.folder}': {reason(error)}"))
            continue
        paths += written
        if target.explicit and number > 1:
            pairs = zip(target.paths(), target.paths(number), strict=True)
            notes += [
                f"saved as '{there}': the name of '{asked}' was taken meanwhile"
                for asked, there in pairs
                if there in written
            ]
    if errors:
        _raise_first(errors, paths or _rescue(plan, write, shown))
    return Saved(tuple(paths), tuple(notes))


def _save_target(
    target: Target,
    write: Write,
    overwrite: bool,
    errors: list[Exception],
) -> tuple[int, list[Path]]:
    """Write the files into hidden folders beside their places, then publish all that worked.

    Returns the number they got and where they are; what went wrong is added to `errors`.
    """
    with Transaction() as change:
        rooms: dict[int, Path] = {}
        for index, path in enumerate(target.paths()):
            try:
                place = _replaceable(path) if overwrite else path
                room = change.room_for(place)
            except OSError as error:
                errors.append(FileError(f"cannot write '{path}': {reason(error)}"))
                continue
            except FileError as error:
                errors.append(error)
                continue
            try:
                write(path, room)
                rooms[index] = room
            except Exception as error:  # even a bug in one format must not lose the others
                errors.append(_about(error, room, path))
        if overwrite:
            paths = target.paths()
            change.replace({real_place(paths[at]): room for at, room in rooms.items()})
            return 1, [paths[at] for at in rooms]
        number = 1
        while True:
            paths = target.paths(number)
            try:
                change.claim({paths[at]: room for at, room in rooms.items()})
            except FileExistsError:
                number += 1
            else:
                return number, [paths[at] for at in rooms]


def _replaceable(path: Path) -> Path:
    """Where a file that may be replaced lies, through links."""
    place = real_place(path)
    refuse_protected(place, path)
    return place


def _moves(shown: Scene | Film) -> bool:
    return len(Film.of(shown).frames) > 1


def _rescue(plan: OutputPlan, write: Write, shown: Scene | Film) -> list[Path]:
    """Where nothing could be written, the SVG elsewhere; of what moves, a file that does too.

    No file where that fails as well.
    """
    still = [] if isinstance(shown, Film) else [".svg"]
    asked = [suffix for target in plan.targets for suffix in target.suffixes]
    for folder in rescue_folders():
        for suffix in dict.fromkeys([*(asked if _moves(shown) else []), *still]):
            path = folder / f"{plan.targets[0].stem}{suffix}"
            try:
                write(path, path)
            except (DrawkitError, OSError):
                continue
            return [path]
        with contextlib.suppress(OSError):
            folder.rmdir()
    return []


def _grouped(explicit: Sequence[Path]) -> tuple[Target, ...]:
    """Files that share folder and stem as one target, in the order of their first mention."""
    groups: dict[tuple[Path, str], list[str]] = {}
    for path in map(Path, explicit):
        stem, suffix = split_suffix(path)
        groups.setdefault((path.parent, stem), []).append(suffix)
    return tuple(
        Target(folder, stem, tuple(found), explicit=True)
        for (folder, stem), found in groups.items()
    )


def _refuse_twice(explicit: Sequence[Path]) -> None:
    seen: set[tuple[Path, str]] = set()
    for path in explicit:
        # Suffixes in any case are one: `cat.svg` and `cat.SVG` are one file on many systems.
        place = real_place(path)
        key = place.with_suffix(""), place.suffix.lower()
        if key in seen:
            raise InputError(f"'{path}' is given twice; each output needs a name of its own")
        seen.add(key)


def _about(error: Exception, temporary: Path, path: Path) -> Exception:
    """The same error, naming the file the user knows instead of the hidden one."""
    if not isinstance(error, DrawkitError):
        return error
    return type(error)(str(error).replace(str(temporary), str(path)))


def _raise_first(errors: list[Exception], kept: list[Path]) -> NoReturn:
    """Raise the first error; where it is one of ours, its line says where the drawing is."""
    first = errors[0]
    if kept and isinstance(first, DrawkitError):
        files = ", ".join(f"'{path}'" for path in kept)
        raise type(first)(f"{first}; the drawing is in {files}") from first
    raise first
