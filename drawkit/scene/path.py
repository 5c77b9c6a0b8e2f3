"""A path: one or more runs of Bezier curves with a line, a fill, or both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["FillRule", "LineCap", "LineJoin", "Path", "Rgba", "Subpath"]

Rgba = tuple[float, float, float, float]
FillRule = Literal["nonzero", "evenodd"]
LineCap = Literal["round", "butt", "square"]
LineJoin = Literal["round", "miter", "bevel"]


@dataclass(frozen=True, eq=False)
class Subpath:
    """One run of cubic Bezier segments.

    control_points: [K, 2] float64, xy; K = 3 S + 1 where open, 3 S where closed (the last
    segment returns to point 0). `ValueError` for another number.
    """

    control_points: npt.NDArray[np.float64]
    closed: bool = False

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


@dataclass(frozen=True, eq=False)
class Path(Subpath):
    """A run of cubic Bezier segments, stroked, filled, or both (the stroke lies on top).

    stroke_width is SVG's full width; linecap, linejoin and miterlimit are SVG's too. more: further
    runs that are painted with the first as one outline, such as the hole of a ring. id: what the
    element is called in the file that it was read from, if it is called anything. rank: its place
    among the paths that matter, 1 first; the N lowest ranks alone are a drawing of N paths.
    """

    stroke: Rgba | None = None
    stroke_width: float = 0.0
    fill: Rgba | None = None
    fill_rule: FillRule = "nonzero"
    label: str = ""
    linecap: LineCap = "round"
    linejoin: LineJoin = "round"
    miterlimit: float = 4.0
    more: tuple[Subpath, ...] = ()
    id: str = ""
    rank: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "more", tuple(self.more))
        if not (math.isfinite(self.miterlimit) and self.miterlimit >= 1):
            raise ValueError(f"a miter limit is 1 or more, got {self.miterlimit}")

    @property
    def subpaths(self) -> tuple[Subpath, ...]:
        """Every run of it, the first first."""
        return self, *self.more
