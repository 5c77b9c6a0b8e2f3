"""The control points of every segment of paths, one after the other."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.raster import Paths

__all__ = ["controls_of"]


def controls_of(paths: Paths) -> tuple[Tensor, Tensor]:
    """Control points [S, 4, 2] of all segments, px, with gradients, and the path [S] of each."""
    segments = paths.segments
    owner = torch.arange(len(segments), device=segments.device).repeat_interleave(segments)
    before = segments.cumsum(0) - segments
    place = torch.arange(len(owner), device=segments.device) - before[owner]
    first = paths.starts()[:-1][owner]
    rows = first[:, None] + 3 * place[:, None] + torch.arange(4, device=segments.device)
    # The last segment of a closed path ends where its first one begins.
    ends = paths.closed[owner] & (place == segments[owner] - 1)
    rows[ends, 3] = first[ends]
    return paths.points[rows], owner
