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

import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from drawkit.errors import DrawkitError, FileError, InputError
from drawkit.export import exporter_for
from drawkit.export._text import file_slug
from drawkit.export._writing import reason, write_whole
from drawkit.scene import Scene

__all__ = [
    "DEFAULT_SUFFIXES",
    "OutputPlan",
    "Saved",
    "Target",
    "move_if_free",
    "plan_outputs",
    "refuse_existing",
    "refuse_unwritable",
    "save",
    "write_file",
]

DEFAULT_SUFFIXES = (".svg", ".png")

_PROBE_BYTES = 1 << 18
"""What has to fit into a folder before drawing starts: about one drawing with its picture."""


@dataclass(frozen=True)
class Target:
    """Files of one name in one folder: `folder/stem.svg`, `folder/stem.png`..."""

    folder: Path
    stem: str
    suffixes: tuple[str, ...]

    def paths(self, number: int = 1) -> list[Path]:
        """The files: `a-cat.svg` for 1, `a-cat-2.svg` for 2 and so on."""
        stem = self.stem if number == 1 else f"{self.stem}-{number}"
        return [self.folder / f"{stem}{suffix}" for suffix in self.suffixes]


@dataclass(frozen=True)
class OutputPlan:
    """Checked targets. explicit: the user named the files, so that a changed name is news."""

    targets: tuple[Target, ...]
    explicit: bool
    overwrite: bool = False


@dataclass(frozen=True)
class Saved:
    """The files written, and a line for each that is not where it was asked for."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def again(self) -> OutputPlan:
        """The plan that writes the same files anew: they are this run's own now."""
        return OutputPlan(_grouped(self.paths), explicit=True, overwrite=True)


def plan_outputs(
    explicit: Sequence[Path],
    prompt: str,
    *,
    folder: Path = Path(),
    suffixes: Sequence[str] = DEFAULT_SUFFIXES,
    overwrite: bool = False,
) -> OutputPlan:
    """Decide and check, before drawing, where the drawing will go.

    explicit: files the user named; without any, the prompt's own name in `folder` with each of
    `suffixes`, counting up when saved and never overwriting. Raises `InputError` for an unknown
    suffix or a file named twice, `BackendError` where a format's library is missing, and
    `FileError` where a file exists (unless `overwrite`) or its folder is missing, not writable
    or full. No folder is created: a mistyped one would hide the drawing.
    """
    if explicit:
        _refuse_twice(explicit)
        targets = _grouped(explicit)
    else:
        targets = (Target(Path(folder), file_slug(prompt), tuple(suffixes)),)
    for target in targets:
        for path in target.paths():
            exporter_for(path)
            if explicit:
                refuse_existing(path, overwrite)
    for parent in dict.fromkeys(target.folder for target in targets):
        refuse_unwritable(parent)
    return OutputPlan(targets, bool(explicit), overwrite and bool(explicit))


def save(scene: Scene, plan: OutputPlan, configs: Iterable[object] = ()) -> Saved:
    """Write `scene` to every file of `plan`; `configs` go to the exporters whose they are.

    Files appear whole and all of one name together: two runs at once into one folder get two
    names. Raises the first error after all that could be saved was saved; its one line says
    where the drawing is.
    """
    configs = list(configs)
    paths: list[Path] = []
    notes: list[str] = []
    errors: list[Exception] = []
    for target in plan.targets:
        try:
            number, written = _save_target(scene, target, configs, plan.overwrite, errors)
        except OSError as error:
            errors.append(FileError(f"cannot write in '{target.folder}': {reason(error)}"))
            continue
        paths += written
        if plan.explicit and number > 1:
            pairs = zip(target.paths(), target.paths(number), strict=True)
            notes += [
                f"saved as '{there}': the name of '{asked}' was taken meanwhile"
                for asked, there in pairs
                if there in written
            ]
    if errors:
        _raise_first(errors, paths or _rescue(scene, plan))
    return Saved(tuple(paths), tuple(notes))


def write_file(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Put `data` at `path` whole or not at all, for files that are no drawings.

    Raises `FileError` where it exists (unless `overwrite`, which follows a link) or its folder
    is missing, not writable or full.
    """
    refuse_existing(path, overwrite)
    refuse_unwritable(path.parent)
    hidden = tempfile.TemporaryDirectory(
        prefix=".drawkit-", dir=path.parent, ignore_cleanup_errors=True
    )
    with hidden as folder:
        staged = Path(folder, "0")
        write_whole(staged, data)
        try:
            if overwrite:
                os.replace(staged, path.resolve())
            else:
                move_if_free(staged, path)
        except OSError as error:
            raise FileError(f"cannot write '{path}': {reason(error)}") from error


def _save_target(
    scene: Scene,
    target: Target,
    configs: list[object],
    overwrite: bool,
    errors: list[Exception],
) -> tuple[int, list[Path]]:
    """Write the files into a hidden folder beside their places, then publish all that worked.

    Returns the number they got and where they are; what went wrong is added to `errors`.
    """
    hidden = tempfile.TemporaryDirectory(
        prefix=".drawkit-", dir=target.folder, ignore_cleanup_errors=True
    )
    with hidden as folder:
        staged: dict[int, Path] = {}
        for index, path in enumerate(target.paths()):
            # Not the file's own name: it may be as long as names can be.
            temporary = Path(folder, f"{index}{path.suffix}")
            try:
                exporter_for(path, configs).write(scene, temporary)
                staged[index] = temporary
            except Exception as error:  # even a bug in one format must not lose the others
                errors.append(_about(error, temporary, path))
        if overwrite:
            return 1, _replace(staged, target.paths(), errors)
        return _claim(staged, target)


def _replace(staged: dict[int, Path], paths: list[Path], errors: list[Exception]) -> list[Path]:
    """Move staged files over what is there, through a link to the file it points to."""
    replaced = []
    for index, temporary in staged.items():
        try:
            os.replace(temporary, paths[index].resolve())
            replaced.append(paths[index])
        except OSError as error:
            errors.append(FileError(f"cannot write '{paths[index]}': {reason(error)}"))
    return replaced


def _claim(staged: dict[int, Path], target: Target) -> tuple[int, list[Path]]:
    """Move staged files to the first number at which none of their names is taken."""
    number = 1
    while True:
        paths = target.paths(number)
        claimed: dict[Path, Path] = {}
        try:
            for index, temporary in staged.items():
                move_if_free(temporary, paths[index])
                claimed[paths[index]] = temporary
            return number, list(claimed)
        except OSError as error:
            for path, temporary in claimed.items():
                os.replace(path, temporary)
            if not isinstance(error, FileExistsError):
                raise
        number += 1


def move_if_free(source: Path, destination: Path) -> None:
    """Give `source` its name, or `FileExistsError`: one step, so that no other run cuts in."""
    try:
        os.link(source, destination)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (FAT, some network drives): reserve the name with an empty file.
        os.close(os.open(destination, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(source, destination)
    else:
        source.unlink()


def _rescue(scene: Scene, plan: OutputPlan) -> list[Path]:
    """Where nothing could be written, the SVG in the temporary folder; no file if that fails."""
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="drawkit-"))
        path = folder / f"{plan.targets[0].stem}.svg"
        exporter_for(path).write(scene, path)
        return [path]
    except (DrawkitError, OSError):
        if folder is not None:
            folder.rmdir()
        return []


def _grouped(explicit: Sequence[Path]) -> tuple[Target, ...]:
    """Files that share folder and stem as one target, in the order of their first mention."""
    groups: dict[tuple[Path, str], list[str]] = {}
    for path in map(Path, explicit):
        groups.setdefault((path.parent, path.stem), []).append(path.suffix)
    return tuple(Target(folder, stem, tuple(found)) for (folder, stem), found in groups.items())


def _refuse_twice(explicit: Sequence[Path]) -> None:
    seen: set[tuple[str, str]] = set()
    for path in explicit:
        # Suffixes in any case are one: `cat.svg` and `cat.SVG` are one file on many systems.
        key = os.path.abspath(path.with_suffix("")), path.suffix.lower()
        if key in seen:
            raise InputError(f"'{path}' is given twice; each output needs a name of its own")
        seen.add(key)


def refuse_existing(path: Path, overwrite: bool) -> None:
    """`FileError` where `path` is taken (unless `overwrite`), a folder, or no possible name."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:  # too long, not in a folder, a zero byte in it
        words = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"cannot write '{path}': {words}") from error
    if stat.S_ISDIR(mode):
        raise FileError(f"'{path}' is a folder; give a file name")
    if not overwrite:
        raise FileError(f"'{path}' exists; give another name or --overwrite")


def refuse_unwritable(folder: Path) -> None:
    """`FileError` where no drawing can be written into `folder`.

    A hidden file is written and removed: the only sure test, as root and full disks pass others.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist; make it first"
        raise FileError(f"the folder '{folder}' {what}")
    try:
        with tempfile.TemporaryFile(prefix=".drawkit-", dir=folder) as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
    except OSError as error:
        raise FileError(f"cannot write in the folder '{folder}': {reason(error)}") from error


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
