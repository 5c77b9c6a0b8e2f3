"""Contact sheets: many small pictures on one, each with its name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drawkit.errors import InputError

__all__ = ["Cell", "contact_sheet"]

_GAP = 8
_INK = "#222222"
_EMPTY = "#e4e4e4"
_LIGHT, _LIGHTER = 214, 226  # levels of the check
_MOST_PIXELS = 200_000_000


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet: a PNG file's bytes, or None where there is none to show."""

    label: str
    picture: bytes | None


def contact_sheet(
    cells: Sequence[Cell],
    columns: int,
    side: int,
    titles: Sequence[str] = (),
    names: Sequence[str] = (),
) -> bytes:
    """A PNG with the cells row by row, `side` px each, labels below, titles over the columns.

    names: of the rows, left of them. Pictures keep their proportions. Raises InputError where the
    sheet would be too large.
    """
    band = max(14, side // 9)
    top = band + _GAP if titles else _GAP
    rows = -(-len(cells) // columns)
    font = ImageFont.load_default(max(10, 2 * band // 3))
    aside = min(side, round(max(map(font.getlength, names))) + _GAP) if names else 0
    width = aside + columns * (side + _GAP) + _GAP
    height = top + rows * (side + band + _GAP)
    if width * height > _MOST_PIXELS:
        raise InputError(f"a sheet of {width}x{height} px is too large; take smaller cells")
    sheet = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(sheet)
    for at, title in enumerate(titles):
        _write(pen, font, title, aside + _GAP + at * (side + _GAP), _GAP // 2, side)
    for at, name in enumerate(names):
        upper = top + at * (side + band + _GAP) + (side - band) // 2
        _write(pen, font, name, _GAP // 2, upper, aside)
    for at, cell in enumerate(cells):
        left = aside + _GAP + at % columns * (side + _GAP)
        upper = top + at // columns * (side + band + _GAP)
        _place(sheet, pen, cell, (left, upper), side)
        _write(pen, font, cell.label, left, upper + side + 1, side)
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _place(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, cell: Cell, corner: tuple[int, int], side: int
) -> None:
    """A picture in the middle of its cell; a crossed-out one where it is missing."""
    left, upper = corner
    frame = (left, upper, left + side - 1, upper + side - 1)
    if cell.picture is None:
        pen.rectangle(frame, fill=_EMPTY)
        pen.line((frame[:2], frame[2:]), fill="white", width=2)
        return
    picture = Image.open(io.BytesIO(cell.picture)).convert("RGBA")
    scale = side / max(picture.size)
    if scale > 1:  # pixel art: by whole numbers and without blur
        size = picture.width * int(scale), picture.height * int(scale)
        picture = picture.resize(size, Image.Resampling.NEAREST)
    else:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if np.asarray(picture)[..., 3].min() < 255:  # white on nothing would not be seen on white
        sheet.paste(_check(side), (left, upper))
    sheet.paste(picture, (left + (side - size[0]) // 2, upper + (side - size[1]) // 2), picture)
    pen.rectangle(frame, outline=_EMPTY)


def _check(side: int) -> Image.Image:
    """What shows through where a picture is transparent."""
    step = max(1, side // 16)
    odd = np.add.outer(np.arange(side) // step, np.arange(side) // step) % 2
    return Image.fromarray(np.where(odd, _LIGHT, _LIGHTER).astype(np.uint8)).convert("RGB")


def _write(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    text: str,
    left: int,
    upper: int,
    width: int,
) -> None:
    """One line of text in the middle of `width` px, cut where it is too long."""
    shown = text
    while len(shown) > 1 and pen.textlength(shown, font) > width:
        shown = shown.removesuffix("...")[:-1] + "..."
        if shown == "...":
            break
    pen.text((left + (width - pen.textlength(shown, font)) / 2, upper), shown, _INK, font)
