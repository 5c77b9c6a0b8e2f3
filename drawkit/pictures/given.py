"""Pictures as callers have them, a file, a PIL picture or an array, as one kind of pixels."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.errors import InputError
from drawkit.pictures.read import MAX_PIXELS, read_picture, read_pixels

__all__ = ["Picture", "as_pixels"]

Picture = str | PathLike[str] | Image.Image | npt.NDArray[np.generic]
"""A file's name, a PIL picture, or an array [H, W], [H, W, 3] or [H, W, 4]: 0..255 or 0..1."""

_PNG_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16")
_WHAT = "allowed: [H, W], [H, W, 3] or [H, W, 4] of bytes, or of floats in 0..1"


def as_pixels(picture: Picture) -> npt.NDArray[np.uint8]:
    """Straight sRGB with alpha [H, W, 4], 0..255. Raises `FileError` or `InputError`."""
    if isinstance(picture, str | PathLike):
        return read_picture(Path(picture))
    if isinstance(picture, Image.Image):
        return _of_image(picture)
    return _of_array(np.asarray(picture))


def _of_image(image: Image.Image) -> npt.NDArray[np.uint8]:
    """As its file would be read: orientation, profile and depth are followed."""
    if image.width * image.height > MAX_PIXELS:
        raise InputError(
            f"the picture has {image.width} x {image.height} px; allowed: {MAX_PIXELS}"
        )
    file = io.BytesIO()
    kept = image if image.mode in _PNG_MODES else image.convert("RGBA")
    kept.save(file, "PNG", compress_level=0, exif=image.getexif())
    return read_pixels(file.getvalue())


def _of_array(array: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    bad = array.size == 0 or array.size > 4 * MAX_PIXELS
    if array.ndim == 2:
        array = array[..., None].repeat(3, axis=2)
    if bad or array.ndim != 3 or array.shape[2] not in (3, 4):
        raise InputError(f"the picture is an array of shape {array.shape}; {_WHAT}")
    if np.issubdtype(array.dtype, np.floating):
        levels = array.astype(np.float64)
        if not ((levels >= 0) & (levels <= 1)).all():  # NaN is neither
            raise InputError(f"the picture has floats beyond 0..1; {_WHAT}")
        array = np.rint(levels * 255)
    elif array.dtype != np.uint8:
        raise InputError(f"the picture is an array of {array.dtype}; {_WHAT}")
    found = np.full((*array.shape[:2], 4), 255, np.uint8)
    found[..., : array.shape[2]] = array
    return found
