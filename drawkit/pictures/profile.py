"""Colour profiles (ICC) to sRGB, through LittleCMS: what a file's numbers mean stands there."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

__all__ = ["Profile"]

_SAME = 2
"""Levels of 255 within which a profile is sRGB itself; its rounding would only blur pixel art."""

_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}


class Profile:
    """How the colours of one picture become sRGB. tell: takes a line where that cannot be."""

    def __init__(self, image: Image.Image, tell: Callable[[str], None]) -> None:
        self._transforms: dict[str, tuple[str, ImageCms.ImageCmsTransform] | None] = {}
        self._tell = tell
        self._data = image.info.get("icc_profile")
        if image.mode == "LAB":  # is its own, with the white of D50 as TIFF says
            self._data = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    def srgb(self, part: Image.Image) -> Image.Image:
        """A strip in mode L, RGB, CMYK or LAB as RGB."""
        if not self._data:
            return part.convert("RGB")
        if part.mode not in self._transforms:
            self._transforms[part.mode] = self._opened(part.mode)
        opened = self._transforms[part.mode]
        if opened is None:
            return part.convert("RGB")
        mode, transform = opened
        result: Image.Image = transform.apply(part if part.mode == mode else part.convert(mode))
        return result

    def _opened(self, mode: str) -> tuple[str, ImageCms.ImageCmsTransform] | None:
        """The mode it takes, and the transform; None where it is broken or would change nothing."""
        assert self._data is not None
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(self._data))
            space = source.profile.xcolor_space.strip()
            if mode == "L" and space == "RGB":
                mode = "RGB"
            if _SPACES[mode] != space:
                self._tell(f"its colour profile is for {space}, it is not; read as sRGB")
                return None
            intent = ImageCms.Intent(ImageCms.getDefaultIntent(source))
            if intent == ImageCms.Intent.ABSOLUTE_COLORIMETRIC:  # would keep the paper's tint
                intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
            transform = ImageCms.buildTransform(
                source,
                ImageCms.createProfile("sRGB"),
                mode,
                "RGB",
                intent,
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError, ImportError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            self._tell(f"its colour profile is broken ({said}); read as sRGB")
            return None
        return None if mode == "RGB" and _changes_nothing(transform) else (mode, transform)


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    steps = (0, 32, 64, 96, 128, 160, 192, 224, 255)
    colors = np.array([list(itertools.product(steps, repeat=3))], np.uint8)
    after = np.asarray(transform.apply(Image.fromarray(colors)))
    return int(np.abs(after.astype(int) - colors).max()) <= _SAME
