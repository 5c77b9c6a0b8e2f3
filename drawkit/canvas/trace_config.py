"""The settings of the canvas that traces pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from drawkit.canvas.strokes_config import palette_rgb
from drawkit.config.limits import Limits, Share, check_limits

__all__ = ["TraceConfig"]


@dataclass(frozen=True)
class TraceConfig:
    """How many shapes a picture is traced with, how finely they follow it, how fast they move."""

    shapes: Annotated[int, Limits(1, 10_000)] = 64
    """Closed filled shapes at most; a picture that needs fewer gets fewer."""
    palette: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Colours that shapes are held to: colours, or palettes by name, file or @PICTURE:16."""
    tolerance: Annotated[float, Limits(0.1, 100)] = 1.0
    """Px by which a new shape may be off the area that it is made for: more, and it is rounder."""
    contrast: Annotated[float, Limits(0, 1)] = 0.03
    """Difference of colour, 0..1, that an area of 16 x 16 px must have to be a shape."""
    soft: Annotated[int, Limits(0, 64)] = 2
    """Px that an edge of the picture is wide at most: what lies in between is no area; 0: it is
    pixel art, whose outlines are kept as they are."""
    added: Share = 0.25
    """Share of the shapes that come while it draws, where the picture is still wrong."""
    smallest: Share = 0.0006
    """Share of the sheet that must be seen of a shape, or it goes while it draws."""
    lr_points: Annotated[float, Limits(0, 100)] = 0.3
    """Learning rate of the control points, px a step."""
    lr_color: Annotated[float, Limits(0, 1)] = 0.01
    """Learning rate of the colours."""
    rasterizer: str = "numba"
    """Who turns shapes into pixels."""

    def __post_init__(self) -> None:
        """Refuse numbers beyond their limits, and palettes that are none."""
        check_limits(self, "trace")
        palette_rgb(self.palette)
