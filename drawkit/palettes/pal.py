"""Paint Shop Pro's text palettes, and Microsoft's RIFF palettes of the same suffix."""

from __future__ import annotations

import re
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, rgb_swatch, shown, text_lines

__all__ = ["PalFormat"]

_COLOR = re.compile(r"(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})(?:\s+(\d{1,9}))?", re.ASCII)
_HEADER = ["JASC-PAL", "0100"]


@formats.register("pal", config=FormatConfig)
class PalFormat(PaletteFormat):
    """JASC palette of Paint Shop Pro, as text; reads Microsoft's RIFF too. Keeps no names."""

    suffixes: ClassVar[tuple[str, ...]] = (".pal",)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .pal file."""
        if data.startswith(b"RIFF"):
            return palette_of(name, _riff(data))
        return palette_of(name, _jasc(data))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a JASC file, with the line ends of Windows that its readers know."""
        colors = [" ".join(map(str, swatch)) for swatch in palette.swatches]
        return "\r\n".join([*_HEADER, str(len(palette)), *colors, ""]).encode()


def _jasc(data: bytes) -> list[tuple[Swatch, str]]:
    lines = [line.strip() for line in text_lines(data)]
    while lines and not lines[-1]:
        lines.pop()
    if lines[:2] != _HEADER:
        first = shown(" ".join(lines[:2]))
        raise InputError(f"a .pal file begins with '{' '.join(_HEADER)}' or 'RIFF', not {first}")
    count, colors = (lines[2] if len(lines) > 2 else ""), lines[3:]
    if count != str(len(colors)):
        raise InputError(f"it says that {shown(count)} colours follow, and {len(colors)} do")
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

    RIFF size "PAL " "data" size, then version 0x300 and count as 2 bytes each, all
    little-endian, then red, green, blue and flags for each colour.
    """
    if data[8:16] != b"PAL data" or len(data) < 24:
        raise InputError("it is a RIFF file without a plain palette in it")
    count = int.from_bytes(data[22:24], "little")
    entries = data[24 : 24 + 4 * count]
    if len(entries) < 4 * count:
        raise InputError(f"it says that {count} colours follow, and {len(entries) // 4} do")
    return [((entries[i], entries[i + 1], entries[i + 2]), "") for i in range(0, 4 * count, 4)]
