"""Strokes and filled shapes made of Bezier curves: CLIPDraw's canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drawkit.errors import ConfigError

__all__ = ["StrokesConfig"]

MAX_PATHS = 100_000


@dataclass(frozen=True)
class StrokesConfig:
    """How many strokes and shapes, how wide, how they start, how fast they move.

    Pixel values are for a drawing whose shorter side is 224 px and scale with it. The defaults
    are CLIPDraw's (arXiv 2106.14843); its widths are radii, these are full widths.
    """

    strokes: int = 256
    """Open painted paths."""
    segments: int | str = "1-3"
    """Cubic segments of a stroke: a number, or a range that each stroke draws from."""
    shapes: int = 0
    """Closed filled paths, painted below the strokes."""
    shape_segments: int | str = 4
    """Cubic segments of a shape: a number or a range."""
    min_width: float = 2.0
    """Thinnest stroke, px."""
    max_width: float = 100.0
    """Widest stroke, px."""
    ink: str | None = None
    """Colour that all strokes are held to; none: every stroke has its own."""
    init_width: float = 2.0
    """Width of a new stroke, px."""
    init_opacity: tuple[float, float] = (0.0, 1.0)
    """Opacity of a new path, drawn between the two."""
    init_reach: float = 0.1
    """How far a new stroke's next control point lies, as a share of the drawing's sides."""
    init_radius: float = 0.1
    """Radius of a new shape, as a share of the shorter side."""
    spread: float = 1.0
    """Share of the drawing's sides, about its middle, in which new paths start."""
    lr_points: float = 1.0
    """Learning rate of the control points, px a step."""
    lr_width: float = 0.2
    """Learning rate of the widths, px a step."""
    lr_color: float = 0.01
    """Learning rate of colours and opacities."""
    schedule: Literal["clipdraw", "constant", "cosine"] = "clipdraw"
    """Rates over the run; clipdraw: points 1, then 0.4 from 50 % and 0.1 from 75 %."""
    reseed: bool = True
    """Start paths anew that became invisible, in the first part of the run."""
    rasterizer: str = "numba"
    """Who turns paths into pixels."""

    def __post_init__(self) -> None:
        """Refuse numbers that no drawing can be made of."""
        _check_counts(self)
        if not 0 < self.min_width <= self.max_width:
            raise ConfigError(
                f"strokes.min_width is {self.min_width:g} and max_width {self.max_width:g}; "
                "allowed: 0 < min_width <= max_width"
            )


def _check_counts(config: StrokesConfig) -> None:
    """Raise ConfigError where the number of paths makes no drawing."""
    for key, count in (("strokes", config.strokes), ("shapes", config.shapes)):
        if not 0 <= count <= MAX_PATHS:
            raise ConfigError(f"strokes.{key} is {count}; allowed: 0 to {MAX_PATHS}")
    if config.strokes + config.shapes == 0:
        raise ConfigError("0 strokes and 0 shapes draw nothing; allowed: 1 or more of either")
