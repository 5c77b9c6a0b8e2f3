"""The drawing on the terminal as it grows: half blocks, or kitty's graphics where it has them.

Lines are handed to rich as control codes, which it counts as lines without width and writes as
they are: it would take longer to measure some thousand coloured characters than to write them.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from rich.console import Console
from rich.progress import Progress
from rich.segment import ControlType, Segment

from drawkit.cli.terminal import has_kitty_graphics

__all__ = ["Preview", "PreviewProgress", "no_preview"]

_LONGEST, _SHORTEST = 0.5, 30.0
"""Seconds between two looks at least, and how many times as long as the last one took."""
_ROWS, _OTHER_ROWS = 32, 4
"""Lines of the terminal at most, and those that are left to other things."""
_PIXELS = 20
"""Of a line, for kitty, which scales pictures itself."""
_CHUNK = 4096
"""Bytes of kitty's graphics commands at most."""
_IMAGE = 7121
"""Its number among the terminal's pictures."""
_CODE = [(ControlType.BELL,)]
"""Marks a segment as control code; which one does not matter, the text is written."""


def no_preview(console: Console) -> str | None:
    """Why this terminal cannot show pictures, in words; None where it can."""
    if not console.is_terminal:
        return "this is no terminal"
    if console.is_dumb_terminal or console.color_system in (None, "windows"):
        return "this terminal shows no colours"
    if console.height < _OTHER_ROWS + 4:
        return "this terminal has too few lines"
    return None


class Preview:
    """A picture as lines of the terminal, renewed now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._deep = console.color_system == "truecolor"
        self._kitty = has_kitty_graphics(console.file)
        self._lines: list[str] = []
        self._again = ""
        self._due = 0.0

    def look(self, picture: Any, *, now: bool = False) -> None:
        """Take the picture that a call gives, where it is time or has to be."""
        began = time.monotonic()
        if not now and began < self._due:
            return
        shown: Image.Image = picture().convert("RGBA")
        rows = min(_ROWS, self._console.height - _OTHER_ROWS)
        width, height = shown.size
        scale = min(2 * rows / height, (self._console.width - 1) / width)
        columns, lines = max(1, round(width * scale)), max(1, round(height * scale / 2))
        if self._kitty:
            place = f"i={_IMAGE},p=1,c={columns},r={lines},C=1,q=2"  # the cursor stays
            self._lines = [_kitty(shown, lines, place), *[""] * (lines - 1)]
            self._again = f"\x1b_Ga=p,{place}\x1b\\"
        else:
            pixels = np.asarray(_fitted(shown, columns, 2 * lines))
            self._lines = list(_half_blocks(pixels, self._deep))
        ended = time.monotonic()
        self._due = ended + max(_LONGEST, _SHORTEST * (ended - began))

    def __rich_console__(self, console: Console, options: Any) -> Iterator[Segment]:
        """The lines, as they are; kitty has the picture after the first time."""
        for line in self._lines:
            yield Segment(line, None, _CODE)
            yield Segment.line()
        if self._kitty and self._lines:
            self._lines = [self._again, *self._lines[1:]]


class PreviewProgress(Progress):
    """A progress bar below the drawing."""

    def __init__(self, preview: Preview, *columns: Any, **named: Any) -> None:
        self._preview = preview
        super().__init__(*columns, **named)

    def get_renderables(self) -> Iterator[Any]:
        """The drawing, then the bar."""
        yield self._preview
        yield from super().get_renderables()


def _fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    """At that size: large ones averaged, small ones in whole cells."""
    smaller = width < picture.width
    return picture.resize(
        (width, height), Image.Resampling.BOX if smaller else Image.Resampling.NEAREST
    )


def _half_blocks(pixels: npt.NDArray[np.uint8], deep: bool) -> Iterator[str]:
    """RGBA [2 L, W, 4] as L lines; what is clear has the terminal's own colour."""
    for top, bottom in zip(pixels[::2].tolist(), pixels[1::2].tolist(), strict=True):
        line, before = "", ""
        for upper, lower in zip(top, bottom, strict=True):
            code, block = _cell(_color(upper, deep), _color(lower, deep))
            if code != before:
                line += f"\x1b[0m{code}"
            line, before = line + block, code
        yield f"{line}\x1b[0m"


def _cell(upper: str, lower: str) -> tuple[str, str]:
    """The colours of a character, and the character."""
    if not upper and not lower:
        return "", " "
    if not upper:
        return f"\x1b[3{lower}m", "▄"
    if not lower:
        return f"\x1b[3{upper}m", "▀"
    return f"\x1b[3{upper};4{lower}m", "▀"


def _color(rgba: list[int], deep: bool) -> str:
    """`8;2;255;0;0`, or the nearest of 216 where the terminal has few; empty where it is clear."""
    red, green, blue, alpha = rgba
    if alpha < 128:
        return ""
    if deep:
        return f"8;2;{red};{green};{blue}"
    six = [(5 * value + 127) // 255 for value in (red, green, blue)]
    return f"8;5;{16 + 36 * six[0] + 6 * six[1] + six[2]}"


def _kitty(picture: Image.Image, lines: int, place: str) -> str:
    """The picture as kitty's graphics protocol takes it, to be shown at a place."""
    times = -(-_PIXELS * lines // picture.height)
    sides = [side * times for side in picture.size]
    file = io.BytesIO()
    picture.resize(sides, Image.Resampling.NEAREST).save(file, "PNG", compress_level=1)
    data = base64.b64encode(file.getvalue()).decode()
    parts = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    heads = [f"a=T,f=100,{place}", *["q=2"] * (len(parts) - 1)]
    return "".join(
        f"\x1b_G{head},m={int(at < len(parts) - 1)};{part}\x1b\\"
        for at, (head, part) in enumerate(zip(heads, parts, strict=True))
    )
