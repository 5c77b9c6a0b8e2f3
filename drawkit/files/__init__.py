"""Files: where drawkit keeps what it may make again, how files that users name are opened.

In this folder: how files are saved, which names may be written, and how they appear whole or not
at all; and processes that leave nothing behind, and keep the memory that steps use again.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

from drawkit.errors import FileError

__all__ = [
    "cache_home",
    "config_home",
    "data_home",
    "expanded",
    "home",
    "is_file",
    "read_bytes",
    "read_json",
    "read_text",
    "readable",
]

_MIB = 2**20


def cache_home() -> Path:
    """The folder for what can be made again: DRAWKIT_CACHE_DIR, XDG_CACHE_HOME or home."""
    if given := os.environ.get("DRAWKIT_CACHE_DIR"):
        return expanded(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home()) / "drawkit"
    return _xdg("XDG_CACHE_HOME", ".cache") / "drawkit"


def config_home() -> Path:
    """The folder of the user's own styles and words."""
    return _xdg("XDG_CONFIG_HOME", ".config") / "drawkit"


def data_home() -> Path:
    """The folder for what the user made and did not name a place for: XDG_DATA_HOME or home."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home()) / "drawkit"
    return _xdg("XDG_DATA_HOME", ".local/share") / "drawkit"


def home() -> Path:
    """The user's folder; that for temporary files where nobody knows of any."""
    found = Path(os.path.expanduser("~"))
    return found if found.is_absolute() else Path(tempfile.gettempdir())


def expanded(text: str | Path) -> Path:
    """The path with `~` and `~kim` for their folders; as it is where there is no such user."""
    return Path(os.path.expanduser(text))


def is_file(path: Path) -> bool:
    """Whether it is a regular file; what cannot be looked at is none."""
    return os.path.isfile(path)


def read_json(text: str | bytes) -> Any:
    """What a text says as JSON; ValueError for all that is none, or that nests without end."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_bytes(path: Path, at_most: int = _MIB) -> bytes:
    """All of a regular file of at most `at_most` bytes.

    Raises FileError, in one line, for what is missing or unreadable, and before a byte is read
    for a folder, a pipe or a device (they may never end) and for files that are larger.
    """
    handle = _opened(path)
    try:
        if os.fstat(handle).st_size > at_most:
            raise FileError(_too_large(path, at_most))
        with open(handle, "rb", closefd=False) as file:
            data = file.read(at_most + 1)  # one more: files of /proc say that they are empty
    except OSError as error:
        raise FileError(f"cannot read '{path}': {_reason(error)}") from error
    finally:
        os.close(handle)
    if len(data) > at_most:
        raise FileError(_too_large(path, at_most))
    return data


def readable(path: Path, at_most: int | None = None) -> None:
    """Raise FileError, as `read_bytes` does, for what is no regular file or cannot be read.

    For files that a library opens by itself.
    """
    handle = _opened(path)
    try:
        if at_most is not None and os.fstat(handle).st_size > at_most:
            raise FileError(_too_large(path, at_most))
    finally:
        os.close(handle)


def read_text(path: Path, at_most: int = _MIB) -> str:
    """All of a text file in UTF-8, with or without a byte order mark; `read_bytes` otherwise."""
    try:
        return read_bytes(path, at_most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"'{path}' is not a text file in UTF-8 ({error.reason})") from error


def _xdg(name: str, usual: str) -> Path:
    """A folder of the XDG base directory specification, by which a relative one counts as none."""
    given = Path(os.environ.get(name, ""))
    return given if given.is_absolute() else home() / usual


def _opened(path: Path) -> int:
    """A descriptor of a regular file."""
    try:
        # Not blocking: opening a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as error:
        raise FileError(f"there is no file '{path}'") from error
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read '{path}': {_reason(error)}") from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise FileError(f"'{path}' is not a file but {_kind(mode)}")
    return handle


def _reason(error: OSError | ValueError) -> str:
    """The system's words, without its number and paths; a NUL in a name is a ValueError."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _kind(mode: int) -> str:
    kinds = {
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISCHR: "a device",
        stat.S_ISBLK: "a device",
        stat.S_ISSOCK: "a socket",
    }
    return next((name for test, name in kinds.items() if test(mode)), "something else")


def _too_large(path: Path, at_most: int) -> str:
    return f"'{path}' is too large; allowed: {at_most / _MIB:.4g} MiB"
