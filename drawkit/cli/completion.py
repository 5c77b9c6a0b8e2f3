"""What the shell offers behind a flag: names of styles, palettes, perceptors, and choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from drawkit.cli.defaults import choices
from drawkit.errors import DrawkitError
from drawkit.perceptor.known import KNOWN
from drawkit.styles import modifiers, style_names

__all__ = ["one_of", "several_of", "values_for"]

Complete = Callable[[str], list[str]]
"""What was typed so far -> what it could become."""


def one_of(names: Callable[[], Iterable[str]]) -> Complete:
    """Offers names that begin as what was typed; names: asked only then."""

    def offer(incomplete: str) -> list[str]:
        try:
            return [name for name in names() if name.startswith(incomplete)]
        except (DrawkitError, OSError):  # nobody wants to read that on a half-typed line
            return []

    return offer


def several_of(names: Callable[[], Iterable[str]]) -> Complete:
    """The same behind the last comma of what was typed."""

    def offer(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [f"{before}{comma}{name}" for name in one_of(names)(last)]

    return offer


def _palettes() -> tuple[str, ...]:
    from drawkit.palettes import builtin_names  # with all file formats, which most need not

    return builtin_names()


def _models() -> list[str]:
    return ["auto", "builtin", *KNOWN]


_OF: Mapping[str, Complete] = MappingProxyType(
    {
        "model": one_of(_models),
        "modifiers": several_of(modifiers),
        "palette": one_of(_palettes),
        "style": one_of(style_names),
    }
)


def values_for(name: str) -> Complete | None:
    """What to offer behind the flag of this short name, if anything."""
    if name in _OF:
        return _OF[name]
    allowed = choices(name)
    return one_of(lambda: allowed) if allowed else None
