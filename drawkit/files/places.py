"""Which names may be written: refusals before any work is done, links followed to their ends."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from drawkit.errors import FileError, InputError

__all__ = [
    "file_or_folder",
    "keep_mode",
    "real_place",
    "reason",
    "refuse_existing",
    "refuse_protected",
    "refuse_unwritable",
    "rescue_folders",
]

_PROBE_BYTES = 1 << 18
"""What has to fit into a folder before drawing starts: about one drawing with its picture."""
_IN_MEMORY = Path("/dev/shm")
"""Where most Linux systems take files even when the disk is full."""


def reason(error: OSError) -> str:
    """The system's words for an error, without its number and paths."""
    return error.strerror or str(error)


def file_or_folder(given: str | Path) -> tuple[Path, bool]:
    """What `-o` was given, and whether it is a folder to write into: its name ends in a slash.

    Raises `InputError` for what names neither: nothing, `.`, `..`, `/` and `-`.
    """
    text = os.fspath(given)
    separators = os.sep + (os.altsep or "")
    if not text.strip():
        raise InputError("the output's name is empty; give a file name, or a folder as 'out/'")
    if text == "-":
        raise InputError("this command does not write to standard output ('-'); give a file name")
    bare = text.rstrip(separators)
    last = bare[max(bare.rfind(s) for s in separators) + 1 :]
    folder = bare != text
    if not last or (not folder and last in (os.curdir, os.pardir)):
        raise InputError(f"'{text}' is no name for a file; give one, or a folder as 'out/'")
    return Path(text), folder


def real_place(path: Path) -> Path:
    """Where a file of this name lies, there or not: the end of its links, as a whole path.

    Raises `FileError` for links that lead to themselves and for what cannot be a name.
    """
    try:
        os.stat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:  # ValueError: a zero byte in it
        words = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"cannot write '{path}': {words}") from error
    return Path(os.path.realpath(path))


def refuse_existing(path: Path, overwrite: bool) -> None:
    """`FileError` where `path` is taken (unless `overwrite`), a folder, or no possible name.

    With `overwrite` also where what it leads to cannot be replaced.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:  # too long, not in a folder, a zero byte in it
        words = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"cannot write '{path}': {words}") from error
    if path.is_dir():
        raise FileError(f"'{path}' is a folder; give a file name")
    if not overwrite:
        raise FileError(f"'{path}' exists; give another name or --overwrite")
    place = real_place(path)
    refuse_protected(place, path)
    if path.is_symlink():
        refuse_unwritable(place.parent)


def refuse_protected(place: Path, path: Path) -> None:
    """`FileError` where the file at `place`, called `path` by the user, is not to be replaced.

    Replacing needs the right to write in its folder alone, so a read-only file would go without
    a word; and root may write everything.
    """
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error
    if not stat.S_ISREG(mode):
        raise FileError(f"'{path}' is no file that can be replaced; give another name")
    if not mode & 0o222 or not os.access(place, os.W_OK):
        raise FileError(f"'{path}' is read-only; give another name or make it writable")


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


def keep_mode(new: Path, old: Path) -> None:
    """Give a new file the owner and permissions of the one that it will replace, if there is one.

    As far as the system lets: only root gives files away, and not every disk has permissions.
    """
    try:
        facts, own = old.stat(), new.stat()
    except FileNotFoundError:
        return
    with contextlib.suppress(OSError):
        if (facts.st_uid, facts.st_gid) != (own.st_uid, own.st_gid) and hasattr(os, "chown"):
            os.chown(new, facts.st_uid, facts.st_gid)
    with contextlib.suppress(OSError):
        os.chmod(new, stat.S_IMODE(facts.st_mode))


def rescue_folders() -> Iterator[Path]:
    """New folders for files that their own folder does not take, the likeliest first."""
    for base in (None, _IN_MEMORY):
        try:
            folder = tempfile.mkdtemp(prefix="drawkit-", dir=base)
        except OSError:
            continue
        yield Path(folder)
