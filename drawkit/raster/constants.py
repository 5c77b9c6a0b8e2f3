"""The numbers that say how finely is drawn: of the kernels and of the plain reference alike."""

from __future__ import annotations

__all__ = [
    "DOT",
    "DOT_LINES",
    "FLATNESS",
    "MAX_GRID",
    "MAX_LINES",
    "MIN_LINES",
    "MIN_RADIUS",
    "SAMPLES",
    "TILE",
]

TILE = 8
"""Pixels along a side of what kernels draw at once."""
SAMPLES = 2
"""Compositing squares along a side of a pixel."""
MAX_GRID = 8
"""Squares along a side of a pixel at most, for thin strokes."""
FLATNESS = 0.05
"""Pixels that a line may leave its curve (Wang's bound)."""
MIN_LINES, MAX_LINES, DOT_LINES = 6, 256, 2
"""Lines that take a curve's place, at least and at most, and those of a dot."""
DOT = 0.01
"""Pixels; a control polygon shorter than this is drawn as a dot."""
MIN_RADIUS = 0.1
"""Pixels; a thinner stroke is this wide, and fainter."""
