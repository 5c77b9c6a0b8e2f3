"""Settings under the names that they had in an earlier release: they work for one more.

Sections first: what stands in files and commands of users keeps its meaning, and a line names the
new name once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

__all__ = ["RENAMED", "first_name", "with_new_names"]

T = TypeVar("T")
log = logging.getLogger("drawkit")

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "losses.economy": "losses.color_count",
        "losses.imagined": "losses.target",
        "losses.ink": "losses.ink_coverage",
        "losses.orphans": "losses.isolated_cells",
        "losses.still": "losses.temporal",
    }
)
"""Old section -> new section; all of 0.1, until 0.3."""


def first_name(section: str) -> str:
    """What a section was called before."""
    return next((old for old, new in RENAMED.items() if new == section), section)


def with_new_names(values: Mapping[str, T], place: Callable[[str], str]) -> dict[str, T]:
    """`section.key` -> value under the names of today, in the same order.

    place: where a key was given, for the line that is said of an old one. A setting that is given
    under both names has the value of the new one.
    """
    found: dict[str, T] = {}
    said: set[str] = set()
    for key, value in values.items():
        section, dot, name = key.rpartition(".")
        if section not in RENAMED:
            found[key] = value
            continue
        new = RENAMED[section]
        if section not in said:
            said.add(section)
            log.warning(
                "%s: %s is called %s now; the old name still works", place(key), section, new
            )
        if f"{new}{dot}{name}" not in values:
            found[f"{new}{dot}{name}"] = value
    return found
