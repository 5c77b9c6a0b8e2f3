"""Lospec's plain list: one `rrggbb` a line."""

from __future__ import annotations

from typing import ClassVar

from drawkit.color import Palette
from drawkit.palettes._codes import colors_in_lines
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, text_lines

__all__ = ["HexFormat"]


@formats.register("hex", config=FormatConfig)
class HexFormat(PaletteFormat):
    """Lospec's plain list of hex codes; reads any list of colours. Keeps no names."""

    suffixes: ClassVar[tuple[str, ...]] = (".hex",)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a text: codes in any spelling, or red green blue."""
        return palette_of(name, colors_in_lines(text_lines(data)))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .hex file."""
        return "".join(f"{code[1:]}\n" for code in palette.codes).encode()
