"""Lospec's plain list: one `rrggbb` a line."""

from __future__ import annotations

from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import hex_swatch, palette_of, shown, text_lines

__all__ = ["HexFormat"]


@formats.register("hex", config=FormatConfig)
class HexFormat(PaletteFormat):
    """Lospec's plain list of hex codes; keeps no names."""

    suffixes: ClassVar[tuple[str, ...]] = (".hex",)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .hex file; a `#` before a code is no harm."""
        found: list[tuple[Swatch, str]] = []
        for number, line in enumerate(text_lines(data), start=1):
            code = line.strip()
            if not code:
                continue
            swatch = hex_swatch(code)
            if swatch is None:
                raise InputError(f"line {number}: {shown(code)} is no colour; allowed: rrggbb")
            found.append((swatch, ""))
        return palette_of(name, found)

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .hex file."""
        return "".join(f"{code[1:]}\n" for code in palette.codes).encode()
