"""The parts of a picture: connected areas of one colour, those that lie on others above them.

Strokes and shapes that belong to one part follow each other in the drawing, so that a person can
take hold of an ear; what is below a part goes on under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.init import Guide
from drawkit.color import color_name, oklab_to_srgb
from drawkit.pictures.orientation_field import oklab
from drawkit.pixelart.neighbours import filled, groups, neighbours

__all__ = ["Parts", "filled_up", "parts_of"]

_EDGE = 0.045
"""Difference (OKLab) of neighbouring pixels at which one area ends and another begins."""
_LEAST = 0.0012
"""Share of the sheet below which an area is no part of its own."""
_MOST = 24
_SOLID = 0.5
_PAPER = -1

_Numbers = npt.NDArray[np.intp]
_Mask = npt.NDArray[np.bool_]


_SIDE = 112
"""Px of the shorter side at which parts are told apart."""


@dataclass(frozen=True, eq=False)
class Parts:
    """`number` [H, W]: the part that each pixel shows, in paint order; -1 is paper.

    depth: of each, on how many others it lies. below: the part that it lies on, -1: paper.
    names: by colour and place, such as `orange` and `black, top left`.
    """

    number: Tensor
    depth: tuple[int, ...]
    below: tuple[int, ...]
    names: tuple[str, ...]

    def at(self, shares: Tensor) -> Tensor:
        """The part at each of [N, 2], xy as shares of the sides; on paper the nearest one."""
        height, width = self.number.shape
        x, y = (shares * torch.tensor([width, height])).long().unbind(1)
        label = self.number.numpy()
        spread = torch.from_numpy(filled_up(label, label != _PAPER))
        return spread[y.clamp(0, height - 1), x.clamp(0, width - 1)]

    def under(self, depth: int) -> Tensor:
        """[H, W] bool: what parts of more depth hide."""
        return torch.tensor([*(own > depth for own in self.depth), False])[self.number]


def parts_of(guide: Guide, paper: Tensor) -> Parts:
    """The parts of a picture on paper, RGB [3].

    Shading does not divide an area, only borders do. What is too small for a part of its own
    belongs to one beside it.
    """
    picture = guide.on_paper(paper, _SIDE)
    lab = oklab(picture)[0].permute(1, 2, 0).numpy()
    shown = F.interpolate(guide.picture[None, 3:], size=lab.shape[:2], mode="area")
    solid = shown[0, 0].numpy() > _SOLID
    label = _areas(lab, solid)
    masks = [label == name for name in np.unique(label[solid])]
    if not masks:
        return Parts(torch.full(solid.shape, _PAPER), (), (), ())
    pairs = sorted(((filled(mask), mask) for mask in masks), key=lambda one: -int(one[0].sum()))
    whole, masks = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    number = np.full(solid.shape, _PAPER)
    for part, mask in enumerate(masks):
        number[mask] = part
    below = [_holder(part, masks, whole) for part in range(len(masks))]
    depth: list[int] = []
    for part in below:
        depth.append(0 if part == _PAPER else depth[part] + 1)
    by_depth = sorted(range(len(masks)), key=lambda n: depth[n])
    place = {part: at for at, part in enumerate(by_depth)} | {_PAPER: _PAPER}
    renumbered = np.array([place[n] for n in range(len(masks))] + [_PAPER])[number]
    colors = [oklab_to_srgb(lab[masks[n]].mean(axis=0)).clip(0, 1).tolist() for n in by_depth]
    return Parts(
        torch.from_numpy(renumbered),
        tuple(depth[n] for n in by_depth),
        tuple(place[below[n]] for n in by_depth),
        _names([masks[n] for n in by_depth], colors, solid),
    )


def _areas(lab: npt.NDArray[np.float64], solid: _Mask) -> _Numbers:
    """[H, W] the connected area of each pixel of the figure, small ones joined to others."""
    around = neighbours("rect", *solid.shape)
    flat, drawn = lab.reshape(-1, 3), solid.ravel()
    apart = np.linalg.norm(flat[around] - flat[:, None], axis=2)
    label = groups((apart < _EDGE) & (drawn[around] == drawn[:, None]), around)
    if not drawn.any():
        return np.full(solid.shape, _PAPER)
    names, counts = np.unique(label[_in_blocks(label, solid)], return_counts=True)
    if not len(names):
        names, counts = np.unique(label[drawn], return_counts=True)
    enough = max(_LEAST * label.size, np.sort(counts)[::-1][:_MOST][-1])
    large = names[counts >= min(enough, counts.max())]
    held = np.isin(label, large) & drawn
    nearest = filled_up(np.where(held, label, -1).reshape(solid.shape), held.reshape(solid.shape))
    return np.where(solid, nearest, -1)


def _in_blocks(label: _Numbers, solid: _Mask) -> _Mask:
    """[H W] pixels in a square of four of one label: a mixed row along a border is no area."""
    square = label.reshape(solid.shape)
    corner = square[:-1, :-1]
    block = (corner == square[1:, :-1]) & (corner == square[:-1, 1:]) & (corner == square[1:, 1:])
    block &= solid[:-1, :-1]
    within = np.zeros_like(solid)
    for down in (slice(0, -1), slice(1, None)):
        for right in (slice(0, -1), slice(1, None)):
            within[down, right] |= block
    return within.ravel()


def filled_up(label: _Numbers, known: _Mask) -> _Numbers:
    """[H, W] with the label of the nearest known pixel where none is known."""
    label, known = label.copy(), known.copy()
    if not known.any():
        return label
    while not known.all():
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            beside, there = np.roll(label, step, axis), np.roll(known, step, axis)
            edge = [slice(None), slice(None)]
            edge[axis] = slice(0, 1) if step == 1 else slice(-1, None)
            there[tuple(edge)] = False
            new = there & ~known
            label[new] = beside[new]
            known |= new
    return label


def _holder(part: int, masks: Sequence[_Mask], whole: Sequence[_Mask]) -> int:
    """The smallest part that surrounds another; parts come the largest first."""
    for other in range(part - 1, -1, -1):
        if whole[other][masks[part]].mean() > 0.95:
            return other
    return _PAPER


def _names(
    masks: Sequence[_Mask], colors: Sequence[Sequence[float]], solid: _Mask
) -> tuple[str, ...]:
    """`orange` where that is one part alone, else with its place: `black, top left`."""
    said = [color_name(color) for color in colors]
    rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
    names: list[str] = []
    for mask, color in zip(masks, said, strict=True):
        down = (np.argwhere(mask).mean(axis=0)[0] - rows[0]) / max(rows[-1] - rows[0], 1)
        right = (np.argwhere(mask).mean(axis=0)[1] - columns[0]) / max(columns[-1] - columns[0], 1)
        places = (_third(down, "top", "bottom"), _third(right, "left", "right"))
        place = " ".join(word for word in places if word) or "middle"
        name = color if said.count(color) == 1 else f"{color}, {place}"
        same = sum(other == name or other.startswith(f"{name} ") for other in names)
        names.append(f"{name} {same + 1}" if same else name)
    return tuple(names)


def _third(share: float, low: str, high: str) -> str:
    return low if share < 0.4 else high if share > 0.6 else ""
