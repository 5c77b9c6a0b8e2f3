"""A picture made anew of pieces of style pictures: as much of each colour and mark as they have.

Optimal transport between the cells of both, by their mean colours in OKLab (the colour transfer of
Ferradans et al. 2014, arXiv 1307.5551), with their places as two more channels: what is flat in
the picture is divided as the style divides its sheet, into sky and ground for instance. Every cell
then shows a piece with about the colour that it was brought to, such that lines go on from piece
to piece (image quilting, Efros and Freeman 2001).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.losses._flat import in_flat_colors
from drawkit.losses._sinkhorn import transported
from drawkit.pictures.orientation_field import oklab

__all__ = ["restyled"]

_SIDE = 32
"""Cells on the shorter side of a picture: finer than that are its marks."""
_LONGEST = 64
"""Cells on the longer side at most: a transport costs their product."""
_PLACE = 0.06
"""How much a place at the other side costs, in OKLab: as much as a shade, it only breaks ties."""
_UNSEEN = 1e-4
"""Mass of a cell that is not seen: it takes what is left."""
_SEAM = 0.15
"""How much a break between pieces costs beside a wrong colour of the whole piece."""
_OWN = 0.03
"""How much nearer (OKLab) a pixel must be to the colour of a cell beside it to belong there."""
_PLAIN, _MOSTLY = 0.01, 0.5
"""Pieces that differ by less within (RGB, 0..1) have no marks; where most of a picture's have
none, it is cut from flat areas, and the few pieces with a border in them are left out."""
_PASSES = 8
_CHOICES = 16
"""Pieces that a cell chooses from, beside those that go on from its neighbours' pieces."""
_STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))
"""The neighbours of a cell: rows down and columns to the right."""


@dataclass(frozen=True, eq=False)
class _Pieces:
    """N pieces of pictures.

    pixels: [N, 3, b, b]; cells: [N, 5] mean OKLab with their places; masses: [N], together 1;
    nexts: [4, N] the piece beside each, in the order of the neighbours, itself at a side; sources:
    [N] the number of the picture that each is of; plain: none has marks in it.
    """

    pixels: Tensor
    cells: Tensor
    masses: Tensor
    nexts: Tensor
    sources: Tensor
    plain: bool = False


def restyled(picture: Tensor, seen: Tensor, styles: Sequence[tuple[Tensor, float]]) -> Tensor:
    """RGB [1, 3, H, W] made of pieces of style pictures [1, 3, h, w], each by its weight.

    seen: [1, 1, H, W] how much of each pixel will be seen; only that is given the styles' colours.
    What is dark, light or of another colour than its surroundings stays so, as far as the style
    pictures have such colours; seen small, it is the same picture in their colours, and borders
    are where they were.
    """
    height, width = picture.shape[-2:]
    scale = min(1.0, _SIDE / min(height, width))
    size = _cells_of(height * scale), _cells_of(width * scale)
    block = math.ceil(max(height / size[0], width / size[1]))
    pieces = _joined([_pieces(style, block, weight) for style, weight in styles])
    masses = F.adaptive_avg_pool2d(seen, size).flatten().to(pieces.masses) + _UNSEEN
    masses = masses / masses.sum()
    plan = transported(
        (_cells(picture, *size), masses), (pieces.cells, pieces.masses), pieces.sources
    )
    wanted = plan @ pieces.cells[:, :3] / plan.sum(dim=1, keepdim=True)
    if pieces.plain:
        return in_flat_colors(picture, wanted, pieces.pixels.mean(dim=(2, 3)), size)
    chosen = _quilted((plan, wanted), pieces, size)
    shown = _shown(picture, chosen, pieces.pixels, size)
    return F.interpolate(shown, size=(height, width), mode="bilinear", antialias=True)


def _cells_of(side: float) -> int:
    """Cells of a side: those of a long band are wider than high."""
    return min(max(1, round(side)), _LONGEST)


def _pieces(style: Tensor, block: int, weight: float) -> _Pieces:
    """The pieces of `block` px a side of a picture, which together weigh `weight`."""
    scale = _SIDE / min(style.shape[-2:])
    rows, columns = (_cells_of(side * scale) for side in style.shape[-2:])
    size = rows * block, columns * block
    large = F.interpolate(style, size=size, mode="bilinear", antialias=True)
    pixels = large.view(3, rows, block, columns, block).permute(1, 3, 0, 2, 4).flatten(0, 1)
    cells, count = _cells(style, rows, columns), rows * columns
    masses = torch.full((count,), weight / count, dtype=cells.dtype)
    nexts = _beside(torch.arange(count), (rows, columns))
    pieces = _Pieces(pixels, cells, masses, nexts, torch.zeros(count, dtype=torch.long))
    plain = pixels.flatten(2).std(dim=2, correction=0).amax(dim=1) < _PLAIN
    return _kept(pieces, plain) if plain.float().mean() > _MOSTLY else pieces


def _kept(pieces: _Pieces, rows: Tensor) -> _Pieces:
    """Those of `rows` [N] bool alone, which then weigh as much as all did."""
    number = rows.cumsum(0) - 1
    near = pieces.nexts[:, rows]
    return _Pieces(
        pieces.pixels[rows],
        pieces.cells[rows],
        pieces.masses[rows] * (pieces.masses.sum() / pieces.masses[rows].sum()),
        torch.where(rows[near], number[near], number[rows]),
        pieces.sources[rows],
        plain=True,
    )


def _joined(parts: Sequence[_Pieces]) -> _Pieces:
    starts = torch.tensor([0, *(len(part.cells) for part in parts)]).cumsum(0)
    masses = torch.cat([part.masses for part in parts])
    return _Pieces(
        torch.cat([part.pixels for part in parts]),
        torch.cat([part.cells for part in parts]),
        masses / masses.sum(),
        torch.cat([p.nexts + start for p, start in zip(parts, starts, strict=False)], dim=1),
        torch.cat([part.sources + number for number, part in enumerate(parts)]),
        plain=all(part.plain for part in parts),
    )


def _cells(picture: Tensor, rows: int, columns: int) -> Tensor:
    """OKLab and scaled place of the cells of RGB [1, 3, H, W]: [rows * columns, 5]."""
    small = F.interpolate(picture, size=(rows, columns), mode="bilinear", antialias=True)
    lab = oklab(small)[0].permute(1, 2, 0)
    down = torch.linspace(0, _PLACE, rows, dtype=lab.dtype)[:, None].expand(rows, columns)
    across = torch.linspace(0, _PLACE, columns, dtype=lab.dtype).expand(rows, columns)
    return torch.cat([lab, across[..., None], down[..., None]], dim=-1).flatten(0, 1)


def _quilted(aim: tuple[Tensor, Tensor], pieces: _Pieces, size: tuple[int, int]) -> Tensor:
    """Which piece each cell of rows x columns shows: [N].

    aim: how much of each piece is brought there [N, M], and the colour that it should have [N, 3].
    """
    plan, wanted = aim
    choices = plan.topk(min(_CHOICES, plan.shape[1]), dim=1).indices
    chosen = choices[:, 0].clone()
    number = torch.arange(len(plan))
    beside = _beside(number, size)
    even = (number // size[1] + number % size[1]) % 2 == 0
    for turn in range(_PASSES):
        mine = even if turn % 2 == 0 else ~even
        near = chosen[beside[:, mine]]  # [4, n]: a piece goes on from the one on its other side
        follow = torch.stack([pieces.nexts[at ^ 1][near[at]] for at in range(len(_STEPS))], dim=1)
        offered = torch.cat([chosen[mine, None], choices[mine], follow], dim=1)
        off = (pieces.cells[offered, :3] - wanted[mine, None]).square().sum(dim=2)
        for at in range(len(_STEPS)):
            edge = _edge(pieces.pixels[offered], at)
            other = _edge(pieces.pixels[near[at]], at ^ 1)[:, None]
            breaks = (edge - other).square().mean(dim=(2, 3))
            off = off + _SEAM * breaks * (beside[at, mine] != number[mine])[:, None]
        best = off.argmin(dim=1, keepdim=True)
        chosen[mine] = offered.gather(1, best)[:, 0]
    return chosen


def _shown(picture: Tensor, chosen: Tensor, pieces: Tensor, size: tuple[int, int]) -> Tensor:
    """RGB [1, 3, H, W] of the pieces [M, 3, b, b] that cells chose [N], with the picture's borders.

    Where one colour ends within a cell, the rest of it goes on with the piece of the cell beside
    it whose colour is there: silhouettes stay crisp, cells do not show.
    """
    rows, columns = size
    block = pieces.shape[-1]
    large = F.interpolate(
        picture, size=(rows * block, columns * block), mode="bilinear", antialias=True
    )
    lab = oklab(large)
    means = F.avg_pool2d(lab, block).flatten(2)[0]  # [3, N]
    down, across = torch.arange(rows * block), torch.arange(columns * block)
    owner, nearest = chosen.new_zeros(lab.shape[-2:]), lab.new_full(lab.shape[-2:], math.inf)
    for step in ((0, 0), *itertools.product((-1, 0, 1), repeat=2)):
        row = (down // block + step[0]).clamp(0, rows - 1)
        column = (across // block + step[1]).clamp(0, columns - 1)
        cell = row[:, None] * columns + column
        off = (lab[0] - means[:, cell]).norm(dim=0) + (0.0 if step == (0, 0) else _OWN)
        owner, nearest = torch.where(off < nearest, cell, owner), torch.minimum(off, nearest)
    found = pieces[chosen[owner], :, (down % block)[:, None], across % block]
    return found.permute(2, 0, 1)[None]


def _beside(number: Tensor, size: tuple[int, int]) -> Tensor:
    """The cells beside cells of rows x columns, themselves at a side: [4, N]."""
    rows, columns = size
    row, column = number // columns, number % columns
    return torch.stack(
        [
            (row + down).clamp(0, rows - 1) * columns + (column + right).clamp(0, columns - 1)
            for down, right in _STEPS
        ]
    )


def _edge(pixels: Tensor, side: int) -> Tensor:
    """The pixels [..., 3, b] of pieces [..., 3, b, b] at the side of a neighbour."""
    return (pixels[..., -1], pixels[..., 0], pixels[..., -1, :], pixels[..., 0, :])[side]
