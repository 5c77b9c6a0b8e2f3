"""Files that never end, nest without end or are no files at all, under the names of real ones."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

__all__ = ["NO_FILES", "SETTINGS", "is_plain", "lay"]

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "deep lists": "[draw]\nx = " + "[" * 2000 + "]" * 2000,
        "deep tables": "[draw]\nx = " + "{a=" * 2000 + "1" + "}" * 2000,
        "digits": "[strokes]\nshapes = " + "9" * 5000,
        "hexadecimal": "[strokes]\nshapes = 0x" + "f" * 5000,
        "dots": ".".join("a" * 20_000) + " = 1",
        "dots of a header": "[a" + ".a" * 20_000 + "]\nb = 1",
        "dots with spaces": "[x]\ny = {a" + " . 'a'" * 20_000 + " = 1}",
        "words in a header": "[a]\nx = '''\n[" + " " * 300_000 + "\n'''",
        "long key": "[strokes]\n" + "k" * 300_000 + " = 1",
        "long value": "[strokes]\nink = '" + "k" * 300_000 + "'",
        "many keys": "[x]\n" + "".join(f"a{n} = 1\n" for n in range(20_000)),
        "infinite": "[strokes]\nmax_width = 1e400",
        "date": "[strokes]\nshapes = 2020-01-01",
        "escapes": "[strokes]\n'\x9b31m\u202e' = 1",
        "escape": "[strokes]\nink = '\x1b]0;x\x07'",
        "nul": "[strokes\x00]",
        "deep value": "[strokes]\nink = " + "[" * 150 + "]" * 150,
    }
)
"""What is wrong with it -> a settings file."""

NO_FILES = ("pipe", "folder", "zero", "null", "tty", "huge", "loop", "gone")
"""What can stand where a file should; `lay` puts it there."""


def is_plain(text: str) -> bool:
    """Whether a line holds nothing that a terminal obeys or hides."""
    joiners = "\u200c\u200d"
    return not any(unicodedata.category(c)[0] == "C" and c not in joiners for c in text)


def lay(kind: str, path: Path) -> Path:
    """Put one of `NO_FILES` under that name; huge: 4 GB that take no room."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in ("zero", "null", "tty"):
        path.symlink_to(f"/dev/{kind}")
    elif kind == "huge":
        with open(path, "wb") as file:
            file.truncate(4 << 30)
    elif kind == "loop":
        path.symlink_to(path.name)
    return path
