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
from torch import Tensor

from drawkit.canvas.init import Guide
from drawkit.pictures.orientation_field import STEP, oklab, traced
from drawkit.pictures.streamlines import SIDE

__all__ = ["Marks", "painted"]

_BEND = math.pi / 2
"""How far a stroke turns each way from its middle, radians: one curve can follow that."""
_TANGENT = 4
"""Steps of a way over which its direction is taken."""
_CANDIDATES, _FEWEST = 8, 600
"""Strokes that are thought of for each one that is laid, and at least."""


@dataclass(frozen=True)
class Marks:
    """What strokes may be, in px of a drawing whose shorter side is 224: widths and length."""

    thinnest: float
    widest: float
    longest: float


def painted(
    segments: Tensor, guide: Guide, marks: Marks, paper: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Control points [K, 2] px, widths [N] px and RGB [N, 3] of open paths of `segments` [N].

    paper: RGB [3], what the sheet shows where no stroke is.
    """
    scale = min(guide.picture.shape[-2:]) / SIDE
    spots = guide.spots(max(_CANDIDATES * len(segments), _FEWEST), generator) / scale
    on_paper = guide.on_paper(paper, SIDE)
    traces = traced(on_paper, spots, marks.longest / 2, marks.widest, _BEND)
    lines = [way[on] for way, on in zip(traces.ways.unbind(1), traces.on.unbind(1), strict=True)]
    widths = traces.widths.clamp(marks.thinnest, marks.widest)
    sheet = _Sheet(on_paper, paper)
    chosen = sheet.laid(lines, widths.tolist(), len(segments))
    points = [
        _curve(lines[row], count) for row, count in zip(chosen, segments.tolist(), strict=True)
    ]
    colors = [sheet.rgb[sheet.pixels(lines[row])].mean(dim=0) for row in chosen]
    return torch.cat(points) * scale, widths[chosen] * scale, torch.stack(colors).clamp(0, 1)


class _Sheet:
    """RGB [1, 3, H, W] that is wanted, and how far from it is what is painted so far."""

    def __init__(self, picture: Tensor, paper: Tensor) -> None:
        self._height, self._width = picture.shape[-2:]
        self.rgb = picture[0].flatten(1).T  # [H W, 3]
        self._wanted = oklab(picture)[0].flatten(1).T.float()
        bare = oklab(paper.view(1, 3, 1, 1)).float().view(1, 3)
        self._off = (self._wanted - bare).square().sum(dim=1)

    def laid(self, lines: Sequence[Tensor], widths: Sequence[float], count: int) -> list[int]:
        """Which `count` of the lines [T, 2] help most, each after those before it, in order.

        Those that are too many lie at the bottom, under strokes that are the same.
        """
        covers = [self._cover(line, width) for line, width in zip(lines, widths, strict=True)]
        offs = [
            (self._wanted[cover] - self._wanted[self.pixels(line)].mean(dim=0)).square().sum(dim=1)
            for line, cover in zip(lines, covers, strict=True)
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
        if not chosen:
            return [heap[0][1]] * count
        spare = itertools.islice(itertools.cycle(reversed(chosen)), count - len(chosen))
        return [*spare, *chosen]  # the last ones are small and cost least

    def pixels(self, spots: Tensor) -> Tensor:
        """The number of the pixel at each of [N, 2] xy px."""
        x, y = spots.long().unbind(1)
        return y.clamp(0, self._height - 1) * self._width + x.clamp(0, self._width - 1)

    def _cover(self, line: Tensor, width: float) -> Tensor:
        """The pixels that a stroke covers, each once."""
        half = width / 2
        near = max(1, int(half / STEP / 2))  # discs so close that no gaps are left
        spots = torch.cat([line[::near], line[-1:]])
        reach = torch.arange(-int(half + 0.5), int(half + 0.5) + 1)
        disc = torch.cartesian_prod(reach, reach)
        disc = disc[disc.square().sum(dim=1) <= half**2 + 0.25]
        at = (spots.long()[:, None] + disc).flatten(0, 1)
        inside = ((at >= 0) & (at < at.new_tensor([self._width, self._height]))).all(dim=1)
        return torch.from_numpy(np.unique(self.pixels(at[inside]).numpy()))


def _curve(way: Tensor, segments: int) -> Tensor:
    """Control points [3 S + 1, 2] of a curve along a way [T, 2], its knots evenly on it."""
    knot = torch.linspace(0, len(way) - 1, segments + 1).round().long()
    before, after = (knot - _TANGENT).clamp(min=0), (knot + _TANGENT).clamp(max=len(way) - 1)
    third = (len(way) - 1) / segments / 3
    handle = (way[after] - way[before]) * (third / (after - before).clamp(min=1))[:, None]
    at = way[knot]
    inner = torch.stack([at[:-1], at[:-1] + handle[:-1], at[1:] - handle[1:]], dim=1)
    return torch.cat([inner.flatten(0, 1), at[-1:]])
