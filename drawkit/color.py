"""Colours: what users write, what files hold, the spaces to measure them in, and palettes.

Colours are straight, gamma-encoded sRGB in 0..1 unless a name says otherwise; arrays hold the
three channels in their last axis, in any leading shape.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Pillow carries the 148 CSS names as a plain dictionary and needs no image code for it; a table
# of our own would be the same rows, ours to keep right.
from PIL.ImageColor import colormap

from drawkit.errors import InputError

__all__ = [
    "LMS_TO_LAB",
    "MAX_SWATCHES",
    "RGB_TO_LMS",
    "Palette",
    "Swatch",
    "color_name",
    "format_hex",
    "linear_to_srgb",
    "luminance",
    "oklab_to_srgb",
    "parse_color",
    "srgb_to_linear",
    "srgb_to_oklab",
]

Swatch = tuple[int, int, int]
"""One colour of a palette: red, green and blue, 0..255, gamma-encoded sRGB."""

MAX_SWATCHES = 256
"""Colours of a palette at most: what indexed files count to."""

_Floats = npt.NDArray[np.float64]

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgb\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)")
_CHANNEL = re.compile(r"(\d{1,3}(?:\.\d+)?)(%?)")
_FORMS = "a CSS name, #rgb, #rrggbb, #rrggbbaa or rgb(r, g, b)"

_HUES: tuple[tuple[float, str], ...] = (
    (15, "pink"),
    (40, "red"),
    (80, "orange"),
    (115, "yellow"),
    (170, "green"),
    (220, "cyan"),
    (285, "blue"),
    (330, "purple"),
    (360, "pink"),
)
"""Up to which angle of OKLab's a and b, in degrees, a hue has a name."""
_GRAY = 0.035
_BLACK = 0.25  # darker ones have no hue that anybody would name
_BROWN = 0.6  # orange and red that are no lighter

# Björn Ottosson, "A perceptual color space for image processing", 2020-12-23, with the matrices
# as corrected 2021-01-25: linear sRGB -> cone responses -> (cube root) -> L, a, b. Plain rows, so
# that code on tensors takes the same numbers.
RGB_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LMS_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


@dataclass(frozen=True)
class Palette:
    """The colours that a drawing may use, in order: 1 to 256, no two alike.

    swatch_names: one for each colour, empty where it has none, or no names at all.
    source: where the values are from, such as a link.
    """

    name: str
    swatches: tuple[Swatch, ...]
    swatch_names: tuple[str, ...] = ()
    author: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for text in (self.name, self.author, self.source, *self.swatch_names):
            # A line break would become a line of its own in text files.
            if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text):
                raise InputError(f"a name is one line of plain text, got {text!r}")
        count = len(self.swatches)
        if not 1 <= count <= MAX_SWATCHES:
            raise InputError(
                f"a palette has 1 to {MAX_SWATCHES} colours, '{self.name}' has {count}"
            )
        for swatch in self.swatches:
            if len(swatch) != 3 or not all(type(v) is int and 0 <= v <= 255 for v in swatch):
                raise InputError(f"a swatch is three whole numbers 0 to 255, got {swatch!r}")
        if len(set(self.swatches)) != count:
            raise InputError(f"the palette '{self.name}' has a colour twice")
        if len(self.swatch_names) not in (0, count):
            raise InputError(f"{len(self.swatch_names)} names for {count} colours; give one each")

    def __len__(self) -> int:
        return len(self.swatches)

    @property
    def codes(self) -> tuple[str, ...]:
        """The colours as `#rrggbb`."""
        return tuple("#" + bytes(swatch).hex() for swatch in self.swatches)

    def to_srgb(self) -> _Floats:
        """The colours as sRGB 0..1, [N, 3]."""
        return np.array(self.swatches, dtype=np.float64) / 255.0

    def to_oklab(self) -> _Floats:
        """The colours as OKLab, [N, 3]."""
        return srgb_to_oklab(self.to_srgb())


def parse_color(text: str) -> tuple[float, float, float, float]:
    """What a user wrote as a colour -> straight RGBA 0..1; `transparent` is (0, 0, 0, 0).

    Takes CSS names, `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa` and `rgb(r, g, b)` with numbers
    0..255 or percentages, in any case. Raises `InputError` for anything else.
    """
    name = text.strip().lower()
    if name == "transparent":
        return 0.0, 0.0, 0.0, 0.0
    code = colormap.get(name, name)
    if isinstance(code, tuple):  # Pillow rewrites its table where a program has used a name
        return code[0] / 255, code[1] / 255, code[2] / 255, 1.0
    if isinstance(code, str) and _HEX.fullmatch(code):
        return _from_hex(code[1:])
    if match := _RGB.fullmatch(name):
        red, green, blue = (_channel(part) for part in match.groups())
        if red is not None and green is not None and blue is not None:
            return red, green, blue, 1.0
    near = difflib.get_close_matches(name, colormap, n=1)
    hint = f"did you mean '{near[0]}'? Else give" if near else "give"
    raise InputError(f"{text!r} is not a colour; {hint} {_FORMS}")


def format_hex(color: Sequence[float]) -> str:
    """RGB or RGBA 0..1 -> `#rrggbb` or `#rrggbbaa`, rounded to the nearest of 256 levels.

    Values outside 0..1 are clipped.
    """
    levels = np.rint(np.clip(np.asarray(color, dtype=np.float64), 0.0, 1.0) * 255.0)
    return "#" + "".join(f"{int(level):02x}" for level in levels)


def srgb_to_linear(rgb: npt.ArrayLike) -> _Floats:
    """Gamma-encoded sRGB [..., 3] -> linear light [..., 3] (IEC 61966-2-1)."""
    values = np.asarray(rgb, dtype=np.float64)
    # maximum() keeps the branch that is not taken free of NaN warnings for negative input.
    curve = ((np.maximum(values, 0.0) + 0.055) / 1.055) ** 2.4
    return np.where(values <= 0.04045, values / 12.92, curve)


def linear_to_srgb(rgb: npt.ArrayLike) -> _Floats:
    """Linear light [..., 3] -> gamma-encoded sRGB [..., 3]."""
    values = np.asarray(rgb, dtype=np.float64)
    curve = 1.055 * np.maximum(values, 0.0) ** (1 / 2.4) - 0.055
    return np.where(values <= 0.0031308, values * 12.92, curve)


def srgb_to_oklab(rgb: npt.ArrayLike) -> _Floats:
    """SRGB [..., 3] -> OKLab [..., 3]: L 0..1, a and b about -0.4..0.4."""
    cones = np.cbrt(srgb_to_linear(rgb) @ np.array(RGB_TO_LMS).T)
    lab: _Floats = cones @ np.array(LMS_TO_LAB).T
    return lab


def oklab_to_srgb(lab: npt.ArrayLike) -> _Floats:
    """OKLab [..., 3] -> sRGB [..., 3]; a colour outside the gamut lands outside 0..1."""
    cones = (np.asarray(lab, dtype=np.float64) @ np.linalg.inv(np.array(LMS_TO_LAB)).T) ** 3
    return linear_to_srgb(cones @ np.linalg.inv(np.array(RGB_TO_LMS)).T)


def luminance(rgb: npt.ArrayLike) -> _Floats:
    """SRGB [..., 3] -> relative luminance [...], black 0 and white 1 (WCAG 2)."""
    weighted: _Floats = srgb_to_linear(rgb) @ np.array([0.2126, 0.7152, 0.0722])
    return weighted


def color_name(color: Sequence[float]) -> str:
    """The everyday name of an sRGB colour, 0..1: `red`, `dark gray`..."""
    light, a, b = srgb_to_oklab(np.clip(np.asarray(color[:3], float), 0, 1)).tolist()
    if np.hypot(a, b) < _GRAY or light < _BLACK:
        return next(n for top, n in ((0.3, "black"), (0.93, "gray"), (2, "white")) if light < top)
    angle = np.degrees(np.arctan2(b, a)) % 360
    name = next(name for top, name in _HUES if angle <= top)
    return "brown" if name in ("orange", "red") and light < _BROWN and angle > 35 else name


def _from_hex(digits: str) -> tuple[float, float, float, float]:
    """3, 4, 6 or 8 hex digits -> RGBA 0..1."""
    if len(digits) <= 4:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red / 255, green / 255, blue / 255, alpha / 255


def _channel(text: str) -> float | None:
    """One part of `rgb(...)`, 0..255 or 0%..100%, as 0..1; None where it is neither."""
    match = _CHANNEL.fullmatch(text)
    if match is None:
        return None
    value = float(match[1]) / (100.0 if match[2] else 255.0)
    return value if value <= 1.0 else None
