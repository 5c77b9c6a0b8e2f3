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
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from drawkit.canvas.init import Guide, gather_points
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
_DIGITS = 6
"""Decimals that count of how much nearer a stroke brings a sheet; further ones are rounding."""

_Runs = npt.NDArray[np.intp]
_Floats = npt.NDArray[np.float64]


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
    at_once = _lines(on_paper, spots, marks)
    laid = _Sheet(on_paper, paper).laid(at_once, len(segments))
    counts = _shared_out(parts.at(torch.stack([line.heart for line in laid]) / size), of)
    sheet = _Sheet(on_paper, paper)
    chosen: list[_Line] = []
    owners: list[int] = []
    for depth in sorted(set(parts.depth)):
        hidden = _enlarged(parts.under(depth), on_paper)
        here = [part for part, own in enumerate(parts.depth) if own == depth and counts[part]]
        if not here:  # fewer strokes than depths
            continue
        rows = torch.isin(of, torch.tensor(here, dtype=of.dtype))
        if hidden.any():
            seen = _without(on_paper, hidden)
            lines = _lines(seen, spots[rows], marks)
        else:  # nothing is on top: the lines are those of the whole picture
            seen = on_paper
            lines = [line for line, own in zip(at_once, rows.tolist(), strict=True) if own]
        sheet.want(seen, 1 - (1 - _UNDER) * hidden.flatten().float())
        for part in here:
            own = [line for line, at in zip(lines, of[rows].tolist(), strict=True) if at == part]
            chosen += sheet.laid(own, counts[part])
            owners += [part] * counts[part]
    return _as_paths(chosen, segments, scale, owners)


@dataclass(frozen=True, eq=False)
class _Line:
    """A stroke that may be laid: its way [T, 2] xy px, width, where it was found.

    color: RGB [3]; ink: the same in OKLab. cover: the pixels that it covers, as runs [R, 2] of
    them, first and past the last, in the order of a picture's pixels.
    """

    way: Tensor
    width: float
    heart: Tensor
    color: Tensor
    ink: _Floats
    cover: _Runs


def _spots(guide: Guide, count: int, scale: float, generator: torch.Generator) -> Tensor:
    """Where strokes are thought of, [M, 2] xy px of a sheet whose shorter side is 224."""
    return guide.spots(max(_CANDIDATES * count, _FEWEST), generator) / scale


def _lines(picture: Tensor, spots: Tensor, marks: Marks) -> list[_Line]:
    """The stroke through each spot of RGB [1, 3, H, W]."""
    traces = traced(picture, spots, marks.longest / 2, marks.widest, _BEND)
    widths = traces.widths.clamp(marks.thinnest, marks.widest)
    counts = traces.on.sum(dim=0)
    steps = traces.ways.transpose(0, 1)[traces.on.T]  # of all ways, one after the other
    seen = torch.cat([picture, oklab(picture)], dim=1)[0].flatten(1).T  # in float64
    means = torch.zeros(len(spots), 6).double()
    own = torch.arange(len(spots)).repeat_interleave(counts)
    means.index_add_(0, own, seen[_pixels(steps, picture.shape)]).div_(counts[:, None])
    covers = _covers(steps.numpy(), counts.numpy(), widths.numpy(), picture.shape)
    ways = steps.tensor_split(counts.cumsum(0)[:-1])
    colors, inks = means[:, :3].float(), means[:, 3:].numpy()
    return list(map(_Line, ways, widths.tolist(), spots, colors, inks, covers))


def _as_paths(
    chosen: Sequence[_Line], segments: Tensor, scale: float, parts: Sequence[int]
) -> Painted:
    return Painted(
        _curves([one.way for one in chosen], segments) * scale,
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


def _covers(steps: _Floats, counts: _Runs, widths: _Floats, shape: Sequence[int]) -> list[_Runs]:
    """What strokes cover of a picture [..., H, W]: discs along their ways.

    steps: xy px [P, 2] of all ways, one after the other, `counts` [N] of each.
    """
    high, wide = shape[-2:]
    half = widths / 2
    line, step = _numbered(counts)
    near = np.maximum(half / STEP / 2, 1).astype(int)  # discs so close that no gaps are left
    discs = (step % near[line] == 0) | (step == counts[line] - 1)
    (x, y), line = steps[discs].astype(int).T, line[discs]
    around = (half + 0.5).astype(int)[line]
    disc, down = _numbered(2 * around + 1)
    x, y, line, down = x[disc], y[disc], line[disc], down - around[disc]
    left = half[line] ** 2 + 0.25 - down**2
    across = np.sqrt(left.clip(0)).astype(int)
    first, end, row = (x - across).clip(0), (x + across + 1).clip(max=wide), y + down
    seen = (left >= 0) & (row >= 0) & (row < high) & (first < end)
    if not seen.any():  # all beside the picture
        return [np.empty((0, 2), int)] * len(counts)
    # A place of its own for each pixel of each line, and one between lines that none goes over.
    each = high * wide + 1
    begin = line * each + row * wide
    firsts, ends = np.sort((begin + first)[seen]), np.sort((begin + end)[seen])
    apart = firsts[1:] > ends[:-1]  # where all that began before has ended
    runs = np.stack([firsts[np.r_[True, apart]], ends[np.r_[apart, True]]], axis=1)
    line = runs[:, 0] // each
    return np.split(runs - line[:, None] * each, np.searchsorted(line, np.arange(1, len(counts))))


def _pixels_of(cover: _Runs) -> _Runs:
    """The number of each pixel of runs [R, 2]."""
    run, place = _numbered(cover[:, 1] - cover[:, 0])
    pixels: _Runs = cover[run, 0] + place
    return pixels


def _numbered(counts: _Runs) -> tuple[_Runs, _Runs]:
    """Of so many each [N]: whose each one is, and its place among those, [counts.sum()] both."""
    whose = np.repeat(np.arange(len(counts)), counts)
    return whose, np.arange(len(whose)) - (counts.cumsum() - counts)[whose]


def _up_to(values: _Floats) -> _Floats:
    """The sums of the values [P] before each place, [P + 1]."""
    return np.concatenate([[0], values.cumsum()])


def _sums(up_to: _Floats, covers: Sequence[_Runs]) -> _Floats:
    """The sum of what `_up_to` has summed over each cover."""
    whose, _ = _numbered(np.array([len(cover) for cover in covers]))
    first, end = np.concatenate(covers).T
    return np.bincount(whose, up_to[end] - up_to[first], len(covers)).astype(np.float64)


class _Sheet:
    """RGB [1, 3, H, W] that is wanted, and how far from it is what is painted so far."""

    def __init__(self, picture: Tensor, paper: Tensor) -> None:
        count = picture[0, 0].numel()
        self._shown = oklab(paper.view(1, 3, 1, 1)).view(3, 1).repeat(1, count).numpy()
        self.want(picture, torch.ones(count))

    def want(self, picture: Tensor, weight: Tensor) -> None:
        """Go on toward another picture; weight [H W]: how much each of its pixels counts."""
        self._wanted = oklab(picture)[0].flatten(1).numpy()
        self._weight = weight.double().numpy()
        self._off = ((self._wanted - self._shown) ** 2).sum(axis=0) * self._weight

    def laid(self, lines: Sequence[_Line], count: int) -> list[_Line]:
        """Which `count` of the lines help most, each after those before it, in order.

        Those that are too many lie at the bottom, under strokes that are the same.
        """
        covers = [line.cover for line in lines]
        offs, before = self._offs(lines), _up_to(self._off)

        def worse(row: int) -> float:
            start, end = before[covers[row]].sum(axis=0)
            return round(float(offs[row] - (end - start)), _DIGITS)

        first = (offs - _sums(before, covers)).round(_DIGITS).tolist()
        heap = list(zip(first, range(len(lines)), strict=True))
        heapq.heapify(heap)
        chosen: list[int] = []
        while heap and len(chosen) < count:
            row = heap[0][1]
            now = worse(row)  # others were laid since it was put there
            if now > heap[0][0]:
                heapq.heapreplace(heap, (now, row))
                continue
            if now >= 0:
                break
            heapq.heappop(heap)
            chosen.append(row)
            self._lay(lines[row])
            before = _up_to(self._off)
        if not chosen:
            return [lines[heap[0][1]]] * count
        spare = itertools.islice(itertools.cycle(reversed(chosen)), count - len(chosen))
        return [lines[row] for row in (*spare, *chosen)]  # the last ones are small and cost least

    def _lay(self, line: _Line) -> None:
        cover, ink = _pixels_of(line.cover), line.ink[:, None]
        self._shown[:, cover] = ink
        self._off[cover] = ((self._wanted[:, cover] - ink) ** 2).sum(axis=0) * self._weight[cover]

    def _offs(self, lines: Sequence[_Line]) -> _Floats:
        """How far from what is wanted each line's ink is over its cover, [N]."""
        covers, inks = [line.cover for line in lines], np.array([line.ink for line in lines]).T
        weight, wanted = self._weight, self._wanted
        # weight * (wanted - ink)^2, multiplied out: sums of the picture alone serve all inks.
        weights = _sums(_up_to(weight), covers)
        offs = _sums(_up_to((wanted**2).sum(axis=0) * weight), covers)
        for ink, channel in zip(inks, wanted, strict=True):
            offs += ink * (ink * weights - 2 * _sums(_up_to(channel * weight), covers))
        return offs


def _curves(ways: Sequence[Tensor], segments: Tensor) -> Tensor:
    """Control points [K, 2] of a curve along each way [T, 2], its knots evenly on it."""
    spots = pad_sequence(list(ways), batch_first=True)
    last = torch.tensor([[len(way) - 1] for way in ways])
    knot = last * torch.arange(int(segments.max()) + 1) / segments[:, None]
    knot = torch.minimum(knot.round().long(), last)
    before, after = (knot - _TANGENT).clamp(min=0), torch.minimum(knot + _TANGENT, last)

    def at(steps: Tensor) -> Tensor:
        return spots.gather(1, steps[..., None].expand(-1, -1, 2))

    third = last / segments[:, None] / 3
    handle = (at(after) - at(before)) * (third / (after - before).clamp(min=1))[..., None]
    next_to = (at(knot) - handle).roll(-1, dims=1)
    points = torch.stack([at(knot), at(knot) + handle, next_to], dim=2)
    return gather_points(points.flatten(1, 2), 3 * segments + 1)
