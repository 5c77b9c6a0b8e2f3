"""Photoshop's swatches: "Color swatches" in Adobe's "Photoshop File Formats Specification"."""

from __future__ import annotations

import logging
import struct
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._fields import Fields
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of
from drawkit.palettes._spaces import from_cmyk, from_hsb, from_lab

__all__ = ["AcoFormat"]

log = logging.getLogger("drawkit")

_FIRST, _SECOND = b"\0\1", b"\0\2"
_ENTRY = 10  # bytes of one without its name
_RGB, _HSB, _CMYK, _LAB, _GRAY = 0, 1, 2, 7, 8


@formats.register("aco", config=FormatConfig)
class AcoFormat(PaletteFormat):
    """Photoshop swatches, with names; HSB, CMYK and Lab are converted."""

    suffixes: ClassVar[tuple[str, ...]] = (".aco",)

    def matches(self, data: bytes) -> bool:
        """Whether it is as long as its count says, with the second version behind the first."""
        version, end = data[:2], 4 + _ENTRY * int.from_bytes(data[2:4], "big")
        if version == _SECOND:
            return 4 < end <= len(data)
        return version == _FIRST and 4 < end <= len(data) and data[end : end + 2] in (b"", _SECOND)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of an .aco file: its second version, which has names, if any."""
        version, count = int.from_bytes(data[:2], "big"), _count(data)
        if version not in (1, 2) and len(data) > 1:
            raise InputError(f"it says that it is of version {version}; allowed: 1 and 2")
        found, behind = _section(Fields(data), count)
        if version == 1 and behind.startswith(_SECOND):
            try:
                found, _ = _section(Fields(behind), _count(behind))
            except InputError as error:  # the first version has the same colours
                log.warning("the names of the palette cannot be read: %s", error)
        return palette_of(name, found)

    def write(self, palette: Palette) -> bytes:
        """The bytes of an .aco file: version 1 for old readers, then version 2 with the names."""
        names = palette.swatch_names or ("",) * len(palette)
        old, new = struct.pack(">2H", 1, len(palette)), struct.pack(">2H", 2, len(palette))
        for swatch, code, name in zip(palette.swatches, palette.codes, names, strict=True):
            # Adobe's full red is 65535, which is 255 * 257.
            color = struct.pack(">5H", _RGB, *(257 * v for v in swatch), 0)
            text = f"{name or code}\0".encode("utf-16-be")
            old += color
            new += color + struct.pack(">I", len(text) // 2) + text
        return old + new


def _count(section: bytes) -> int:
    """How many colours there are: as many as it says, unless all the bytes are others."""
    said, (there, odd) = int.from_bytes(section[2:4], "big"), divmod(len(section) - 4, _ENTRY)
    followed = section[4 + _ENTRY * said :].startswith(_SECOND)
    if section[:2] == _SECOND or odd or there <= 0 or said == there or followed:
        return said
    log.warning("the palette says that %d colours follow, and %d do", said, there)
    return there


def _section(fields: Fields, count: int) -> tuple[list[tuple[Swatch, str]], bytes]:
    """Colours with their names, and the bytes behind them."""
    version, _ = fields.u16(), fields.u16()
    found: list[tuple[Swatch, str]] = []
    for number in range(1, count + 1):
        if found and not fields.left:
            log.warning("the palette says that %d colours follow, and %d do", count, len(found))
            break
        space, content = fields.u16(), Fields(fields.take(8))
        label = fields.text(fields.u32()) if version == 2 else ""
        found.append((_color(space, content, number), label))
    return found, fields.rest


def _color(space: int, values: Fields, number: int) -> Swatch:
    if space == _RGB:
        # The upper byte alone: exact for programs that write 257 * v and for those with 256 * v.
        return values.u16() >> 8, values.u16() >> 8, values.u16() >> 8
    if space == _HSB:
        return from_hsb(values.u16() / 65536, values.u16() / 65535, values.u16() / 65535)
    if space == _CMYK:  # 0 is all ink
        cyan, magenta, yellow, black = (1 - values.u16() / 65535 for _ in range(4))
        return from_cmyk(cyan, magenta, yellow, black)
    if space == _LAB:
        return from_lab(values.u16() / 100, values.i16() / 100, values.i16() / 100)
    if space == _GRAY:
        # The specification gives 0 to 10000 without saying which end is black.
        raise InputError(f"colour {number} is grey, which programs read in opposite ways; use RGB")
    raise InputError(
        f"colour {number} is of space {space}; allowed: {_RGB} (RGB), {_HSB} (HSB),"
        f" {_CMYK} (CMYK) and {_LAB} (Lab)"
    )
