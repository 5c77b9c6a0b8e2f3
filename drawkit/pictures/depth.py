"""Any mode of Pillow's as colours of 8 bits a channel and an alpha.

What Pillow keeps of a file decides how exact that is. Grey of 16 bits is rounded to 8; of 16-bit
RGB, RGBA and grey with alpha Pillow itself reads the upper 8 bits. Whole numbers and floats have
no scale of their own, so theirs is found from the file or from what is in them, see `_span`.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

__all__ = ["Levels", "raw_mode"]

_BYTE, _WORD, _LONG = 255, 65535, 2**32 - 1
_DIM = 16.0
"""Floats up to here, but above 1, are scaled: as bytes they would show next to nothing."""
_LARGE = 1 << 24
"""Whole numbers above this use all of their 32 bits."""
_STRIP = 1 << 20

_WHITE_IS_ZERO = 0
_PHOTOMETRIC = 262
_GREY_STEPS = {"L;2": 85, "L;4": 17}
"""Levels between two greys of PNGs with 2 and 4 bits."""

_Floats = npt.NDArray[np.float32]


class Levels:
    """How one picture becomes 8 bits a channel, strip by strip.

    image: loaded. raw: its `raw_mode`, which Pillow forgets by then.
    """

    def __init__(self, image: Image.Image, raw: str) -> None:
        self._raw = raw
        self._clear = image.info.get("transparency")
        self._unsigned = image.mode == "I" and self._raw.startswith("I;32N")
        self._negative = (
            image.mode.startswith(("I;16", "F"))
            and getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        )
        numbers = image.mode.startswith("I") or image.mode == "F"
        self._low, self._high = self._span(image) if numbers else (0.0, 255.0)

    def of(self, part: Image.Image) -> tuple[Image.Image, npt.NDArray[np.uint8] | int]:
        """The colours of a strip, in mode L, RGB, CMYK or LAB, and its alpha [h, w] or in all."""
        mode = part.mode
        if mode.startswith("I") or mode == "F":
            return self._scaled(part)
        if mode in ("CMYK", "LAB"):
            return part, 255
        if mode in ("1", "L"):
            grey = part.convert("L")
            return grey, self._keyed(np.asarray(grey))
        if mode == "LA":
            return part.getchannel(0), np.asarray(part.getchannel(1))
        if mode == "RGB":
            return part, self._keyed(np.asarray(part))
        if mode in ("YCbCr", "HSV", "RGBX"):
            return part.convert("RGB"), 255
        if mode == "La":
            return self.of(part.convert("LA"))
        straight = part.convert("RGBA")  # P with its transparency, PA, RGBa, RGBA
        colors = Image.fromarray(np.asarray(straight)[..., :3])
        return colors, np.asarray(straight.getchannel("A"))

    def _keyed(self, values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | int:
        """Alpha 0 where a strip [h, w] or [h, w, 3] has the one colour that is transparent."""
        clear = self._clear
        if values.ndim == 2 and isinstance(clear, int):
            key = clear * _GREY_STEPS.get(self._raw, 1)
            return np.where(values == key, 0, 255).astype(np.uint8)
        if values.ndim == 3 and isinstance(clear, tuple) and len(clear) == 3:
            shift = 8 if ";16" in self._raw else 0  # Pillow cuts the pixels, not the key
            key_color = np.array([channel >> shift for channel in clear])
            return np.where((values == key_color).all(axis=2), 0, 255).astype(np.uint8)
        return 255

    def _scaled(self, part: Image.Image) -> tuple[Image.Image, npt.NDArray[np.uint8] | int]:
        values = self._numbers(part)
        alpha: npt.NDArray[np.uint8] | int = 255
        if isinstance(self._clear, int):
            alpha = np.where(values == self._clear, 0, 255).astype(np.uint8)
        share = (np.nan_to_num(values, nan=self._low) - self._low) / (self._high - self._low)
        if self._negative:
            share = 1 - share
        grey = np.floor(share.clip(0, 1) * 255 + 0.5).astype(np.uint8)
        return Image.fromarray(grey), alpha

    def _numbers(self, part: Image.Image) -> npt.NDArray[np.float64]:
        values = np.asarray(part)
        if self._unsigned:  # Pillow has no unsigned mode, and takes the upper half for negative
            values = values.view(np.uint32)
        return values.astype(np.float64)

    def _span(self, image: Image.Image) -> tuple[float, float]:
        """What becomes black and white.

        Files that name their depth are followed: 12 and 16 bits a pixel, PGM, PFM. Else whole
        numbers are bytes where nothing is above 255, words up to 65535, all of their 32 bits from
        2^24 on; floats are 0 to 1 where nothing is above 1, bytes from 16 to 255. All between, or
        with anything below 0, is stretched from its least to its greatest.
        """
        if image.mode.startswith("I;16"):
            return 0.0, 4095.0 if self._raw == "I;12" else float(_WORD)
        if image.format == "PPM" and image.mode == "I":
            return 0.0, float(_WORD)
        low, high = self._extremes(image)
        if image.mode == "F":
            fixed = 1.0 if high <= 1 else float(_BYTE) if _DIM < high <= _BYTE else None
        elif self._raw in ("I;16S", "I;16BS"):
            fixed = float(_WORD >> 1)
        elif high > _LARGE:
            fixed = float(_LONG) if self._unsigned else float(_LONG >> 1)
        else:
            fixed = float(_BYTE) if high <= _BYTE else float(_WORD) if high <= _WORD else None
        if low >= 0 and fixed is not None:
            return 0.0, fixed
        return low, high if high > low else low + 1

    def _extremes(self, image: Image.Image) -> tuple[float, float]:
        """The least and the greatest number that is finite; 0 and 1 where none is."""
        low, high = math.inf, -math.inf
        rows = max(1, _STRIP // max(1, image.width))
        for top in range(0, image.height, rows):
            values = self._numbers(image.crop((0, top, image.width, min(image.height, top + rows))))
            values = values[np.isfinite(values)]
            if values.size:
                low, high = min(low, float(values.min())), max(high, float(values.max()))
        return (low, high) if low <= high else (0.0, 1.0)


def raw_mode(image: ImageFile.ImageFile) -> str:
    """How the file holds its pixels, as Pillow's decoders call it; before it is loaded."""
    if not image.tile:
        return ""
    args = image.tile[0].args
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""
