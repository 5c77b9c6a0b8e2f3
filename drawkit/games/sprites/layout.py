"""Places for boxes in a picture: rows and columns for equal ones, shelves for the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["layout"]

_Size = tuple[int, int]


def layout(
    boxes: Sequence[_Size], gap: int, *, columns: int | None = None, power_of_two: bool = False
) -> tuple[list[_Size], _Size]:
    """Left upper corner of each box (width, height), in their order, and the size of the whole.

    gap: px between boxes. columns: of equal boxes in each row; without it the picture comes out
    nearly square. The same boxes get the same places.
    """
    widest, highest = max(w for w, _ in boxes), max(h for _, h in boxes)
    if columns is not None or all(box == boxes[0] for box in boxes):
        if columns is None:
            columns = math.ceil(math.sqrt(len(boxes) * (highest + gap) / (widest + gap)))
        columns = min(max(columns, 1), len(boxes))
        pitch = (widest + gap, highest + gap)
        corners = [(i % columns * pitch[0], i // columns * pitch[1]) for i in range(len(boxes))]
        return corners, _whole(boxes, corners, power_of_two)
    # Of some widths the one that takes the least room, then the one nearest to a square.
    area = sum((w + gap) * (h + gap) for w, h in boxes)
    tries = [_shelves(boxes, gap, limit) for limit in _widths(widest, math.sqrt(area))]
    wholes = [_whole(boxes, corners, power_of_two) for corners in tries]
    best = min(range(len(tries)), key=lambda i: (math.prod(wholes[i]), max(wholes[i]), i))
    return tries[best], wholes[best]


def _widths(widest: int, square: float) -> list[int]:
    """Widths worth a try: around the side of a square, and each power of two."""
    around = [round(square * factor / 8) for factor in range(6, 17)]
    powers = [1 << power for power in range(4, 15)]
    return sorted({max(width, widest) for width in around + powers})


def _shelves(boxes: Sequence[_Size], gap: int, limit: int) -> list[_Size]:
    """Boxes from high to low, side by side, a new shelf where one does not fit any more."""
    corners: list[_Size] = [(0, 0)] * len(boxes)
    x = y = shelf = 0
    for index in sorted(range(len(boxes)), key=lambda i: (-boxes[i][1], -boxes[i][0], i)):
        width, height = boxes[index]
        if x and x + width > limit:
            x, y = 0, y + shelf + gap
        if x == 0:
            shelf = height
        corners[index] = (x, y)
        x += width + gap
    return corners


def _whole(boxes: Sequence[_Size], corners: Sequence[_Size], power_of_two: bool) -> _Size:
    pairs = list(zip(boxes, corners, strict=True))
    width = max(x + w for (w, _), (x, _) in pairs)
    height = max(y + h for (_, h), (_, y) in pairs)
    if power_of_two:
        return 1 << (width - 1).bit_length(), 1 << (height - 1).bit_length()
    return width, height
