"""The settings of the canvases of free pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from drawkit.config.limits import Limits, Rate, check_limits

__all__ = ["FourierConfig", "ImageConfig", "RgbConfig", "SirenConfig", "Wave", "WaveletConfig"]

Decay = Annotated[float, Limits(0, 4)]
Wave = Literal["haar", "db2", "db4", "db8", "coif2"]


@dataclass(frozen=True)
class ImageConfig:
    """What all of them can be set to."""

    section: ClassVar[str] = "picture"

    saturation: Annotated[float, Limits(0.01, 100)] = 0.6
    """How much hues count beside lightness; 1: as in drawings."""

    def __post_init__(self) -> None:
        """Refuse what makes no picture."""
        check_limits(self, self.section)


@dataclass(frozen=True)
class FourierConfig(ImageConfig):
    """How much long waves count beside short ones, and how far colours lie apart."""

    section = "fourier"

    decay: Decay = 1.5
    """A wave half as long moves 2^decay times less; 0: all move alike."""
    contrast: Annotated[float, Limits(0.01, 20)] = 2.2
    """Spread of the colours before they are squeezed into 0..1; a start picture has its own."""
    lr: Rate = 0.07
    """Learning rate of the waves at the start; it falls along half a cosine."""


@dataclass(frozen=True)
class WaveletConfig(ImageConfig):
    """Which wavelets, and how much coarse ones count beside fine ones."""

    section = "wavelet"

    wave: Wave = "coif2"
    """haar: squares; db2, db4, db8: smoother ones, by Daubechies; coif2: nearly symmetric."""
    decay: Decay = 1.8
    """A wavelet half as wide moves 2^decay times less; 0: all move alike."""
    lr: Rate = 0.12
    """Learning rate of the wavelets at the start; it falls along half a cosine."""


@dataclass(frozen=True)
class RgbConfig(ImageConfig):
    """How much coarse pixels count beside fine ones."""

    section = "rgb"

    decay: Decay = 0.5
    """Pixels half as wide move 2^decay times less; 0: all move alike."""
    lr: Rate = 0.12
    """Learning rate of the pixels at the start; it falls along half a cosine."""


@dataclass(frozen=True)
class SirenConfig(ImageConfig):
    """The net whose output is the picture."""

    section = "siren"

    layers: Annotated[int, Limits(1, 64)] = 4
    """Layers of sines."""
    width: Annotated[int, Limits(4, 1024)] = 64
    """Sines in a layer."""
    frequency: Annotated[float, Limits(0.1, 1000)] = 12.0
    """How fast the first sines turn over half of the longer side, radians: fineness (w0)."""
    fit_steps: Annotated[int, Limits(1, 10_000)] = 100
    """Steps in which it learns a start picture, as well as it can."""
    lr: Annotated[float, Limits(0, 1)] = 0.002
    """Learning rate of the net at the start; it falls along half a cosine."""
