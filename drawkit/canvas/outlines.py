"""Paths of several runs as the single loops that the rasterizer draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from drawkit.raster import Paths
from drawkit.scene import Path, Subpath

__all__ = ["Outlines", "outlines_of"]

_Control = tuple[int, int, float]
"""A point of a run, another, and how far from the one to the other a control point lies."""


@dataclass(frozen=True, eq=False)
class Outlines:
    """R loops or lines in paint order. path: [R] the path of each; others as of `raster.Paths`."""

    path: Tensor
    segments: Tensor
    closed: Tensor
    stroked: Tensor
    filled: Tensor
    even_odd: Tensor
    first: Tensor
    second: Tensor
    share: Tensor

    def of(self, points: Tensor) -> Tensor:
        """Control points [D, 2] of all of them, from the points [K, 2] of all runs."""
        return points[self.first].lerp(points[self.second], self.share)

    def painted(self, points: Tensor, radius: Tensor, stroke: Tensor, fill: Tensor) -> Paths:
        """What the rasterizer draws: radius [R] px, RGBA [R, 4] of lines and of fills."""
        return Paths(
            points=self.of(points),
            segments=self.segments,
            closed=self.closed,
            radius=radius,
            stroke=stroke,
            fill=fill,
            stroked=self.stroked,
            filled=self.filled,
            even_odd=self.even_odd,
        )


def outlines_of(paths: Sequence[Path], rows: Iterable[int]) -> Outlines:
    """The outlines of some of the paths, whose runs' points lie one after the other.

    The fill of several runs is one loop: from its first point to the next run's and back it goes
    the same way, so that nothing lies between. Their line is one outline for each run.
    """
    starts, total = [], 0
    for path in paths:
        starts.append(total)
        total += sum(len(run.control_points) for run in path.subpaths)
    found: list[tuple[int, list[_Control], bool, bool, bool]] = []
    for row in rows:
        path, at = paths[row], starts[row]
        filled, stroked = path.fill is not None, path.stroke is not None
        if not path.more:
            found.append((row, _run(path, at), path.closed, stroked, filled))
            continue
        if filled:
            found.append((row, _joined(path, at), True, False, True))
        for run in path.subpaths if stroked else ():
            found.append((row, _run(run, at), run.closed, True, False))
            at += len(run.control_points)
    controls = [control for _, own, *_ in found for control in own]
    first, second, share = zip(*controls, strict=True)
    even_odd = [paths[row].fill_rule == "evenodd" for row, *_ in found]
    return Outlines(
        path=torch.tensor([row for row, *_ in found]),
        segments=torch.tensor([len(own) // 3 for _, own, *_ in found]),
        closed=torch.tensor([closed for _, _, closed, _, _ in found]),
        stroked=torch.tensor([stroked for *_, stroked, _ in found]),
        filled=torch.tensor([filled for *_, filled in found]),
        even_odd=torch.tensor(even_odd),
        first=torch.tensor(first),
        second=torch.tensor(second),
        share=torch.tensor(share)[:, None],
    )


def _run(run: Subpath, at: int) -> list[_Control]:
    return [(at + n, at + n, 0.0) for n in range(len(run.control_points))]


def _joined(path: Path, at: int) -> list[_Control]:
    """One closed loop through all runs of a path, each closed by a straight segment."""
    home = at
    loop: list[_Control] = [(home, home, 0.0)]
    for run in path.subpaths:
        count = len(run.control_points)
        if at != home:
            loop += _straight(home, at)
        loop += [(at + n, at + n, 0.0) for n in range(1, count)]
        loop += [(at, at, 0.0)] if run.closed else _straight(at + count - 1, at)
        if at != home:
            loop += _straight(at, home)
        at += count
    return loop[:-1]


def _straight(start: int, end: int) -> list[_Control]:
    return [(start, end, 1 / 3), (start, end, 2 / 3), (end, end, 0.0)]
