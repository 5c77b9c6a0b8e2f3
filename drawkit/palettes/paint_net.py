"""Paint.NET's palettes: https://www.getpaint.net/doc/latest/WorkingWithPalettes.html."""

from __future__ import annotations

import re
from typing import ClassVar

from drawkit.color import Palette
from drawkit.palettes._codes import colors_in_lines
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, text_lines, text_start

__all__ = ["PaintNetFormat"]

_NAME = re.compile(r"^;\s*Palette Name:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_AUTHOR = re.compile(r"^;\s*(?:Author|Created by):[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_MOST = 96  # colours that Paint.NET reads


@formats.register("paint-net", config=FormatConfig)
class PaintNetFormat(PaletteFormat):
    """Paint.NET palette: one `aarrggbb` a line, `;` before comments. Keeps no names of colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    def matches(self, data: bytes) -> bool:
        """Whether it begins with a comment of Paint.NET."""
        return text_start(data).startswith(";")

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .txt file; a list of other codes is understood too."""
        lines = text_lines(data)
        text = "\n".join(lines)
        title, author = _NAME.search(text), _AUTHOR.search(text)
        # Comments or not, other programs write codes of six digits and rrggbbaa under this suffix.
        found = colors_in_lines(lines, alpha_first=True if self.matches(data) else None)
        return palette_of(
            (title[1] if title else "") or name, found, author=author[1] if author else ""
        )

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .txt file; Paint.NET reads the first 96 colours."""
        head = ["; paint.net Palette File", f"; Palette Name: {palette.name}"]
        if palette.author:
            head.append(f"; Author: {palette.author}")
        head.append(f"; Colors: {len(palette)}")
        return "\r\n".join(
            [*head, *(f"FF{code[1:].upper()}" for code in palette.codes), ""]
        ).encode()
