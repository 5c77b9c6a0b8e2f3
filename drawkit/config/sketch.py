"""What a sketch of a picture is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from drawkit.color import parse_color
from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError, InputError

__all__ = ["SKETCHED", "SketchConfig"]

SKETCHED: Mapping[str, Any] = MappingProxyType(
    {
        "cutouts.count": 4,
        "cutouts.whole.noise": 0.0,
        "losses.along_edges.weight": 1.0,
        "losses.ink_coverage.weight": 0.0,
        "losses.likeness.weight": 0.5,
        "losses.smoothness.weight": 0.0,
        "losses.target.weight": 0.0,
        "losses.text.weight": 0.0,
        "optimize.steps": 50,
        "perceptor.imagine": 0,
        "sketch.tries": 3,
        "strokes.lr_color": 0.0,
        "strokes.lr_points": 0.04,
        "strokes.lr_width": 0.0,
        "strokes.max_width": 1000.0,
        "strokes.min_width": 0.001,
        "strokes.schedule": "cosine",
    }
)
"""What suits a sketch, under all that users set. Judged by eye on a dozen of openclipart's animals.

Strokes begin where they belong, so that they move by a px or two, and small ones keep their form.
"""


@dataclass(frozen=True)
class SketchConfig:
    """How many strokes, how long and wide they are, and how often it is tried."""

    strokes: Annotated[int, Limits(1, 1000)] = 16
    """Strokes at most; a plain picture may need fewer."""
    segments: Annotated[int, Limits(1, 100)] = 12
    """Cubic segments of a stroke at most."""
    width: Annotated[float, Limits(0.1, 100)] = 3.2
    """Width of the strokes, px of a sheet whose longer side is 384."""
    color: str = "black"
    """Colour of the strokes."""
    tries: Annotated[int, Limits(1, 100)] = SKETCHED["sketch.tries"]
    """Seeds that are tried, one after the other; the sketch with the least loss is kept."""

    @property
    def rgb(self) -> tuple[float, float, float]:
        """The colour, 0..1."""
        red, green, blue, _ = parse_color(self.color)
        return red, green, blue

    def __post_init__(self) -> None:
        """Refuse numbers beyond their limits, and colours that no pen has."""
        check_limits(self, "sketch")
        try:
            alpha = parse_color(self.color)[3]
        except InputError as error:
            raise ConfigError(f"sketch.color: {error}") from error
        if alpha != 1:
            raise ConfigError(f"sketch.color is '{self.color}'; allowed: an opaque colour")
