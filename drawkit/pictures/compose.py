"""Pixels made to fit: alpha multiplied in, scaled into a canvas."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["fitted", "fitted_pixels", "premultiplied", "reduced"]

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
    size = _fitting(picture.shape[:2], width, height)
    return _placed(_resized(picture, *size).clip(0, 1), width, height)


def fitted_pixels(pixels: npt.NDArray[np.uint8], width: int, height: int) -> _Floats:
    """`fitted` of straight RGBA [h, w, 4], 0..255, which is never held as floats as a whole."""
    wide, high = _fitting(pixels.shape[:2], width, height)
    rows = max(1, _STRIP // pixels.shape[1])
    strips = (pixels[top : top + rows] for top in range(0, len(pixels), rows))
    # Pillow goes across first too, so that strips make no difference.
    narrow = np.concatenate([_resized(premultiplied(part), wide, len(part)) for part in strips])
    return _placed(_resized(narrow, wide, high).clip(0, 1), width, height)


def _fitting(shape: tuple[int, ...], width: int, height: int) -> tuple[int, int]:
    """Width and height of a picture [h, w] where it is as large as fits."""
    rows, columns = shape
    scale = min(width / columns, height / rows)
    return max(1, round(columns * scale)), max(1, round(rows * scale))


def _resized(picture: _Floats, width: int, height: int) -> _Floats:
    if (height, width) == picture.shape[:2]:
        return picture
    channels = [
        np.asarray(Image.fromarray(picture[..., at]).resize((width, height), Image.Resampling.BOX))
        for at in range(4)
    ]
    return np.stack(channels, axis=-1)


def _placed(picture: _Floats, width: int, height: int) -> _Floats:
    """In the middle of nothing, [height, width, 4]."""
    rows, columns = picture.shape[:2]
    result = np.zeros((height, width, 4), np.float32)
    left, top = (width - columns) // 2, (height - rows) // 2
    result[top : top + rows, left : left + columns] = picture
    return result
