"""Modifiers: words that artists put behind a prompt, each with what it is for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawkit.config import read_toml
from drawkit.errors import ConfigError, UnknownNameError, suggestion
from drawkit.styles.find import style_folders

__all__ = ["Modifier", "find_modifiers", "modifiers"]

_FILE = Path("words", "modifiers.toml")
_KEYS = {"words", "purpose"}


@dataclass(frozen=True)
class Modifier:
    """Words under a name. purpose: what they are for, in a line."""

    name: str
    words: str
    purpose: str


def modifiers(folder: Path = Path()) -> dict[str, Modifier]:
    """All modifiers by name, sorted: drawkit's, the user's own over them, this folder's on top.

    Raises ConfigError with the line of what is wrong in a file.
    """
    found: dict[str, Modifier] = {}
    for place in reversed(style_folders(folder)):
        if os.path.lexists(place / _FILE):
            found.update(_read(place / _FILE))
    return dict(sorted(found.items()))


def find_modifiers(names: Sequence[str], folder: Path = Path()) -> list[Modifier]:
    """The modifiers of these names, in this order. Raises UnknownNameError."""
    known = modifiers(folder) if names else {}
    for name in names:
        if name not in known:
            raise UnknownNameError(f"unknown modifier '{name}'{suggestion(name, known)}")
    return [known[name] for name in names]


def _read(path: Path) -> dict[str, Modifier]:
    """One section a modifier: `[oil-painting]`, with `words` and `purpose`."""
    file = read_toml(path)
    for key in file.top:
        raise ConfigError(f"{file.place(key)}: '{key}' stands above the sections; allowed: [NAME]")
    fields: dict[str, dict[str, str]] = {}
    for key, value in file.values.items():
        name, _, field = key.rpartition(".")
        if field not in _KEYS or not isinstance(value, str) or not value.strip():
            raise ConfigError(f"{file.place(key)}: '{key}'; allowed: words and purpose, as text")
        fields.setdefault(name, {})[field] = value.strip()
    for name, given in fields.items():
        if set(given) != _KEYS:
            missing = ", ".join(sorted(_KEYS - set(given)))
            raise ConfigError(f"{file.place(name)}: the modifier '{name}' has no {missing}")
    return {name: Modifier(name, **given) for name, given in fields.items()}
