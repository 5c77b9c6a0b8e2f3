"""The ways that the lines of a picture take: where one colour goes on, across and along.

The direction is that of the structure tensor (Foerstner and Guelch 1987), from the nearest
surroundings that have one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import srgb_to_oklab

__all__ = [
    "STEP",
    "Traces",
    "Walk",
    "at_spots",
    "directions",
    "field_of",
    "oklab",
    "traced",
    "unit",
    "walk",
]

STEP = 0.5
"""Px from one place that is looked at to the next."""
_TURNING = 0.25
"""How much of the new direction is taken up at a step: a line's end does not turn the walk."""
_BLURS = (1.0, 2.5, 6.0)
"""Surroundings in px from which a direction is taken."""
_AROUND = 9
"""Px across in which it is seen how much colours differ."""
_SHARE, _ALIKE = 0.35, 0.04
"""A line ends at this share of what colours differ by around it, and not before that (OKLab)."""
_FEW = 0.75
"""Share of a walk's ways that still go on at which it is worth the while to leave the rest."""


@dataclass(frozen=True, eq=False)
class Walk:
    """From N places one way: px gone, radians turned [N]; ways [T, N, 2] xy px, on it [T, N]."""

    gone: Tensor
    turned: Tensor
    ways: Tensor
    on: Tensor


@dataclass(frozen=True, eq=False)
class Traces:
    """Lines through N places: ways [T, N, 2] xy px, on them [T, N] or past an end; widths [N]."""

    ways: Tensor
    on: Tensor
    widths: Tensor


@torch.no_grad()
def traced(picture: Tensor, spots: Tensor, reach: float, widest: float, bend: float) -> Traces:
    """The lines through `spots` [N, 2] xy px of RGB [1, 3, H, W].

    They are followed for `reach` px each way at most, or until they have turned by `bend`
    radians, and felt across for `widest` px. Each lies where its middle is.
    """
    lab = oklab(picture).float()
    field = field_of(lab)
    differ = (_most(lab) + _most(-lab)).norm(dim=1, keepdim=True)

    def felt(at: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        same = at_spots(lab, at), (_SHARE * at_spots(differ, at)[:, 0]).clamp(min=_ALIKE)
        return unit(at_spots(field, at)), same

    along, same = felt(spots)
    across = torch.stack([-along[:, 1], along[:, 0]], dim=1)
    one, other = walk(lab, None, spots, across, same, int(widest))
    hearts = spots + across * ((one.gone - other.gone) / 2)[:, None]
    along = felt(hearts)[0]
    ahead, back = walk(lab, field, hearts, along, same, int(reach), bend)
    ways = torch.cat([back.ways.flip(0), hearts[None], ahead.ways])
    on = torch.cat([back.on.flip(0), torch.ones(1, len(spots), dtype=torch.bool), ahead.on])
    return Traces(ways, on, one.gone + other.gone)


def _most(maps: Tensor) -> Tensor:
    """The largest value around each pixel of [1, C, H, W]."""
    pad = _AROUND // 2
    padded = F.pad(maps, (pad,) * 4, mode="replicate")
    # Down, then across: the same as in the square, with a fifth of the looks.
    return F.max_pool2d(F.max_pool2d(padded, (_AROUND, 1), stride=1), (1, _AROUND), stride=1)


def directions(picture: Tensor, spots: Tensor) -> Tensor:
    """Angles [N] in radians of the lines of RGB [1, 3, H, W] at `spots` [N, 2] xy px."""
    double = at_spots(field_of(oklab(picture).float()), spots)
    return torch.atan2(double[:, 1], double[:, 0]) / 2


def walk(
    lab: Tensor,
    field: Tensor | None,
    spots: Tensor,
    heading: Tensor,
    same: tuple[Tensor, Tensor],
    most: int,
    bend: float = math.inf,
) -> tuple[Walk, Walk]:
    """How far from each spot the same colour goes on, at most `most` px: ahead, and back.

    heading: [N, 2], kept to where there is no `field` to follow. same: the colour [N, 3] and how
    far from it another one is [N]. bend: radians after which a way ends.
    """
    heading = torch.cat([heading, -heading])
    both = _walk(lab, field, spots.repeat(2, 1), heading, same, int(most / STEP), bend)
    halves = slice(len(spots)), slice(len(spots), None)
    ahead, back = (
        Walk(both.gone[half], both.turned[half], both.ways[:, half], both.on[:, half])
        for half in halves
    )
    return ahead, back


def _walk(
    lab: Tensor,
    field: Tensor | None,
    at: Tensor,
    heading: Tensor,
    same: tuple[Tensor, Tensor],
    steps: int,
    bend: float,
) -> Walk:
    """The same one way; those whose way has ended are soon looked at no more."""
    size = torch.tensor([lab.shape[-1], lab.shape[-2]])
    maps = lab if field is None else torch.cat([lab, field], dim=1)
    ways, on = torch.zeros(steps, len(at), 2), torch.zeros(steps, len(at), dtype=torch.bool)
    all_turned, turned = torch.zeros(2, len(at))
    turn = torch.zeros(1)
    rows, goes_on = torch.arange(len(at)), torch.ones(len(at), dtype=torch.bool)
    color, apart = (value.repeat(2, *[1] * (value.ndim - 1)) for value in same)
    there = at_spots(maps, at)
    for step in range(steps):
        goes_on = goes_on & (turned.abs() < bend)
        if field is not None:
            new = unit(there[:, 3:])
            new = new * (new * heading).sum(dim=1, keepdim=True).sign()
            new = F.normalize(heading + _TURNING * (new - heading), dim=1)
            turn = (heading[:, 0] * new[:, 1] - heading[:, 1] * new[:, 0]).clamp(-1, 1).asin()
            heading = new
        at = at + STEP * heading
        there = at_spots(maps, at)
        goes_on &= (there[:, :3] - color).square().sum(dim=1) < apart.square()
        goes_on &= ((at >= 0) & (at <= size)).all(dim=1)
        turned = turned + turn * goes_on
        ways[step, rows], on[step, rows], all_turned[rows] = at, goes_on, turned
        if int(goes_on.sum()) <= _FEW * len(rows):
            left = goes_on.nonzero()[:, 0]
            state = rows, at, heading, there, turned, color, apart
            rows, at, heading, there, turned, color, apart = (value[left] for value in state)
            goes_on = goes_on[left]
            if not len(rows):
                break
    return Walk(STEP * on.sum(dim=0) + STEP / 2, all_turned.abs(), ways, on)


def field_of(lab: Tensor) -> Tensor:
    """[1, 2, H, W]: cosine and sine of twice the angle along lines, as long as it is certain."""
    padded = F.pad(lab, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    # Along a line is at right angles to its slope: twice the angle is turned by half a circle.
    double = torch.cat([down.square() - across.square(), -2 * across * down], dim=1)
    double = torch.stack([double[:, :3].sum(dim=1), double[:, 3:].sum(dim=1)], dim=1)
    energy = (across.square() + down.square()).sum(dim=1, keepdim=True)
    field, known = torch.zeros_like(double), torch.full_like(energy, 1e-4)
    for blur in _BLURS:
        share = (1e-3 / known).clamp(max=1)  # the less, the more is known from nearer
        both = _blurred(torch.cat([double, energy], dim=1), blur)
        field, known = field + share * both[:, :2], known + share * both[:, 2:]
    certain: Tensor = field / known
    return certain


def _blurred(maps: Tensor, blur: float) -> Tensor:
    """Each channel of [1, C, H, W] under a bell of `blur` px."""
    reach = int(3 * blur) + 1
    bell = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * blur**2))
    bell = (bell / bell.sum()).expand(maps.shape[1], 1, 1, -1)
    padded = F.pad(maps, (reach,) * 4, mode="replicate")
    across = F.conv2d(padded, bell, groups=maps.shape[1])
    return F.conv2d(across, bell.transpose(2, 3), groups=maps.shape[1])


def oklab(picture: Tensor) -> Tensor:
    """RGB [1, 3, H, W], 0..1, as OKLab in float64."""
    lab = srgb_to_oklab(picture.permute(0, 2, 3, 1).clamp(0, 1).double().numpy())
    return torch.from_numpy(lab).permute(0, 3, 1, 2)


def at_spots(maps: Tensor, spots: Tensor) -> Tensor:
    """Bilinear samples of [1, C, H, W] at `spots` [N, 2] xy px: [N, C]."""
    size = torch.tensor([maps.shape[-1], maps.shape[-2]])
    grid = (spots / size * 2 - 1)[None, :, None]
    found = F.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return found[0, :, :, 0].T


def unit(double: Tensor) -> Tensor:
    """Unit vectors [N, 2] at half the angle of [N, 2]."""
    angle = torch.atan2(double[:, 1], double[:, 0]) / 2
    return torch.stack([angle.cos(), angle.sin()], dim=1)
