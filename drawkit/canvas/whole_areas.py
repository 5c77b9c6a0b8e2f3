"""Filled shapes that start as whole flat areas of a picture, those of one part together.

Each goes on under those above it, so that nothing shows between them and nobody finds a hole where
he takes one away. There are as many as the picture has areas, at most as many as are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.init import Guide
from drawkit.canvas.layered import Shapes, outlined, price
from drawkit.canvas.parts import Parts
from drawkit.canvas.regions import regions
from drawkit.canvas.stacked import Sheet, stacked
from drawkit.canvas.trace_config import TraceConfig
from drawkit.color import srgb_to_oklab
from drawkit.pixelart.neighbours import filled, groups, neighbours

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
        sheets = _under_each_part(sheets, part, (height, width))
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


def _under_each_part(sheets: list[Sheet], part: _Ints, size: tuple[int, int]) -> list[Sheet]:
    """The sheets of [H, W] px, each going on to where a part that is taken away leaves a hole.

    A hole is bare and shut in, such as a door's in a wall. What has most of its border, of what
    lies below the part, goes on there.
    """
    masks = np.zeros((len(sheets), *size), np.bool_)
    for mask, sheet in zip(masks, sheets, strict=True):
        rows, columns = sheet.mask.shape
        mask[sheet.top : sheet.top + rows, sheet.left : sheet.left + columns] = sheet.mask
    of = part[[sheet.region for sheet in sheets]]
    around = neighbours("rect", *size)
    grown = set[int]()
    for one in np.unique(of):
        first = int(np.flatnonzero(of == one)[0])
        rest = masks[of != one].any(axis=0)
        bare = (filled(rest) & ~rest).ravel()
        if not first or not bare.any():
            continue
        pieces = groups(bare[around] == bare[:, None], around)
        for piece in np.unique(pieces[bare]):
            hole = pieces == piece
            beside = around[hole].ravel()
            below = int(masks[:first].reshape(first, -1)[:, beside].sum(axis=1).argmax())
            masks[below] |= _grown(hole.reshape(size)) & masks[of == one].any(axis=0)
            grown.add(below)
    return [
        replace(sheet, mask=mask, left=0, top=0) if at in grown else sheet
        for at, (sheet, mask) in enumerate(zip(sheets, masks, strict=True))
    ]


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """With `_OVERLAP` px around it: outlines that are fitted, and learn, stay under the part."""
    wide = F.max_pool2d(torch.from_numpy(mask)[None].float(), 2 * _OVERLAP + 1, 1, _OVERLAP)
    found: npt.NDArray[np.bool_] = wide[0].numpy() > 0
    return found


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
