"""Files that a style names: they lie beside it, wherever drawkit is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from drawkit.files import home, is_file

__all__ = ["beside"]

_FILE = re.compile(r"(@?)([^@~].*?\.\w+)((?::[\d.]+)?)")
"""A file as settings take it: `@PICTURE:16` for colours, `PICTURE:0.5` with a weight."""


def beside(value: Any, folder: Path) -> Any:
    """A setting's value, or those of a list, with a path where it names a file in that folder.

    What is not there stays as it is: a file of the folder that drawkit runs in, or no file.
    """
    if isinstance(value, list):
        return [beside(item, folder) for item in value]
    match = _FILE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    path = folder / match[2]
    return f"{match[1]}{_short(path)}{match[3]}" if is_file(path) else value


def _short(path: Path) -> str:
    """The path, without the name of the user's home: it is written into drawings."""
    near = home()
    return f"~/{path.relative_to(near)}" if path.is_relative_to(near) else str(path)
