"""GIMP's palettes: https://developer.gimp.org/core/standards/gpl."""

from __future__ import annotations

import re
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import (
    palette_of,
    rgb_swatch,
    shown,
    text_lines,
    text_start,
)

__all__ = ["GplFormat"]

_MAGIC = "GIMP Palette"
_COMMENT = ("#", ";", "//")
_HEADER = re.compile(r"([A-Za-z]+):\s*(.*)")
# Lospec's downloads tell in comments what the format has no place for; so does drawkit.
_REMARK = re.compile(r"#\s*(Palette Name|Author|Source):\s*(.*)", re.IGNORECASE)
_COLOR = re.compile(r"(\d{1,9})[\s,]+(\d{1,9})[\s,]+(\d{1,9})(?:[\s,]+(.*))?", re.ASCII)
_ALPHA = re.compile(r"(\d+)(?:\s+(.*))?", re.ASCII)
_COLUMNS = 16


@formats.register("gpl", config=FormatConfig)
class GplFormat(PaletteFormat):
    """GIMP palette, also of Inkscape, Krita and Aseprite: numbers and names as text."""

    suffixes: ClassVar[tuple[str, ...]] = (".gpl",)

    def matches(self, data: bytes) -> bool:
        """Whether it begins as GIMP's palettes do."""
        return _is_magic(text_start(data))

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .gpl file."""
        lines = text_lines(data)
        start = next((at for at, line in enumerate(lines) if line.strip()), 0)
        if not _is_magic(lines[start]):
            raise InputError(f"a .gpl file begins with '{_MAGIC}', not {shown(lines[start])}")
        facts: dict[str, str] = {}
        found: list[tuple[Swatch, str]] = []
        for number, line in enumerate(map(str.strip, lines), start=1):
            if number <= start + 1 or not line:
                continue
            remark = _REMARK.match(line) or (None if found else _HEADER.match(line))
            if remark:
                facts.setdefault(remark[1].lower(), remark[2])
            elif not line.startswith(_COMMENT):
                found += _color(line, number, alpha=facts.get("channels") == "RGBA")
        title = facts.get("name") or facts.get("palette name") or name
        author, source = facts.get("author", ""), facts.get("source", "")
        return palette_of(title, found, author=author, source=source)

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .gpl file; a colour without a name is called by its code."""
        lines = [_MAGIC, f"Name: {palette.name}", f"Columns: {min(len(palette), _COLUMNS)}"]
        if palette.author:
            lines.append(f"# Author: {palette.author}")
        if palette.source:
            lines.append(f"# Source: {palette.source}")
        names = palette.swatch_names or ("",) * len(palette)
        for swatch, code, name in zip(palette.swatches, palette.codes, names, strict=True):
            red, green, blue = swatch
            lines.append(f"{red:3d} {green:3d} {blue:3d}\t{name or code}")
        return "\n".join([*lines, ""]).encode()


def _is_magic(line: str) -> bool:
    return line.strip().lower().startswith(_MAGIC.lower())


def _color(line: str, number: int, *, alpha: bool) -> list[tuple[Swatch, str]]:
    """The colour of one line; none where Aseprite's fourth number says that it is transparent."""
    match = _COLOR.fullmatch(line)
    if match is None:
        raise InputError(f"line {number}: {shown(line)} is no colour; allowed: red green blue name")
    *rgb, label = match.groups(default="")
    swatch = rgb_swatch(rgb, line, number)
    if alpha:
        fourth = _ALPHA.fullmatch(label)
        if fourth is None:
            raise InputError(f"line {number}: {shown(line)} lacks the alpha that 'Channels' says")
        if not int(fourth[1][:9]):
            return []
        label = fourth[2] or ""
    return [(swatch, label)]
