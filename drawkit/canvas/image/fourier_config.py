"""The settings of the Fourier canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drawkit.config.limits import Limits, Rate, check_limits

__all__ = ["FourierConfig"]


@dataclass(frozen=True)
class FourierConfig:
    """How much coarse waves count beside fine ones, and how strong colours are."""

    decay: Annotated[float, Limits(0, 4)] = 1.5
    """A wave half as long moves 2^decay times less; 0: all move alike."""
    contrast: Annotated[float, Limits(0.01, 20)] = 2.5
    """Spread of the colours before they are squeezed into 0..1; a start picture has its own."""
    saturation: Annotated[float, Limits(0.01, 100)] = 1.8
    """How much hues count beside lightness; 1: as in drawings."""
    lr: Rate = 0.05
    """Learning rate of the waves at the start; it falls along half a cosine."""

    def __post_init__(self) -> None:
        """Refuse what makes no picture."""
        check_limits(self, "fourier")
