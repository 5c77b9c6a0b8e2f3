"""Strokes that start as a painter would lay them: along a picture's lines, broad ones first.

Each stroke follows the lines of the picture for as long as its colour does, as wide as that is
there, and is laid where it brings the sheet nearest to the picture: painterly rendering with
curved strokes (Hertzmann 1998, https://doi.org/10.1145/280814.280951), chosen greedily.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.init import Guide
from drawkit.canvas.parts import Parts, filled_up
from drawkit.pictures.orientation_field import STEP, oklab, traced
from drawkit.pictures.streamlines import SIDE

__all__ = ["NO_PART", "Marks", "Painted", "painted", "painted_by_part"]

_BEND = math.pi / 2
"""How far a stroke turns each way from its middle, radians: one curve can follow that."""
_TANGENT = 4
"""Steps of a way over which its direction is taken."""
_CANDIDATES, _FEWEST = 8, 600
"""Strokes that are thought of for each one that is laid, and at least."""
_UNDER = 0.3
"""How much a place counts that a part above will hide: what is below goes on there."""
NO_PART = -1


@dataclass(frozen=True)
class Marks:
    """What strokes may be, in px of a drawing whose shorter side is 224: widths and length."""

    thinnest: float
    widest: float
    longest: float


@dataclass(frozen=True, eq=False)
class Painted:
    """Open paths: control points [K, 2] px, widths [N] px, RGB [N, 3], part [N] or -1."""

    points: Tensor
    widths: Tensor
    colors: Tensor
    parts: Tensor


def painted(
    segments: Tensor, guide: Guide, marks: Marks, paper: Tensor, generator: torch.Generator
) -> Painted:
    """Open paths of `segments` [N], in no parts.

    paper: RGB [3], what the sheet shows where no stroke is.
    """
    scale = min(guide.picture.shape[-2:]) / SIDE
    on_paper = guide.on_paper(paper, SIDE)
    lines = _lines(on_paper, _spots(guide, len(segments), scale, generator), marks)
    sheet = _Sheet(on_paper, paper)
    chosen = sheet.laid(lines, len(segments))
    return _as_paths(chosen, segments, scale, [NO_PART] * len(chosen))


def painted_by_part(
    segments: Tensor,
    guide: Guide,
    marks: Marks,
    paper: Tensor,
    generator: torch.Generator,
    parts: Parts,
) -> Painted:
    """The same, part by part, as `parts` lie on each other; what lies below goes on under others.

    Every part has as many strokes as it would have if all were laid at once, and one at least.
    """
    scale = min(guide.picture.shape[-2:]) / SIDE
    on_paper = guide.on_paper(paper, SIDE)
    size = torch.tensor([on_paper.shape[-1], on_paper.shape[-2]])
    spots = _spots(guide, len(segments), scale, generator)
    of = parts.at(spots / size)
    sheet = _Sheet(on_paper, paper)
    at_once = sheet.laid(_lines(on_paper, spots, marks), len(segments))
    counts = _shared_out(parts.at(torch.stack([line.heart for line in at_once]) / size), of)
    sheet = _Sheet(on_paper, paper)
    chosen: list[_Line] = []
    owners: list[int] = []
    for depth in sorted(set(parts.depth)):
        hidden = _enlarged(parts.under(depth), on_paper)
        seen = _without(on_paper, hidden)
        sheet.want(seen, 1 - (1 - _UNDER) * hidden.flatten().float())
        here = [part for part, own in enumerate(parts.depth) if own == depth and counts[part]]
        rows = torch.isin(of, torch.tensor(here, dtype=of.dtype))
        lines = _lines(seen, spots[rows], marks)
        for part in here:
            own = [line for line, at in zip(lines, of[rows].tolist(), strict=True) if at == part]
            chosen += sheet.laid(own, counts[part])
            owners += [part] * counts[part]
    return _as_paths(chosen, segments, scale, owners)


@dataclass(frozen=True, eq=False)
class _Line:
    """A stroke that may be laid: its way [T, 2] xy px, width, where it was found, RGB [3]."""

    way: Tensor
    width: float
    heart: Tensor
    color: Tensor


def _spots(guide: Guide, count: int, scale: float, generator: torch.Generator) -> Tensor:
    """Where strokes are thought of, [M, 2] xy px of a sheet whose shorter side is 224."""
    return guide.spots(max(_CANDIDATES * count, _FEWEST), generator) / scale


def _lines(picture: Tensor, spots: Tensor, marks: Marks) -> list[_Line]:
    """The stroke through each spot of RGB [1, 3, H, W]."""
    traces = traced(picture, spots, marks.longest / 2, marks.widest, _BEND)
    widths = traces.widths.clamp(marks.thinnest, marks.widest).tolist()
    ways = [way[on] for way, on in zip(traces.ways.unbind(1), traces.on.unbind(1), strict=True)]
    rgb = picture[0].flatten(1).T
    return [
        _Line(way, width, heart, rgb[_pixels(way, picture.shape)].mean(dim=0))
        for way, width, heart in zip(ways, widths, spots, strict=True)
    ]


def _as_paths(
    chosen: Sequence[_Line], segments: Tensor, scale: float, parts: Sequence[int]
) -> Painted:
    points = [_curve(one.way, count) for one, count in zip(chosen, segments.tolist(), strict=True)]
    return Painted(
        torch.cat(points) * scale,
        torch.tensor([one.width for one in chosen]) * scale,
        torch.stack([one.color for one in chosen]).clamp(0, 1),
        torch.tensor(parts),
    )


def _shared_out(wanted: Tensor, found: Tensor) -> list[int]:
    """How many strokes each part has: as often as it is in `wanted` [N], one where it can be.

    found: the parts [M] of all strokes that may be laid.
    """
    most = int(max(wanted.max(), found.max())) + 1
    counts = torch.bincount(wanted, minlength=most)
    can = torch.bincount(found, minlength=most) > 0
    counts = torch.where(can, counts.clamp(min=1), 0)
    while int(counts.sum()) > len(wanted):
        counts[int(counts.argmax())] -= 1
    while int(counts.sum()) < len(wanted):
        counts[int(counts.argmax())] += 1
    return [int(count) for count in counts]


def _enlarged(mask: Tensor, like: Tensor) -> Tensor:
    """A mask [h, w] with its border as large as RGB [1, 3, H, W]: [H, W] bool."""
    wide = F.max_pool2d(mask[None].float(), 3, stride=1, padding=1)
    return F.interpolate(wide[None], size=like.shape[-2:])[0, 0] > 0


def _without(picture: Tensor, hidden: Tensor) -> Tensor:
    """RGB [1, 3, H, W] with what is around each hidden place, [H, W], instead of it."""
    pixel = np.arange(hidden.numel()).reshape(hidden.shape)
    nearest = torch.from_numpy(filled_up(pixel, ~hidden.numpy()))
    return picture.flatten(2)[..., nearest.flatten()].view_as(picture)


def _pixels(spots: Tensor, shape: Sequence[int]) -> Tensor:
    """The number of the pixel at each of [N, 2] xy px of a picture [..., H, W]."""
    x, y = spots.long().unbind(1)
    return y.clamp(0, shape[-2] - 1) * shape[-1] + x.clamp(0, shape[-1] - 1)


class _Sheet:
    """RGB [1, 3, H, W] that is wanted, and how far from it is what is painted so far."""

    def __init__(self, picture: Tensor, paper: Tensor) -> None:
        self._shape = picture.shape
        self._marked = np.zeros(picture[0, 0].numel(), bool)  # nowhere, between two covers
        self._shown = (
            oklab(paper.view(1, 3, 1, 1)).float().view(1, 3).repeat(picture[0, 0].numel(), 1)
        )
        self.want(picture, torch.ones(len(self._shown)))

    def want(self, picture: Tensor, weight: Tensor) -> None:
        """Go on toward another picture; weight [H W]: how much each of its pixels counts."""
        self._wanted = oklab(picture)[0].flatten(1).T.float()
        self._weight = weight
        self._off = (self._wanted - self._shown).square().sum(dim=1) * weight

    def laid(self, lines: Sequence[_Line], count: int) -> list[_Line]:
        """Which `count` of the lines help most, each after those before it, in order.

        Those that are too many lie at the bottom, under strokes that are the same.
        """
        covers = [self._cover(line.way, line.width) for line in lines]
        inks = [self._wanted[_pixels(line.way, self._shape)].mean(dim=0) for line in lines]
        offs = [
            (self._wanted[cover] - ink).square().sum(dim=1) * self._weight[cover]
            for ink, cover in zip(inks, covers, strict=True)
        ]

        def worse(row: int) -> float:
            return float((offs[row] - self._off[covers[row]]).sum())

        heap = [(worse(row), row) for row in range(len(lines))]
        heapq.heapify(heap)
        chosen: list[int] = []
        while heap and len(chosen) < count:
            row = heap[0][1]
            now = worse(row)  # others were laid since it was put there
            if now > heap[0][0] + 1e-6:
                heapq.heapreplace(heap, (now, row))
                continue
            if now >= 0:
                break
            heapq.heappop(heap)
            chosen.append(row)
            self._off[covers[row]] = offs[row]
            self._shown[covers[row]] = inks[row]
        if not chosen:
            return [lines[heap[0][1]]] * count
        spare = itertools.islice(itertools.cycle(reversed(chosen)), count - len(chosen))
        return [lines[row] for row in (*spare, *chosen)]  # the last ones are small and cost least

    def _cover(self, line: Tensor, width: float) -> Tensor:
        """The pixels that a stroke covers, each once."""
        half = width / 2
        near = max(1, int(half / STEP / 2))  # discs so close that no gaps are left
        spots = line.numpy().astype(np.int64)
        spots = np.concatenate([spots[::near], spots[-1:]])
        reach = np.arange(-int(half + 0.5), int(half + 0.5) + 1)
        down, across = np.nonzero(reach[:, None] ** 2 + reach**2 <= half**2 + 0.25)
        x = (spots[:, :1] + reach[across]).ravel()
        y = (spots[:, 1:] + reach[down]).ravel()
        high, wide = self._shape[-2:]
        inside = (x >= 0) & (x < wide) & (y >= 0) & (y < high)
        self._marked[(y * wide + x)[inside]] = True
        found = np.flatnonzero(self._marked)
        self._marked[found] = False
        return torch.from_numpy(found)


def _curve(way: Tensor, segments: int) -> Tensor:
    """Control points [3 S + 1, 2] of a curve along a way [T, 2], its knots evenly on it."""
    knot = torch.linspace(0, len(way) - 1, segments + 1).round().long()
    before, after = (knot - _TANGENT).clamp(min=0), (knot + _TANGENT).clamp(max=len(way) - 1)
    third = (len(way) - 1) / segments / 3
    handle = (way[after] - way[before]) * (third / (after - before).clamp(min=1))[:, None]
    at = way[knot]
    inner = torch.stack([at[:-1], at[:-1] + handle[:-1], at[1:] - handle[1:]], dim=1)
    return torch.cat([inner.flatten(0, 1), at[-1:]])
