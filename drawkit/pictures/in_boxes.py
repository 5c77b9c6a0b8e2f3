"""Several pictures on one sheet, each in a box of its own."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

__all__ = ["Boxed", "in_boxes"]

Boxed = tuple[Tensor, tuple[float, float, float, float], Tensor | None]
"""A picture [1, 4, h, w], premultiplied; left, top, right, bottom of its box as shares of the
sheet; [1, 1, H, W] of the sheet, 0 to 1, where it shows, or None: everywhere in its box."""

_SOLID = 0.5
_FILLED = 0.94
"""Share of a box that a thing fills, one way at least."""
_ALL_OVER = 0.9
"""Share of a picture that is drawn where it is no thing but lies all over."""


def in_boxes(parts: Sequence[Boxed], under: Tensor) -> Tensor:
    """The pictures over a sheet [1, 4, H, W], premultiplied, later ones on top.

    A thing is as large as its box allows, in the middle of it; what lies all over its picture
    fills the box.
    """
    sheet = under
    height, width = sheet.shape[-2:]
    for picture, (left, top, right, bottom), mask in parts:
        x, y = round(left * width), round(top * height)
        wide, high = max(1, round(right * width) - x), max(1, round(bottom * height) - y)
        whole = float((picture[0, 3] > _SOLID).float().mean()) > _ALL_OVER
        placed = _filling(picture, wide, high) if whole else _fitting(picture, wide, high)
        over = F.pad(placed, (x, width - x - wide, y, height - y - high))
        if mask is not None:
            over = over * F.interpolate(mask, size=(height, width), mode="bilinear")
        sheet = over + (1 - over[:, 3:]) * sheet
    return sheet


def _filling(picture: Tensor, wide: int, high: int) -> Tensor:
    """All of a box [1, 4, high, wide], the rest of the picture cut off."""
    rows, columns = picture.shape[-2:]
    scale = max(wide / columns, high / rows)
    size = max(high, round(rows * scale)), max(wide, round(columns * scale))
    sized = _sized(picture, *size)
    top, left = (size[0] - high) // 2, (size[1] - wide) // 2
    return sized[..., top : top + high, left : left + wide]


def _fitting(picture: Tensor, wide: int, high: int) -> Tensor:
    """What is drawn of a picture, in the middle of a box [1, 4, high, wide]."""
    solid = picture[0, 3] > _SOLID
    rows, columns = solid.any(1).nonzero().flatten(), solid.any(0).nonzero().flatten()
    if len(rows):
        first, last = int(columns[0]), int(columns[-1]) + 1
        picture = picture[..., int(rows[0]) : int(rows[-1]) + 1, first:last]
    scale = _FILLED * min(wide / picture.shape[3], high / picture.shape[2])
    sized = _sized(picture, *(max(1, int(side * scale)) for side in picture.shape[-2:]))
    top, left = (high - sized.shape[2]) // 2, (wide - sized.shape[3]) // 2
    right, below = wide - sized.shape[3] - left, high - sized.shape[2] - top
    return F.pad(sized, (left, right, top, below))


def _sized(picture: Tensor, rows: int, columns: int) -> Tensor:
    return F.interpolate(picture, size=(rows, columns), mode="bilinear", antialias=True)
