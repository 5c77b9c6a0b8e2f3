"""A path: a run of Bezier curves with a line, a fill, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["FillRule", "Path", "Rgba"]

Rgba = tuple[float, float, float, float]
FillRule = Literal["nonzero", "evenodd"]


@dataclass(frozen=True, eq=False)
class Path:
    """A run of cubic Bezier segments, stroked, filled, or both (the stroke lies on top).

    control_points: [K, 2] float64, xy; K = 3 S + 1 where open, 3 S where closed (the last
    segment returns to point 0). stroke_width is SVG's full width.
    """

    control_points: npt.NDArray[np.float64]
    closed: bool = False
    stroke: Rgba | None = None
    stroke_width: float = 0.0
    fill: Rgba | None = None
    fill_rule: FillRule = "nonzero"
    label: str = ""

    def __post_init__(self) -> None:
        points = np.array(self.control_points, dtype=np.float64)
        remainder = 0 if self.closed else 1
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 + remainder:
            raise ValueError(f"control points must be [K, 2], got {points.shape}")
        if len(points) % 3 != remainder:
            kind = "closed path takes 3 S" if self.closed else "open path takes 3 S + 1"
            raise ValueError(f"a {kind} control points, got {len(points)}")
        points.setflags(write=False)
        object.__setattr__(self, "control_points", points)

    @property
    def segments(self) -> int:
        """Number of cubic segments."""
        return len(self.control_points) // 3
