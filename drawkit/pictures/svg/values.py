"""Lengths, colours, transforms and other values of SVG attributes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import svgelements
import tinycss2.color3
import tinycss2.color4

from drawkit.color import parse_color
from drawkit.errors import InputError

__all__ = [
    "IDENTITY",
    "LARGEST",
    "Matrix",
    "View",
    "color",
    "length",
    "matrix",
    "number",
    "numbers",
]

_LENGTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(%|[a-zA-Z]*)\s*")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PX = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
}
"""CSS pixels of a unit: 96 of them are an inch."""


LARGEST = 1e30
"""Numbers beyond, which nobody can draw, would overflow on the way to where that is told."""


@dataclass(frozen=True)
class Matrix:
    """x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, inner: Matrix) -> Matrix:
        """What does `inner` first."""
        return Matrix(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            self.a * inner.e + self.c * inner.f + self.e,
            self.b * inner.e + self.d * inner.f + self.f,
        )

    def on(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Points [K, 2] moved."""
        x, y = points[:, 0], points[:, 1]
        return np.stack(
            [self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f], axis=1
        )

    def inverse(self) -> Matrix:
        """The way back; ZeroDivisionError where all lands on a line."""
        area = self.a * self.d - self.b * self.c
        a, b, c, d = self.d / area, -self.b / area, -self.c / area, self.a / area
        return Matrix(a, b, c, d, -(a * self.e + c * self.f), -(b * self.e + d * self.f))

    @property
    def scale(self) -> float:
        """How many times larger an area's side becomes."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))

    @property
    def stretch(self) -> float:
        """How much more it enlarges one way than the other: 1 where shapes stay similar."""
        values = np.linalg.svd(np.array([[self.a, self.c], [self.b, self.d]]), compute_uv=False)
        return float(values[0] / values[1]) if values[1] > 0 else math.inf


IDENTITY = Matrix()


@dataclass(frozen=True)
class View:
    """What percentages are of, and the size of a letter: user units."""

    width: float
    height: float
    font: float = 16.0

    def whole(self, axis: str) -> float:
        """x: the width; y: the height; else what SVG takes for both."""
        if axis == "x":
            return self.width
        return self.height if axis == "y" else math.hypot(self.width, self.height) / math.sqrt(2)


def number(text: str | None, usual: float) -> float:
    """A number or a percentage; what is usual for anything else."""
    match = _LENGTH.fullmatch(text or "")
    if match is None or match[2] not in ("", "%"):
        return usual
    value = float(match[1]) / (100 if match[2] else 1)
    return value if math.isfinite(value) else usual


def length(text: str | None, view: View, axis: str, usual: float = 0.0) -> float:
    """A length in user units; what is usual for anything that is none."""
    match = _LENGTH.fullmatch(text or "")
    if match is None:
        return usual
    value, unit = _bounded(match[1]), match[2].lower()
    if unit == "%":
        return value / 100 * view.whole(axis)
    if unit in ("em", "rem"):
        return value * view.font
    if unit in ("ex", "ch"):
        return value * view.font / 2
    return value * _PX[unit] if unit in _PX else usual


def numbers(text: str | None) -> list[float]:
    """Every number in a text, in order."""
    return [_bounded(found) for found in _NUMBER.findall(text or "")]


def _bounded(text: str | float) -> float:
    """A number that a few sums and products do not carry beyond all floats."""
    return min(max(float(text), -LARGEST), LARGEST)


def color(text: str, current: tuple[float, float, float, float]) -> tuple[float, ...] | None:
    """A colour of CSS as RGBA 0..1; `currentColor` is `current`; None for what is none."""
    name = text.strip().lower()
    if name == "currentcolor":
        return current
    if name.startswith("#"):  # before an icc-color() behind it
        name = name.split()[0]
    try:
        return parse_color(name)
    except InputError:
        found = tinycss2.color3.parse_color(name) or _of_css4(name)
    return None if found is None else tuple(min(max(float(value), 0.0), 1.0) for value in found)


def _of_css4(text: str) -> tuple[float, ...] | None:
    """`rgb(1 2 3 / 50%)`, `hsl(120deg 50% 50%)`."""
    found = tinycss2.color4.parse_color(text)
    if found is None or found == "currentcolor":
        return None
    try:
        return (*found.to("srgb").coordinates, found.alpha)
    except (NotImplementedError, TypeError, ValueError):
        return None


def matrix(text: str | None) -> Matrix:
    """A `transform`; none where it is no such thing, as renderers take it."""
    if not text or not text.strip() or text.strip() == "none":
        return IDENTITY
    try:
        found = svgelements.Matrix(text)
        values = [_bounded(getattr(found, name)) for name in "abcdef"]
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, ZeroDivisionError):
        return IDENTITY
    return Matrix(*values) if all(map(math.isfinite, values)) else IDENTITY
