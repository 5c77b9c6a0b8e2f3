"""The palettes that are built in: one .gpl file each in `builtin/`, found in any spelling.

The values are public facts about machines and artists' published palettes; each file names who
made it and where it is found. A line `# Aliases:` lists other names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from drawkit.color import Palette
from drawkit.errors import UnknownNameError, suggestion
from drawkit.palettes._found import plain_name
from drawkit.palettes.gpl import GplFormat

__all__ = ["builtin_names", "builtin_palette", "is_builtin"]

_FOLDER = Path(__file__).parent / "builtin"
_ALIASES = re.compile(r"^# Aliases: (.*)$", re.MULTILINE)


def builtin_names() -> tuple[str, ...]:
    """The names of the built-in palettes, sorted; numbers in them by value."""
    return tuple(sorted((path.stem for path in _FOLDER.glob("*.gpl")), key=_by_number))


def builtin_palette(name: str) -> Palette:
    """A built-in palette: `pico-8`, `PICO8` and `pico_8` are one.

    Raises `UnknownNameError` with the nearest name.
    """
    spellings = dict(_spellings())
    found = spellings.get(_folded(name))
    if found is None:
        given = plain_name(name)
        near = suggestion(given.lower(), builtin_names())
        raise UnknownNameError(f"unknown palette '{given}'{near}")
    data = (_FOLDER / f"{found}.gpl").read_bytes()
    return GplFormat().read(data, found)


def is_builtin(name: str) -> bool:
    """Whether `builtin_palette` knows that name."""
    return _folded(name) in dict(_spellings())


def _by_number(name: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def _spellings() -> Iterator[tuple[str, str]]:
    """Every name and alias without case and punctuation, and the file that it means."""
    for stem in builtin_names():
        yield _folded(stem), stem
        text = (_FOLDER / f"{stem}.gpl").read_text(encoding="utf-8")
        if aliases := _ALIASES.search(text):
            yield from ((_folded(alias), stem) for alias in aliases[1].split(","))


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
