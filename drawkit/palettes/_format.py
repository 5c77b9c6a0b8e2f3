"""The contract of palette files, and which format a suffix names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from drawkit.color import Palette
from drawkit.errors import InputError
from drawkit.palettes._found import is_text
from drawkit.registry import Registry

__all__ = [
    "FormatConfig",
    "PaletteFormat",
    "formats",
    "readable_suffixes",
    "reader_for",
    "writable_suffixes",
    "writer_for",
]

PLAIN = ".hex"
"""Suffix of the format that reads any text with colours in it."""

formats = Registry("palette format", "drawkit.palettes")


@dataclass(frozen=True)
class FormatConfig:
    """Palette files have nothing to set."""


class PaletteFormat(ABC):
    """Reads and writes palettes in one kind of file."""

    suffixes: ClassVar[tuple[str, ...]]
    """Lower-case file suffixes with the dot that are read and written, the usual one first."""

    also_reads: ClassVar[tuple[str, ...]] = ()
    """Suffixes that are read but never written."""

    max_bytes: ClassVar[int] = 1 << 20
    """A larger file is refused unread: 256 colours with long names are a tenth of this."""

    def matches(self, data: bytes) -> bool:
        """Whether bytes are plainly a file of this format, whatever its suffix says."""
        return False

    def fits(self, data: bytes) -> bool:
        """Whether bytes that no format matches, and that are no text, may be of this one."""
        return False

    @abstractmethod
    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a file, called `name` where they hold no name.

        Raises `InputError`, whatever the bytes are; it says what is wrong, not in which file.
        """

    @abstractmethod
    def write(self, palette: Palette) -> bytes:
        """The bytes of a file with this palette."""


def readable_suffixes() -> tuple[str, ...]:
    """Every suffix that can be read, sorted."""
    return tuple(sorted(_by_suffix(reading=True)))


def writable_suffixes() -> tuple[str, ...]:
    """Every suffix that can be written, sorted."""
    return tuple(sorted(_by_suffix(reading=False)))


def reader_for(path: Path, data: bytes = b"") -> PaletteFormat:
    """The format that reads a file with these bytes: known by them, else by the suffix of `path`.

    Any other text is read as a list of colours. Raises `InputError`.
    """
    by_suffix, kinds = _by_suffix(reading=True), _kinds()
    for kind in kinds:
        if kind.matches(data):
            return kind
    if is_text(data):
        return by_suffix[PLAIN]
    named = by_suffix.get(path.suffix.lower())
    for kind in [named, *kinds] if named else kinds:
        if kind.fits(data):
            return kind
    return _chosen(path, by_suffix)


def writer_for(path: Path) -> PaletteFormat:
    """The format that writes files with the suffix of `path`, in any case, or `InputError`."""
    return _chosen(path, _by_suffix(reading=False))


def _chosen(path: Path, by_suffix: dict[str, PaletteFormat]) -> PaletteFormat:
    suffix = path.suffix.lower()
    if suffix not in by_suffix:
        given = f"ends in '{path.suffix}'" if path.suffix else "has no suffix"
        raise InputError(f"'{path}' {given}; allowed: {', '.join(sorted(by_suffix))}")
    return by_suffix[suffix]


def _kinds() -> list[PaletteFormat]:
    return [cast(PaletteFormat, formats.get(name).cls()) for name in formats.names()]


def _by_suffix(*, reading: bool) -> dict[str, PaletteFormat]:
    found: dict[str, PaletteFormat] = {}
    for kind in _kinds():
        suffixes = kind.suffixes + (kind.also_reads if reading else ())
        found.update(dict.fromkeys(suffixes, kind))
    return found
