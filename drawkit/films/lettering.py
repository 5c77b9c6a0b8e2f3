"""Words as outlines, from a font: TrueType and OpenType, by fontTools."""

from __future__ import annotations

import logging
import struct
import unicodedata
from collections.abc import Sequence
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit import FileError
from drawkit.scene.path import Subpath

__all__ = ["Lettering"]

log = logging.getLogger("drawkit")

_Floats = npt.NDArray[np.float64]

_OWN = "Roboto-Medium.ttf"
_BROKEN = (
    ImportError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    EOFError,
    RecursionError,
    struct.error,
)
"""What fontTools raises for files that are damaged."""
_LEADING = 1.25
"""From one line to the next, in sizes of the font."""


class Lettering:
    """A font that sets lines of words; file: any .ttf or .otf, else the one that is built in.

    Raises `FileError` for a file that is no font.
    """

    def __init__(self, file: Path | None = None) -> None:
        from fontTools.ttLib import TTFont, TTLibError

        name = _OWN if file is None else str(file)
        try:
            if file is None:
                with as_file(files("drawkit.films") / "fonts" / _OWN) as own:
                    data = own.read_bytes()
            else:
                data = file.read_bytes()
            font = TTFont(BytesIO(data), fontNumber=0, lazy=True)
            self._glyphs: Any = font.getGlyphSet()
            self._named: dict[int, str] = font.getBestCmap() or {}
            self._em = float(font["head"].unitsPerEm)
        except OSError as error:
            raise FileError(f"cannot read the font '{name}': {error.strerror}") from error
        except (TTLibError, *_BROKEN) as error:
            raise FileError(_no_font(name)) from error
        self._name = name

    def known(self, text: str) -> str:
        """The text without letters that the font lacks, which are said in one line."""
        text = unicodedata.normalize("NFC", text)
        lacking = [c for c in dict.fromkeys(text) if not c.isspace() and ord(c) not in self._named]
        if lacking:
            shown = " ".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in lacking[:10])
            more = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
            log.warning("the font has no %s%s; the title is drawn without", shown, more)
        gone = set(lacking)
        return "".join(c for c in text if c not in gone)

    def width(self, words: str) -> float:
        """How wide a line is, in sizes of the font."""
        return sum(float(self._glyphs[self._glyph(c)].width) for c in words) / self._em

    def wrapped(self, text: str, widest: float) -> list[str]:
        """Lines of whole words, none wider than `widest` sizes unless one word is."""
        lines: list[str] = []
        for part in text.split("\n"):
            line = ""
            for word in part.split():
                longer = f"{line} {word}".strip()
                if line and self.width(longer) > widest:
                    lines.append(line)
                    longer = word
                line = longer
            if line:
                lines.append(line)
        return lines

    def outlines(
        self, lines: Sequence[str], size: float, middle: float, top: float
    ) -> list[Subpath]:
        """Closed runs, each line centred on `middle`, the first under `top`; user units."""
        from drawkit.films.outlines import outline_of

        runs: list[Subpath] = []
        scale = size / self._em
        for row, line in enumerate(lines):
            x = middle - self.width(line) * size / 2
            base = top + size * (0.8 + _LEADING * row)
            for letter in line:
                glyph = self._glyphs[self._glyph(letter)]
                try:
                    contours = outline_of(glyph, self._glyphs)
                except _BROKEN as error:
                    raise FileError(_no_font(self._name)) from error
                for points in contours:
                    runs.append(Subpath(points * (scale, -scale) + (x, base), True))
                x += float(glyph.width) * scale
        return runs

    def height(self, lines: int) -> float:
        """How high so many lines are, in sizes of the font."""
        return 1.0 + _LEADING * (lines - 1)

    def _glyph(self, letter: str) -> str:
        return self._named.get(ord(letter), ".notdef" if letter != "\xa0" else "space")


def _no_font(name: str) -> str:
    return f"'{name}' is no font that can be read; .ttf and .otf are"
