"""Paint Shop Pro's text palettes, and Microsoft's RIFF palettes of the same suffix."""

from __future__ import annotations

import logging
import re
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._codes import colors_in_lines
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, rgb_swatch, shown, text_lines, text_start

__all__ = ["PalFormat"]

_COLOR = re.compile(r"(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})(?:\s+(\d{1,9}))?", re.ASCII)
log = logging.getLogger("drawkit")

_RAW = (192, 768, 1536)
"""Bytes of palettes that are colours alone."""
_HEADER = ["JASC-PAL", "0100"]


@formats.register("pal", config=FormatConfig)
class PalFormat(PaletteFormat):
    """JASC palette of Paint Shop Pro, as text; reads RIFF and the NES' too. Keeps no names."""

    suffixes: ClassVar[tuple[str, ...]] = (".pal",)
    also_reads: ClassVar[tuple[str, ...]] = (".psppalette",)

    def matches(self, data: bytes) -> bool:
        """Whether it begins as JASC or RIFF palettes do."""
        riff = data.startswith(b"RIFF") and data[8:12] == b"PAL "
        return riff or text_start(data).startswith(_HEADER[0])

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .pal file: JASC, RIFF, raw, or a list of colours."""
        if data.startswith(b"RIFF"):
            return palette_of(name, _riff(data))
        if text_start(data).startswith(_HEADER[0]):
            return palette_of(name, _jasc(data))
        if len(data) in _RAW and not data.decode("latin-1").isprintable():
            return palette_of(name, _raw(data))
        return palette_of(name, colors_in_lines(text_lines(data)))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a JASC file, with the line ends of Windows that its readers know."""
        colors = [" ".join(map(str, swatch)) for swatch in palette.swatches]
        return "\r\n".join([*_HEADER, str(len(palette)), *colors, ""]).encode()


def _jasc(data: bytes) -> list[tuple[Swatch, str]]:
    lines = [line.strip() for line in text_lines(data)]
    if lines[:2] != _HEADER:
        first = shown(" ".join(lines[:2]))
        raise InputError(f"a .pal file begins with '{' '.join(_HEADER)}' or 'RIFF', not {first}")
    count, colors = (lines[2] if len(lines) > 2 else ""), [x for x in lines[3:] if x]
    if count != str(len(colors)):  # written by hand or cut by an editor: the colours are there
        log.warning("the palette says that %s colours follow, and %d do", shown(count), len(colors))
    found: list[tuple[Swatch, str]] = []
    for number, line in enumerate(colors, start=4):
        match = _COLOR.fullmatch(line)
        if match is None:
            raise InputError(f"line {number}: {shown(line)} is no colour; allowed: red green blue")
        swatch = rgb_swatch(match.groups()[:3], line, number)
        if match[4] is None or int(match[4]):  # Aseprite adds the alpha; 0 is no colour
            found.append((swatch, ""))
    return found


def _riff(data: bytes) -> list[tuple[Swatch, str]]:
    """Microsoft's LOGPALETTE (Multimedia Programming Interface 1.0, 1991): the one big chunk.

    RIFF size "PAL ", then chunks of name and size; the one called "data" holds version 0x300 and
    count as 2 bytes each, all little-endian, then red, green, blue and flags for each colour.
    """
    at = 12
    while data[8:12] == b"PAL " and at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"data" and at + 12 <= len(data):
            return _logpalette(data[at + 8 :])
        at += 8 + size + size % 2  # chunks begin at even places
    raise InputError("it is a RIFF file without a plain palette in it")


def _logpalette(chunk: bytes) -> list[tuple[Swatch, str]]:
    count, entries = int.from_bytes(chunk[2:4], "little"), chunk[4:]
    there = min(count, len(entries) // 4)
    if there < count:
        log.warning("the palette says that %d colours follow, and %d do", count, there)
    return [((entries[i], entries[i + 1], entries[i + 2]), "") for i in range(0, 4 * there, 4)]


def _raw(data: bytes) -> list[tuple[Swatch, str]]:
    """Bytes of red, green, blue: 64 colours of the NES, or 256 of a VGA picture.

    Of 512 (https://www.nesdev.org/wiki/.pal) the first 64: the rest are those under emphasis.
    """
    if len(data) == _RAW[-1]:
        data = data[: _RAW[0]]
        log.warning("the palette holds 8 sets of 64 colours; the first is taken")
    return [((data[i], data[i + 1], data[i + 2]), "") for i in range(0, len(data), 3)]
