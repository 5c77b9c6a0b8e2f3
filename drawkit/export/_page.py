"""A sheet of paper in real units around a drawing: its size, its margins, and where all lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from drawkit.errors import ConfigError
from drawkit.export._text import plain_number

__all__ = ["Sheet", "read_length", "sheet_of"]

_NAMED: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "a0": (841, 1189),
        "a1": (594, 841),
        "a2": (420, 594),
        "a3": (297, 420),
        "a4": (210, 297),
        "a5": (148, 210),
        "a6": (105, 148),
        "b4": (250, 353),
        "b5": (176, 250),
        "legal": (215.9, 355.6),
        "letter": (215.9, 279.4),
        "tabloid": (279.4, 431.8),
    }
)
"""Upright, in mm: ISO 216 and the sizes of North America."""
_MM: Mapping[str, float] = MappingProxyType({"": 1.0, "mm": 1.0, "cm": 10.0, "in": 25.4})
_LARGEST = 10_000.0
_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})"
_LENGTH = re.compile(rf"\s*{_NUMBER}\s*(mm|cm|in|)\s*", re.IGNORECASE | re.ASCII)
_SIZE = re.compile(rf"\s*{_NUMBER}\s*x\s*{_NUMBER}\s*(mm|cm|in)\s*", re.IGNORECASE | re.ASCII)
_TURNED = "-landscape"


@dataclass(frozen=True)
class Sheet:
    """A page of `width` x `height` mm with `margin` mm around what is drawn."""

    width: float
    height: float
    margin: float

    def scale(self, width: float, height: float) -> float:
        """Mm of a user unit where a drawing of that size fills what the margins leave."""
        free = self.width - 2 * self.margin, self.height - 2 * self.margin
        return min(free[0] / width, free[1] / height)

    def corner(self, width: float, height: float) -> tuple[float, float]:
        """Mm from the page's top left corner to that of a drawing in the middle of it."""
        scale = self.scale(width, height)
        return (self.width - scale * width) / 2, (self.height - scale * height) / 2

    def size(self) -> tuple[str, str]:
        """Width and height as SVG writes them."""
        return f"{plain_number(self.width, 4)}mm", f"{plain_number(self.height, 4)}mm"

    def view(self, width: float, height: float) -> str:
        """The viewBox that puts a drawing of that size, in its own units, in its place."""
        scale = self.scale(width, height)
        left, top = self.corner(width, height)
        box = (-left / scale, -top / scale, self.width / scale, self.height / scale)
        return " ".join(plain_number(number, 6) for number in box)

    def leaves_room(self, width: float, height: float) -> bool:
        """Whether the page shows more than a drawing of that size."""
        return max(self.corner(width, height)) > 1e-6


def sheet_of(page: str | None, margin: str | None) -> Sheet | None:
    """The page that two settings describe; None where there is none.

    page: `A4`, `A4-landscape`, `210x297mm`. margin: `10mm`, by default none. `ConfigError` where
    they cannot be read, and for a margin that leaves nothing or has no page.
    """
    around = 0.0 if margin is None else read_length(margin, "margin")
    if page is None:
        if margin is not None:
            raise ConfigError(f"margin is '{margin}', which needs a page, such as A4")
        return None
    width, height = _read_page(page)
    if 2 * around >= min(width, height):
        raise ConfigError(
            f"margin is '{margin}', which leaves nothing of a page of {width:g} x {height:g} mm"
        )
    return Sheet(width, height, around)


def read_length(text: str, what: str) -> float:
    """`10mm`, `1cm`, `0.5in` or `10` (mm) -> mm; `ConfigError` for all else."""
    found = _LENGTH.fullmatch(text)
    length = float(found[1]) * _MM[found[2].lower()] if found else -1.0
    if not 0 <= length <= _LARGEST:
        raise ConfigError(
            f"{what} is '{text}'; allowed: a length such as 10mm, 1cm or 0.5in,"
            f" up to {_LARGEST:g} mm"
        )
    return length


def _read_page(text: str) -> tuple[float, float]:
    """Width and height in mm."""
    name = text.strip().lower()
    upright = _NAMED.get(name.removesuffix(_TURNED))
    if upright is not None:
        return upright[::-1] if name.endswith(_TURNED) else upright
    if found := _SIZE.fullmatch(text):
        width, height = (float(side) * _MM[found[3].lower()] for side in found.groups()[:2])
        if min(width, height) >= 1 and max(width, height) <= _LARGEST:
            return width, height
    raise ConfigError(
        f"page is '{text}'; allowed: {', '.join(_NAMED).upper()} (with {_TURNED} behind it),"
        f" or a size such as 210x297mm, 21x29.7cm or 8.5x11in, 1 to {_LARGEST:g} mm a side"
    )
