"""The index picture: every sprite of a set, enlarged, over its name."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drawkit.sprites import Sprite

__all__ = ["index_png"]

_SIDE = 128
"""Pixels of the longer side of a sprite, or fewer: it is enlarged by whole numbers."""
_GAP, _LABEL, _LETTERS = 12, 18, 13
_PAPER, _INK = (236, 236, 232), (40, 40, 40)
_CHECK = ((222, 222, 218), (210, 210, 206))
_WIDEST = 6


def index_png(sprites: Sequence[Sprite]) -> bytes:
    """A PNG of all sprites, their first frames on a check that shows what is transparent."""
    columns = min(len(sprites), max(_WIDEST, round(len(sprites) ** 0.5)))
    pictures = [_enlarged(sprite) for sprite in sprites]
    wide = max(_SIDE, *(p.width for p in pictures)) + _GAP
    high = max(p.height for p in pictures) + _GAP + _LABEL
    rows = -(-len(sprites) // columns)
    page = Image.new("RGB", (columns * wide + _GAP, rows * high + _GAP), _PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=_LETTERS)
    for at, (sprite, picture) in enumerate(zip(sprites, pictures, strict=True)):
        left, top = at % columns * wide + _GAP, at // columns * high + _GAP
        page.paste(picture, (left, top))
        pen.text((left, top + picture.height + 2), _fitting(sprite.name, font, wide), _INK, font)
    file = io.BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _enlarged(sprite: Sprite) -> Image.Image:
    rgba = sprite.grid.rgba()
    rows, columns = rgba.shape[:2]
    times = max(1, _SIDE // max(rows, columns))
    large = rgba.repeat(times, axis=0).repeat(times, axis=1)
    step = max(1, max(large.shape) // 16)
    odd = np.add.outer(np.arange(large.shape[0]) // step, np.arange(large.shape[1]) // step) % 2
    check = np.array(_CHECK, np.uint8)[odd]
    return Image.fromarray(np.where(large[..., 3:] > 0, large[..., :3], check))


def _fitting(name: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, wide: int) -> str:
    """The name, cut where it would run into the next one."""
    while len(name) > 2 and font.getlength(name) > wide - _GAP:
        name = name[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    return name
