"""Which way up: the orientation that cameras write beside the pixels (EXIF 2.32, tag 0x0112)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

__all__ = ["orientation_of", "turned"]


def orientation_of(image: Image.Image) -> int:
    """1 to 8 of a picture that is loaded: TIFFs are turned by Pillow then, and say so no more."""
    try:
        way = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken tags are none
        return 1
    return way if way in range(1, 9) else 1


def turned(pixels: npt.NDArray[np.uint8], way: int) -> npt.NDArray[np.uint8]:
    """Pixels [H, W, ...] as they are to be seen. way: 1 (as stored) to 8."""
    if way >= 5:
        pixels = pixels.swapaxes(0, 1)
    if way in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if way in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
