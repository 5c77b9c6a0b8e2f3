"""What the rasterizer draws: paths of cubic Bezier segments as flat tensors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from drawkit.errors import InputError

__all__ = ["Paths"]

VALUES = ("points", "radius", "stroke", "fill")
FLAGS = ("closed", "stroked", "filled", "even_odd")
FARTHEST = 1e9  # px: beyond it float32 squares overflow


@dataclass(frozen=True, eq=False)
class Paths:
    """N paths of cubic Bezier segments in paint order, as tensors.

    points: [K, 2] float, xy in pixels, y down, pixel centres at +0.5; all paths one after the
    other: 3 S + 1 points an open path of S segments, 3 S a closed one (its last segment returns
    to its point 0). radius: [N] float, half the SVG stroke width. stroke, fill: [N, 4] straight
    RGBA 0..1. segments: [N] int64. closed, stroked, filled, even_odd: [N] bool. A path both
    filled and stroked paints its stroke over its fill. An open path is filled as if closed by a
    straight line. All lie on one device, and so does the picture. Differentiable in points, radius,
    stroke and fill.
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

    def check(self) -> None:
        """Raise InputError for wrong shapes, types or devices, NaN, or a negative radius.

        On torch's device `meta` there are no numbers, so only what can be known is checked.
        """
        self._check_types()
        count = len(self.segments)
        if not self.segments.is_meta and count and int(self.segments.min()) < 1:
            raise InputError("a path has no segment; at least 1")
        shapes: dict[str, tuple[int, ...]] = {
            "radius": (count,),
            "stroke": (count, 4),
            "fill": (count, 4),
            "closed": (count,),
            "stroked": (count,),
            "filled": (count,),
            "even_odd": (count,),
            "segments": (count,),
        }
        if not self.segments.is_meta:
            shapes["points"] = (int(self.starts()[-1]), 2)
        for name, shape in shapes.items():
            value: Tensor = getattr(self, name)
            if tuple(value.shape) != shape:
                given = list(value.shape)
                raise InputError(f"{name} of {count} paths must be {list(shape)}, got {given}")
        if not self.segments.is_meta:
            self._check_numbers()

    def _check_numbers(self) -> None:
        for name in VALUES:
            value = getattr(self, name).detach()
            if not bool((value.abs() <= FARTHEST).all()):  # so is no NaN
                raise InputError(f"{name} holds NaN or a number beyond {FARTHEST:g}")
        if len(self.radius) and float(self.radius.detach().min()) < 0:
            raise InputError(f"radius {float(self.radius.detach().min()):g} is below 0")

    def _check_types(self) -> None:
        for name in VALUES:
            value: Tensor = getattr(self, name)
            if not value.is_floating_point():
                raise InputError(f"{name} must be of a float type, got {value.dtype}")
        for name in FLAGS:
            value = getattr(self, name)
            if value.dtype != torch.bool:
                raise InputError(f"{name} must be bool, got {value.dtype}")
        if self.segments.dtype != torch.int64 or self.segments.ndim != 1:
            given = f"{list(self.segments.shape)} of {self.segments.dtype}"
            raise InputError(f"segments must be [N] of int64, got {given}")
        places = {name: getattr(self, name).device for name in (*VALUES, *FLAGS, "segments")}
        if len(set(places.values())) > 1:
            given = ", ".join(f"{name} on {device}" for name, device in places.items())
            raise InputError(f"all of the paths must lie on one device, got {given}")

    def scaled(self, across: float, down: float) -> Paths:
        """The same on a sheet so many times as wide and as high; lines as wide as the mean."""
        if across == down == 1:
            return self
        return replace(
            self,
            points=self.points * self.points.new_tensor([across, down]),
            radius=self.radius * (across * down) ** 0.5,
        )

    def starts(self) -> Tensor:
        """Index of the first point of each path, and one past the last: [N + 1]."""
        counts = 3 * self.segments + (~self.closed).long()
        return torch.cat([counts.new_zeros(1), counts.cumsum(0)])

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
