"""Settings files: TOML in, with the line of every value, and TOML out."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawkit.config.renamed import RENAMED, with_new_names
from drawkit.errors import ConfigError, printable
from drawkit.files import read_text

__all__ = ["TomlFile", "flatten", "parse_toml", "read_toml", "toml_value"]

_HEADER = re.compile(r"^\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_WORD = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"^\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")
_ENDLESS_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""")
"""A dotted key of more parts than settings have levels: tomllib takes minutes over thousands."""


@dataclass(frozen=True)
class TomlFile:
    """A settings file: `top` holds what stands before the first table, `values` the rest, flat.

    values: `section.key` -> value as TOML gave it; the section may itself hold dots
    (`losses.text.weight`).
    """

    path: Path
    top: Mapping[str, Any]
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def place(self, key: str) -> str:
        """`file:line` of a key, or the file alone where the line is not known."""
        name = key
        while name:
            if name in self.lines:
                return f"{self.path}:{self.lines[name]}"
            name = name.rpartition(".")[0]
        return str(self.path)


def read_toml(path: Path) -> TomlFile:
    """Read a settings file; a broken one raises ConfigError with its line."""
    text = read_text(path)
    try:
        tree = parse_toml(text)
        top = {key: value for key, value in tree.items() if not isinstance(value, dict)}
        tables = dict(flatten({k: v for k, v in tree.items() if isinstance(v, dict)}))
        file = TomlFile(path, top, tables, _line_numbers(text))
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path} is nested too deeply") from error
    values = with_new_names(tables, file.place)
    old = {new: name for name, new in RENAMED.items()}
    lines = dict(file.lines)
    for key in values.keys() - tables.keys():  # where it stands under its old name
        section, dot, name = key.rpartition(".")
        lines[key] = file.lines.get(f"{old[section]}{dot}{name}", 0)
    return TomlFile(path, top, values, {key: line for key, line in lines.items() if line})


def parse_toml(text: str) -> dict[str, Any]:
    """What `text` says as TOML; raises ValueError in one line, also for what has no end."""
    if found := _ENDLESS_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"a key with more than 100 dots (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # of `int`
        raise ValueError("a number in it has too many digits") from error


def toml_value(value: Any) -> str:
    """One value as TOML; None is the word "none", which unsets a setting when read back."""
    if value is None:
        return '"none"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, str):
        return "".join(map(_escaped, json.dumps(value, ensure_ascii=False)))
    raise TypeError(f"a setting cannot be a {type(value).__name__}")


def flatten(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested tables -> (`a.b.c`, value) pairs; an empty table `a` -> (`a.`, None)."""
    pairs: list[tuple[str, Any]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            name = f"{prefix}{key}."
            pairs += flatten(value, name) if value else [(name, None)]
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs


def _escaped(char: str) -> str:
    """A character as TOML writes it, in code where no terminal should get it.

    Half a character (of a name that is not UTF-8) has no code in TOML and stays.
    """
    if printable(char) == char or unicodedata.category(char) == "Cs":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _line_numbers(text: str) -> dict[str, int]:
    """`section.key` and `section` -> line. tomllib keeps no positions, so the lines are scanned."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = _plain(header[1])
            lines.setdefault(section, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{section}.{_plain(key[1])}".lstrip("."), number)
    return lines


def _plain(key: str) -> str:
    """A dotted TOML key without quotes and spaces."""
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
