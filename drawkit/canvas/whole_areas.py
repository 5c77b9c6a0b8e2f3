"""Filled shapes that start as whole flat areas of a picture, those of one part together.

Each goes on under those above it, so that nothing shows between them and nobody finds a hole where
he takes one away. There are as many as the picture has areas, at most as many as are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from drawkit.canvas.init import Guide
from drawkit.canvas.layered import Shapes, outlined, price
from drawkit.canvas.parts import Parts
from drawkit.canvas.regions import regions
from drawkit.canvas.stacked import Sheet, stacked
from drawkit.canvas.trace_config import TraceConfig
from drawkit.color import srgb_to_oklab

__all__ = ["WholeAreas", "whole_areas"]

_SIDE = 224
"""Px of the shorter side at which areas are looked for."""
_HOW = TraceConfig(tolerance=1.4, smallest=0.0012)
"""How finely outlines follow them: imagined borders are no smoother than that."""
_OVERLAP = 5
"""Px that a shape goes on under others: who moves one a little finds no gap."""
_PAPER = 0.06
"""Difference in OKLab up to which a colour is the paper's."""

_Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class WholeAreas:
    """Closed shapes of one run each, bottom first, in px of the picture; the part [N] of each."""

    shapes: Shapes
    parts: Tensor


def whole_areas(guide: Guide, paper: Tensor, most: int, parts: Parts) -> WholeAreas | None:
    """At most so many of the picture's areas; None where it shows nothing but paper, RGB [3]."""
    picture = guide.on_paper(paper, _SIDE)[0].permute(1, 2, 0).double().numpy()
    height, width = picture.shape[:2]
    opaque = np.concatenate([picture, np.ones((height, width, 1))], axis=-1)
    for count in (most + 1, most):  # paper is no shape, another ground is one of them
        found = regions(opaque, count, price(_HOW), _HOW.soft, _HOW.smallest * height * width)
        bare = _is_paper(stacked(found)[0], paper)
        if bare or found.count <= most:
            break
    part = _part_of_each(found.label, found.count, parts)
    # By parts, unless one of them lies within another that comes later: then by size alone.
    sheets: list[Sheet] = []
    shapes: Shapes | None = None
    for rank in (part, None):
        sheets = stacked(found, rank=rank, overlap=_OVERLAP)[bare:]
        shapes = outlined(sheets, (width, height), _HOW)
        if shapes is None or len(shapes.segments) == len(sheets):
            break
    if shapes is None:
        return None
    shapes = _outermost(shapes)
    scale = min(guide.picture.shape[-2:]) / _SIDE
    return WholeAreas(
        Shapes(**{**vars(shapes), "points": shapes.points * scale}),
        torch.from_numpy(part[[sheet.region for sheet in sheets]]),
    )


def _part_of_each(label: _Ints, count: int, parts: Parts) -> _Ints:
    """The part [N] that most pixels of each region [H, W] belong to."""
    height, width = label.shape
    down, across = np.divmod(np.arange(label.size), width)
    shares = (np.stack([across, down], axis=1) + 0.5) / [width, height]
    of = parts.at(torch.from_numpy(shares)).numpy()
    most = len(parts.names)
    both = np.bincount(label.ravel() * most + of, minlength=count * most)
    part: _Ints = both.reshape(count, most).argmax(axis=1)
    return part


def _is_paper(sheet: Sheet, paper: Tensor) -> bool:
    """Whether it is the ground, and as the paper is."""
    apart = srgb_to_oklab(np.array(sheet.color[:3])) - srgb_to_oklab(paper.double().numpy())
    return sheet.whole and float(np.linalg.norm(apart)) < _PAPER


def _outermost(shapes: Shapes) -> Shapes:
    """The first run of each shape: its border without those of holes."""
    first = np.flatnonzero(np.diff(shapes.owner.numpy(), prepend=-1))
    runs = torch.zeros(len(shapes.owner), dtype=torch.bool)
    runs[torch.from_numpy(first)] = True
    knots = runs.repeat_interleave(shapes.segments)
    return Shapes(
        shapes.points[knots.repeat_interleave(3)],
        shapes.segments[runs],
        shapes.owner[runs],
        shapes.smooth[knots],
        shapes.straight[knots],
        shapes.color,
        shapes.alpha,
    )
