"""The colours that Adobe's files hold besides RGB, as 8-bit sRGB."""

from __future__ import annotations

import colorsys
import math

import numpy as np
import numpy.typing as npt

from drawkit.color import Swatch, linear_to_srgb
from drawkit.errors import InputError

__all__ = ["from_cmyk", "from_gray", "from_hsb", "from_lab", "from_rgb"]

# CIE XYZ under D50, which Adobe's Lab refers to, to linear sRGB, adapted to D65 after Bradford:
# http://www.brucelindbloom.com/Eqn_RGB_XYZ_Matrix.html
_XYZ_TO_RGB = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
_D50 = (0.96422, 1.0, 0.82521)


def from_rgb(red: float, green: float, blue: float) -> Swatch:
    """Gamma-encoded RGB 0..1; what lies outside is clipped."""
    return _swatch(np.array([red, green, blue]))


def from_gray(light: float) -> Swatch:
    """Gamma-encoded grey, 0 black to 1 white."""
    return from_rgb(light, light, light)


def from_hsb(hue: float, saturation: float, brightness: float) -> Swatch:
    """Hue, saturation and brightness, each 0..1."""
    return from_rgb(*colorsys.hsv_to_rgb(hue, saturation, brightness))


def from_cmyk(cyan: float, magenta: float, yellow: float, black: float) -> Swatch:
    """Inks 0..1, as if they were ideal: files of swatches carry no profile of the real ones."""
    rest = 1 - black
    return from_rgb((1 - cyan) * rest, (1 - magenta) * rest, (1 - yellow) * rest)


def from_lab(lightness: float, a: float, b: float) -> Swatch:
    """CIE L*a*b* under D50: L 0..100, a and b -128..127."""
    _refuse_endless(np.array([lightness, a, b]))
    middle = (lightness + 16) / 116
    white = np.array(_D50)
    xyz = white * _unbend(np.array([middle + a / 500, middle, middle - b / 200]))
    return _swatch(linear_to_srgb(np.array(_XYZ_TO_RGB) @ xyz))


def _unbend(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """CIE 15:2004, 8.2.1: the inverse of the cube root with its straight foot."""
    return np.where(values > 6 / 29, values**3, 3 * (6 / 29) ** 2 * (values - 4 / 29))


def _swatch(rgb: npt.NDArray[np.float64]) -> Swatch:
    _refuse_endless(rgb)
    red, green, blue = (int(level) for level in np.rint(np.clip(rgb, 0.0, 1.0) * 255.0))
    return red, green, blue


def _refuse_endless(values: npt.NDArray[np.float64]) -> None:
    for value in values:
        if not math.isfinite(value):
            raise InputError(f"a colour has the value {value}")
