"""Pictures that users give: read with care, in one place for every command, and made to fit."""

from __future__ import annotations

from drawkit.pictures.compose import fitted, fitted_pixels, premultiplied, reduced
from drawkit.pictures.given import Picture, as_pixels
from drawkit.pictures.read import read_picture, read_pixels, readable

__all__ = [
    "Picture",
    "as_pixels",
    "fitted",
    "fitted_pixels",
    "premultiplied",
    "read_picture",
    "read_pixels",
    "readable",
    "reduced",
]
