"""Photoshop's swatches: "Color swatches" in Adobe's "Photoshop File Formats Specification"."""

from __future__ import annotations

import struct
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._fields import Fields
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of
from drawkit.palettes._spaces import from_cmyk, from_hsb, from_lab

__all__ = ["AcoFormat"]

_RGB, _HSB, _CMYK, _LAB, _GRAY = 0, 1, 2, 7, 8


@formats.register("aco", config=FormatConfig)
class AcoFormat(PaletteFormat):
    """Photoshop swatches, with names; HSB, CMYK and Lab are converted."""

    suffixes: ClassVar[tuple[str, ...]] = (".aco",)

    def matches(self, data: bytes) -> bool:
        """Whether it is as long as its count says, with the second version behind the first."""
        version, end = data[:2], 4 + 10 * int.from_bytes(data[2:4], "big")
        if version == b"\0\2":
            return 4 < end <= len(data)
        return version == b"\0\1" and 4 < end <= len(data) and data[end : end + 2] in (b"", b"\0\2")

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of an .aco file: its second version, which has names, if any."""
        fields = Fields(data)
        version, found = _section(fields)
        if version == 1 and fields.left:
            _, found = _section(fields)
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


def _section(fields: Fields) -> tuple[int, list[tuple[Swatch, str]]]:
    """Version, and colours with their names."""
    version, count = fields.u16(), fields.u16()
    if version not in (1, 2):
        raise InputError(f"it says that it is of version {version}; allowed: 1 and 2")
    found: list[tuple[Swatch, str]] = []
    for number in range(1, count + 1):
        space, content = fields.u16(), Fields(fields.take(8))
        label = fields.text(fields.u32()) if version == 2 else ""
        found.append((_color(space, content, number), label))
    return version, found


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
