"""Colour under transparent pixels, so that filtered textures show no dark fringe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["bled"]


def bled(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """[H, W, 4] with every fully transparent pixel in the colour of a nearest visible one.

    Alpha stays. By jump flooding (Rong and Tan 2006): halving strides pass on the nearest place
    known, so that a sheet of any size takes some dozen steps.
    """
    height, width = pixels.shape[:2]
    visible = pixels[..., 3] > 0
    if not visible.any() or visible.all():
        return pixels
    rows, columns = np.indices((height, width))
    far = 4 * (height + width)  # stands for no place known: farther than any
    y, x = np.where(visible, rows, far), np.where(visible, columns, far)
    stride = 1 << (max(height, width) - 1).bit_length()
    while stride:
        for down in (-stride, 0, stride):
            for right in (-stride, 0, stride):
                there_y = _moved(y, down, right, far)
                there_x = _moved(x, down, right, far)
                nearer = (there_y - rows) ** 2 + (there_x - columns) ** 2 < (y - rows) ** 2 + (
                    x - columns
                ) ** 2
                y, x = np.where(nearer, there_y, y), np.where(nearer, there_x, x)
        stride //= 2
    found = pixels.copy()
    found[..., :3] = pixels[y, x, :3]
    return found


def _moved(places: npt.NDArray[np.intp], down: int, right: int, far: int) -> npt.NDArray[np.intp]:
    """What stands `down` below and `right` of each pixel; `far` beyond the picture."""
    height, width = places.shape
    found = np.full_like(places, far)
    if abs(down) < height and abs(right) < width:
        to_y, to_x = (
            slice(max(-down, 0), height - max(down, 0)),
            slice(max(-right, 0), width - max(right, 0)),
        )
        from_y, from_x = (
            slice(max(down, 0), height + min(down, 0)),
            slice(max(right, 0), width + min(right, 0)),
        )
        found[to_y, to_x] = places[from_y, from_x]
    return found
