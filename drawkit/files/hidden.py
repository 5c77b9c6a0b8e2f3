"""Hidden names for what is not in place yet, locked as long as the process that writes it lives.

What a killed process leaves is therefore known: it is locked by nobody. Without file locks
(Windows, some network drives) nothing is ever taken for a leftover.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "hidden_file",
    "hidden_folder",
    "hidden_growing",
    "is_hidden_folder",
    "lock_leftover",
]

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_FILE = re.compile(r"\.drawkit-[0-9a-f]{16}\.tmp")
_FOLDER = re.compile(r"\.drawkit-[0-9a-f]{16}\.set")


@contextmanager
def hidden_file(folder: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A file in `folder` with `data` that has reached the disk, to be moved away; else it goes."""
    path, descriptor = _new_file(folder, mode)
    locked: int | None = descriptor
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if fcntl is None:  # Windows moves no file that is open
            os.close(descriptor)
            locked = None
        yield path
    finally:
        if locked is not None:
            os.close(locked)
        with contextlib.suppress(OSError):
            path.unlink()


@contextmanager
def hidden_growing(folder: Path, mode: int) -> Iterator[tuple[Path, BinaryIO, Path]]:
    """A file in `folder` to write bit by bit, unbuffered, and a name beside it; both go."""
    path, descriptor = _new_file(folder, mode)
    beside, second = _new_file(folder, 0o600)
    try:
        with open(descriptor, "wb", buffering=0) as file:
            yield path, cast(BinaryIO, file), beside
    finally:
        os.close(second)
        for one in (path, beside):
            with contextlib.suppress(OSError):
                one.unlink()


@contextmanager
def hidden_folder(folder: Path) -> Iterator[Path]:
    """An empty folder in `folder` that only its owner may enter; it goes with all that is in it."""
    path, locked = _new_folder(folder)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if locked is not None:
            os.close(locked)


def lock_leftover(path: Path) -> int | None:
    """The lock of a file or folder that some killed process left, None where it is none.

    Only what this user made counts: in a folder that many may write, others leave traps.
    """
    kind = _FILE if _FILE.fullmatch(path.name) else _FOLDER
    if fcntl is None or not kind.fullmatch(path.name):
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    facts = os.fstat(descriptor)
    right = stat.S_ISREG(facts.st_mode) if kind is _FILE else stat.S_ISDIR(facts.st_mode)
    if right and facts.st_uid == os.geteuid():
        with contextlib.suppress(OSError):  # somebody has it, or there are no locks here
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _still_there(descriptor, path):
                return descriptor
    os.close(descriptor)
    return None


def is_hidden_folder(path: Path) -> bool:
    """Whether a path has the name of a hidden folder."""
    return _FOLDER.fullmatch(path.name) is not None


def _new_file(folder: Path, mode: int) -> tuple[Path, int]:
    while True:
        path = folder / f".drawkit-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, mode)
        if _locked(descriptor, path):
            return path, descriptor
        os.close(descriptor)


def _new_folder(folder: Path) -> tuple[Path, int | None]:
    while True:
        path = folder / f".drawkit-{secrets.token_hex(8)}.set"
        os.mkdir(path, 0o700)
        if fcntl is None:
            return path, None
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:  # taken for a leftover
            continue
        if _locked(descriptor, path):
            return path, descriptor
        os.close(descriptor)


def _locked(descriptor: int, path: Path) -> bool:
    """Lock what was just made; false where another run took it for a leftover in between."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks here, so nobody else gets one either
        return True
    return _still_there(descriptor, path)


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False
