"""What the rasterizer draws: paths of cubic Bezier segments as flat tensors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Paths"]


@dataclass(frozen=True, eq=False)
class Paths:
    """N paths of cubic Bezier segments in paint order, as tensors.

    points: [K, 2] float, xy in pixels, y down, pixel centres at +0.5; all paths one after the
    other: 3 S + 1 points an open path of S segments, 3 S a closed one (its last segment returns
    to its point 0). radius: [N] float, half the SVG stroke width. stroke, fill: [N, 4] straight
    RGBA 0..1. segments: [N] int64. closed, stroked, filled, even_odd: [N] bool. A path both
    filled and stroked paints its stroke over its fill. An open path is filled as if closed by a
    straight line. Differentiable in points, radius, stroke and fill.
    """

    points: Tensor
    segments: Tensor
    closed: Tensor
    radius: Tensor
    stroke: Tensor
    fill: Tensor
    stroked: Tensor
    filled: Tensor
    even_odd: Tensor

    def starts(self) -> Tensor:
        """Index of the first point of each path, and one past the last: [N + 1]."""
        counts = 3 * self.segments + (~self.closed).long()
        return torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])

    def control_indices(self, path: int, close: bool) -> list[list[int]]:
        """Indices of the four control points of each segment of one path.

        With `close`, an open path gets a last straight segment back to its first point.
        """
        first = int(self.starts()[path])
        count, closed = int(self.segments[path]), bool(self.closed[path])
        total = 3 * count + (0 if closed else 1)
        indices = [[first + (3 * s + k) % total for k in range(4)] for s in range(count)]
        if close and not closed:
            last = first + total - 1
            indices.append([last, last, first, first])
        return indices
