"""Pixel art as people have it: enlarged, cut and compressed."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from drawkit.pictures import read_pixels


def enlarged(
    art: np.ndarray, by: float, kind: str, quality: int, smooth: int = 2, cut: int = 0
) -> np.ndarray:
    """The picture as it is read from a file: enlarged, cut at all sides, compressed."""
    height, width = art.shape[:2]
    image = Image.fromarray(art).resize((round(width * by), round(height * by)), 0)
    image = image.crop((cut, cut // 2, image.width - cut // 3, image.height - cut))
    file = io.BytesIO()
    options = {"subsampling": smooth} if kind == "JPEG" else {}
    image.save(file, kind, quality=quality, **options)
    return read_pixels(file.getvalue())
