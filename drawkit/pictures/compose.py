"""Pixels made to fit: alpha multiplied in, scaled into a canvas."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["fitted", "premultiplied", "reduced"]

_STRIP = 1 << 20
"""Pixels that are made smaller at once."""

_Floats = npt.NDArray[np.float32]


def premultiplied(pixels: npt.NDArray[np.uint8]) -> _Floats:
    """Straight RGBA [H, W, 4], 0..255 -> premultiplied, 0..1."""
    values: _Floats = pixels.astype(np.float32) / np.float32(255)
    values[..., :3] *= values[..., 3:]
    return values


def reduced(pixels: npt.NDArray[np.uint8], most: int) -> npt.NDArray[np.uint8]:
    """Straight RGBA [H, W, 4] divided by a whole number until it has no more than `most` pixels.

    Each new pixel is the mean of those that it covers, weighted by their opacity.
    """
    height, width = pixels.shape[:2]
    by = math.ceil(math.sqrt(height * width / most))
    if by <= 1:
        return pixels
    rows = by * max(1, _STRIP // (by * width))  # each strip is whole: so is the result
    strips = [
        np.asarray(Image.fromarray(pixels[top : top + rows]).reduce(by))
        for top in range(0, height, rows)
    ]
    return np.concatenate(strips)


def fitted(picture: _Floats, width: int, height: int) -> _Floats:
    """A premultiplied picture [h, w, 4], as large as fits, in the middle of [height, width, 4].

    Every new pixel is the mean of the area that it covers, so whole factors either way are exact.
    """
    rows, columns = picture.shape[:2]
    scale = min(width / columns, height / rows)
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    if size != (columns, rows):
        channels = [
            np.asarray(Image.fromarray(picture[..., at]).resize(size, Image.Resampling.BOX))
            for at in range(4)
        ]
        picture = np.stack(channels, axis=-1).clip(0, 1)
    result = np.zeros((height, width, 4), np.float32)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    result[top : top + size[1], left : left + size[0]] = picture
    return result
