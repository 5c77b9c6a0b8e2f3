"""Paint Shop Pro's text palettes, and Microsoft's RIFF palettes of the same suffix."""

from __future__ import annotations

import logging
import re
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._codes import colors_in_lines
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import (
    is_text,
    palette_of,
    rgb_swatch,
    shown,
    text_lines,
    text_start,
)

__all__ = ["PalFormat"]

_COLOR = re.compile(
    r"(\d{1,9})[\s,]+(\d{1,9})[\s,]+(\d{1,9})(?:[\s,]+(\d{1,9}))?(?:\s*[;#/].*)?", re.ASCII
)
_COMMENT = (";", "#", "//")
_LIE = "the palette says that %s colours follow, and %d do"
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
        return riff or _is_jasc(text_start(data))

    def fits(self, data: bytes) -> bool:
        """Whether it is as long as colours without anything around them are."""
        return len(data) in _RAW and not is_text(data)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .pal file: JASC, RIFF, raw, or a list of colours."""
        if data.startswith(b"RIFF"):
            return palette_of(name, _riff(data))
        if _is_jasc(text_start(data)):
            return palette_of(name, _jasc(data))
        if self.fits(data):
            return palette_of(name, _raw(data))
        if data and not is_text(data):
            sizes = ", ".join(map(str, _RAW))
            raise InputError(
                f"it is neither text nor RIFF, and of raw colours there are {sizes} bytes, "
                f"not {len(data)}"
            )
        return palette_of(name, colors_in_lines(text_lines(data)))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a JASC file, with the line ends of Windows that its readers know."""
        colors = [" ".join(map(str, swatch)) for swatch in palette.swatches]
        return "\r\n".join([*_HEADER, str(len(palette)), *colors, ""]).encode()


def _is_jasc(line: str) -> bool:
    return line.strip().upper() == _HEADER[0]


def _jasc(data: bytes) -> list[tuple[Swatch, str]]:
    lines = list(enumerate(map(str.strip, text_lines(data)), start=1))
    first = [text.upper() for _, text in lines if text][:2]
    if first != _HEADER:
        raise InputError(
            f"a .pal file begins with '{' '.join(_HEADER)}' or 'RIFF', not {shown(' '.join(first))}"
        )
    del lines[: next(at for at, (_, text) in enumerate(lines) if text == _HEADER[1]) + 1]
    said = lines.pop(0)[1] if lines and not _COLOR.fullmatch(lines[0][1]) else None
    found: list[tuple[Swatch, str]] = []
    count = 0
    for number, line in lines:
        if not line or line.startswith(_COMMENT):
            continue
        match = _COLOR.fullmatch(line)
        if match is None:
            raise InputError(f"line {number}: {shown(line)} is no colour; allowed: red green blue")
        swatch = rgb_swatch(match.groups()[:3], line, number)
        count += 1
        if match[4] is None or int(match[4]):  # Aseprite adds the alpha; 0 is no colour
            found.append((swatch, ""))
    if said is not None and said != str(count):  # by hand, or cut by an editor: they are there
        log.warning(_LIE, shown(said), count)
    return found


def _riff(data: bytes) -> list[tuple[Swatch, str]]:
    """Microsoft's LOGPALETTE (Multimedia Programming Interface 1.0, 1991): the one big chunk.

    RIFF size "PAL ", then chunks of name and size; the one called "data" holds version 0x300 and
    count as 2 bytes each, all little-endian, then red, green, blue and flags for each colour.
    """
    for even in (2, 1):  # chunks begin at even places; some programs forget that
        at = 12
        while data[8:12] == b"PAL " and at + 8 <= len(data):
            name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
            if name == b"data" and at + 12 <= len(data):
                return _logpalette(data[at + 8 : at + 8 + size] if size > 4 else data[at + 8 :])
            at += 8 + size + size % even
    raise InputError("it is a RIFF file without a plain palette in it")


def _logpalette(chunk: bytes) -> list[tuple[Swatch, str]]:
    count = int.from_bytes(chunk[2:4], "little")
    entries = [chunk[at : at + 4] for at in range(4, len(chunk) - 3, 4)]
    while len(entries) > count and not any(entries[-1]):
        entries.pop()  # some programs fill the chunk up
    if len(entries) != count:
        log.warning(_LIE, count, len(entries))
    return [((entry[0], entry[1], entry[2]), "") for entry in entries]


def _raw(data: bytes) -> list[tuple[Swatch, str]]:
    """Bytes of red, green, blue: 64 colours of the NES, or 256 of a VGA picture.

    Of 512 (https://www.nesdev.org/wiki/.pal) the first 64: the rest are those under emphasis.
    """
    if len(data) == _RAW[-1]:
        data = data[: _RAW[0]]
        log.warning("the palette holds 8 sets of 64 colours; the first is taken")
    return [((data[i], data[i + 1], data[i + 2]), "") for i in range(0, len(data), 3)]
