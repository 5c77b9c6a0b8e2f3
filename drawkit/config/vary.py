"""What differs between many drawings: settings with several values each, and all combinations.

axes = [read_axis("strokes=16,64,256"), read_axis("seed=1,2,3")]
for point in grid(axes):
    point.label, point.slug, point.values
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drawkit.config import SHORT_NAMES, Given, Raw
from drawkit.config.renamed import with_new_names
from drawkit.errors import ConfigError, brief, shown, suggestion
from drawkit.files.slugs import file_slug

__all__ = [
    "MOST_DRAWINGS",
    "MOST_RUNS",
    "Axis",
    "Base",
    "Point",
    "axis",
    "file_names",
    "grid",
    "ladder",
    "read_axis",
    "seed_axis",
    "told",
]

MOST_DRAWINGS = 10_000
MOST_RUNS = 1000
_LADDER = re.compile(r"\s*(\d{1,9})\s*\.\.\s*(\d{1,9})\s*", re.ASCII)
_STYLE = "draw.style"
_OPEN, _CLOSE = "[({", "])}"
_LONGEST_NAME = 120

Base = Callable[[Sequence[str] | None], Mapping[str, Given]]
"""All other settings, under these styles; None: under those that they say themselves."""


@dataclass(frozen=True)
class Axis:
    """A setting with several values. name: as it was typed; source: the flag, for messages."""

    name: str
    key: str
    values: tuple[Any, ...]
    source: str


@dataclass(frozen=True)
class Point:
    """One value of each axis."""

    values: tuple[tuple[Axis, Any], ...]

    @property
    def label(self) -> str:
        """`strokes 16, seed 1`."""
        return ", ".join(f"{axis.name} {told(value)}" for axis, value in self.values)

    @property
    def slug(self) -> str:
        """The same for names of files: `strokes-16-seed-1`."""
        return "-".join(file_slug(f"{axis.name} {told(value)}") for axis, value in self.values)

    @property
    def named(self) -> dict[str, Any]:
        """Name -> value, for records."""
        return {
            axis.name: str(value) if isinstance(value, str) else value
            for axis, value in self.values
        }

    def layer(self, base: Base) -> dict[str, Given]:
        """These values over the others."""
        styles = None
        own: dict[str, Given] = {}
        for axis, value in self.values:
            if axis.key == _STYLE:
                styles = [] if value in ("", "none") else [str(value)]
            else:
                own[axis.key] = Given(value, axis.source)
        return {**base(styles), **own}


def told(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, tuple | list):
        return "x".join(map(told, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def ladder(text: str) -> tuple[int, ...] | None:
    """`4..256` -> 4, 8, 16, 32, 64, 128, 256: doubled up to the last; None for another text.

    Raises ConfigError where it leads nowhere.
    """
    found = _LADDER.fullmatch(text)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    if not 1 <= low < high:
        raise ConfigError(f"'{text.strip()}' leads nowhere; allowed: A..B from 1 on, A below B")
    steps = [low]
    while steps[-1] * 2 < high:
        steps.append(steps[-1] * 2)
    return (*steps, high)


def read_axis(text: str, source: str = "--vary") -> Axis:
    """`strokes=16,64,256`, `strokes=4..256` or `cutouts.count=4,8`, as typed.

    A value that holds a comma stands in brackets or quotes. Raises ConfigError.
    """
    name, equals, values = text.partition("=")
    if not equals:
        raise ConfigError(f"{source} takes NAME=VALUE,VALUE,..., got '{brief(text)}'")
    rungs = ladder(values)
    return axis(name.strip(), _split(values) if rungs is None else rungs, source)


def axis(name: str, values: Sequence[Any], source: str) -> Axis:
    """The axis of a short name or `section.key`. Raises ConfigError."""
    if not values:
        raise ConfigError(f"{source} {name} has no values; allowed: {name}=A,B,...")
    names = [told(value) for value in values]
    twice = next((one for at, one in enumerate(names) if one in names[:at]), None)
    if twice is not None:
        raise ConfigError(f"{source} {name} has {shown(twice)} twice")
    return Axis(name, _key(name, source), tuple(values), source)


def seed_axis(seed: int | str, runs: int) -> Axis:
    """Seeds from this one on, as many as there are runs: numbers count up, words get a number."""
    seeds = [
        seed + at if isinstance(seed, int) else f"{seed} {at + 1}" if at else seed
        for at in range(runs)
    ]
    return Axis("seed", "draw.seed", tuple(seeds), "--runs")


def grid(axes: Sequence[Axis]) -> Iterator[Point]:
    """All combinations, the last axis the fastest. Raises ConfigError."""
    count = 1
    seen: dict[str, str] = {}
    for one in axes:
        if one.key in seen:
            raise ConfigError(f"{one.source}: {one.name} is varied twice")
        seen[one.key] = one.name
        count *= len(one.values)
    if count > MOST_DRAWINGS:
        raise ConfigError(f"{count} drawings are too many; allowed: up to {MOST_DRAWINGS}")
    for values in itertools.product(*(one.values for one in axes)):
        yield Point(tuple(zip(axes, values, strict=True)))


def file_names(points: Sequence[Point], stem: str) -> list[str]:
    """A name for each, without suffix: `a-cat-strokes-16-seed-1`; no two are alike."""
    names: list[str] = []
    taken: set[str] = set()
    for point in points:
        base = "-".join(part for part in (stem, point.slug) if part)[:_LONGEST_NAME].rstrip("-")
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        names.append(name)
    return names


def _key(name: str, source: str) -> str:
    if "." in name.strip("."):
        return next(iter(with_new_names({name: Given(None, source)}, lambda key: source)))
    short = name.replace("-", "_")
    if short not in SHORT_NAMES:
        raise ConfigError(
            f"{source}: unknown setting '{brief(name)}'{suggestion(name, SHORT_NAMES)}"
        )
    return SHORT_NAMES[short]


def _split(text: str) -> tuple[Raw, ...]:
    """At the commas that stand in no brackets and no quotes; quotes around a whole value go."""
    parts, depth, quote = [""], 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char if not parts[-1].strip() or depth else quote
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char == "," and not depth:
            parts.append("")
            continue
        parts[-1] += char
    bare = [part.strip() for part in parts]
    return tuple(Raw(_unquoted(part)) for part in bare if part)


def _unquoted(part: str) -> str:
    quoted = len(part) > 1 and part[0] == part[-1] and part[0] in "\"'"
    return part[1:-1] if quoted else part
