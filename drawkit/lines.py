"""The lines that a picture is made of: how wide, how long, how bent, in which directions.

From places spread over all that is not paper, it is felt how far one colour goes on: across,
which is a line's width, and along it both ways, following its bends. The direction is that of the
structure tensor (Foerstner and Guelch 1987), from the nearest surroundings that have one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import srgb_to_oklab

__all__ = ["SIDE", "Lines", "directions", "lines_of", "oklab"]

SIDE = 224
"""Shorter side in px that all lengths are meant for."""
_PLACES = 1500
_LONGEST = 120
"""Px of a line that are followed each way; a longer one is as long as the sheet to the eye."""
_WIDEST = 50
"""Px that are felt across to each side."""
_LARGEST = 3 * SIDE
"""Px of the longer side; of a band that is longer still, lines are seen squeezed."""
_STEP = 0.5
"""Px from one place that is looked at to the next."""
_TURNING = 0.25
"""How much of the new direction is taken up at a step: a line's end does not turn the walk."""
_BLURS = (1.0, 2.5, 6.0)
"""Surroundings in px from which a direction is taken."""
_SEEN = 0.08
"""Difference from the paper (OKLab) from which something is drawn."""
_ELONGATED, _CERTAIN = 5.0, 0.7
"""How many times as long as wide lines are that are strokes, and how sure their direction is."""
_EVEN, _ON, _MOSTLY = 0.01, 4, 0.4
"""Difference (OKLab) over so many px that is none, and how much of a flat picture has none."""
_LEVELS = 16
"""Levels of a channel by which the paper's colour is counted."""


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines at N places, for a picture whose shorter side is 224 px.

    widths, lengths: [N] px; turns: [N] radians that a line turns in a px; directions: [N, 2]
    cosine and sine of twice its angle (x right, y down), shorter where there is no direction;
    paper: the colour around them, RGB 0..1; share: how much of the sheet they cover, 0..1;
    even: how much of the sheet has the very colour of what is beside it, 0..1.
    """

    widths: Tensor
    lengths: Tensor
    turns: Tensor
    directions: Tensor
    paper: Tensor
    share: float
    even: float = 0.0

    @property
    def hatched(self) -> bool:
        """Whether most of them are strokes, not dots or areas."""
        shape = float((self.lengths / self.widths.clamp(min=0.5)).median())
        return shape > _ELONGATED and float(self.directions.norm(dim=1).median()) > _CERTAIN

    @property
    def flat(self) -> bool:
        """Whether the picture is cut from flat areas, as a screen print is, not from strokes."""
        return self.even > _MOSTLY and not self.hatched


def directions(picture: Tensor, spots: Tensor) -> Tensor:
    """Angles [N] in radians of the lines of RGB [1, 3, H, W] at `spots` [N, 2] xy px."""
    double = _at(_field(oklab(picture).float()), spots)
    return torch.atan2(double[:, 1], double[:, 0]) / 2


@torch.no_grad()
def lines_of(picture: Tensor) -> Lines:
    """The lines of RGB [1, 3, H, W], 0..1; of a plain sheet, that one area."""
    scale = SIDE / min(picture.shape[-2:])
    size = [min(max(1, round(side * scale)), _LARGEST) for side in picture.shape[-2:]]
    picture = F.interpolate(picture, size=size, mode="bilinear", antialias=True).clamp(0, 1)
    paper = _paper(picture)
    lab, paper_lab = (oklab(seen).float() for seen in (picture, paper.view(1, 3, 1, 1)))
    away = (lab - paper_lab).norm(dim=1, keepdim=True)  # [1, 1, H, W]
    drawn = (away > _SEEN).float()
    spots = _spots(away if drawn.any() else torch.ones_like(away))
    field = _field(lab)
    return _felt(lab, away, field, spots, paper, (float(drawn.mean()), _even(lab)))


def _felt(
    lab: Tensor,
    away: Tensor,
    field: Tensor,
    spots: Tensor,
    paper: Tensor,
    shares: tuple[float, float],
) -> Lines:
    """What is felt at `spots` [N, 2] xy px of OKLab [1, 3, H, W] with directions [1, 2, H, W]."""
    same = _at(lab, spots), (_at(away, spots)[:, 0] / 2).clamp(min=_SEEN)
    there = _at(field, spots)
    along = _unit(there)
    across = torch.stack([-along[:, 1], along[:, 0]], dim=1)
    widths = torch.zeros(len(spots))
    lengths, turns = torch.zeros(len(spots)), torch.zeros(len(spots))
    for way in (1.0, -1.0):
        widths += _walk(lab, None, spots, way * across, same, _WIDEST)[0]
        further, turned = _walk(lab, field, spots, way * along, same, _LONGEST)
        lengths, turns = lengths + further, turns + turned
    lengths = torch.maximum(lengths, widths)
    return Lines(widths, lengths, turns / lengths.clamp(min=1), there, paper, *shares)


def _even(lab: Tensor) -> float:
    """How much of OKLab [1, 3, H, W] has the same colour a few px to its right and below."""
    padded = F.pad(lab, (0, _ON, 0, _ON), mode="replicate")
    beside = [padded[..., :-_ON, _ON:], padded[..., _ON:, :-_ON]]
    apart = torch.stack([(other - lab).norm(dim=1) for other in beside]).sum(dim=0)
    return float((apart < _EVEN).float().mean())


def _walk(
    lab: Tensor,
    field: Tensor | None,
    spots: Tensor,
    heading: Tensor,
    same: tuple[Tensor, Tensor],
    most: int,
) -> tuple[Tensor, Tensor]:
    """How far from each spot the same colour goes on, px [N], and how much the way turns, rad [N].

    heading: [N, 2], kept to where there is no `field` to follow. same: the colour [N, 3] and how
    far from it another one is [N].
    """
    size = torch.tensor([lab.shape[-1], lab.shape[-2]])
    goes_on = torch.ones(len(spots), dtype=torch.bool)
    gone, turned, turn = torch.zeros(3, len(spots))
    at = spots
    for _ in range(int(most / _STEP)):
        if field is not None:
            new = _unit(_at(field, at))
            new = new * (new * heading).sum(dim=1, keepdim=True).sign()
            new = F.normalize(heading + _TURNING * (new - heading), dim=1)
            turn = (heading[:, 0] * new[:, 1] - heading[:, 1] * new[:, 0]).clamp(-1, 1).asin()
            heading = new
        at = at + _STEP * heading
        alike = (_at(lab, at) - same[0]).norm(dim=1) < same[1]
        goes_on &= alike & ((at >= 0) & (at <= size)).all(dim=1)
        if not goes_on.any():
            break
        gone, turned = gone + _STEP * goes_on, turned + turn * goes_on
    return gone + _STEP / 2, turned.abs()


def _spots(away: Tensor) -> Tensor:
    """Places [N, 2] xy px spread over what is drawn, each moved to the heart of its line."""
    row, column = (away[0, 0] > _SEEN).nonzero().T
    chosen = torch.linspace(0, len(row) - 1, min(_PLACES, len(row))).round().long()
    # Not every so-many-th in reading order alone, which would fall in step with a pattern.
    shuffled = torch.randperm(len(row), generator=torch.Generator().manual_seed(0))
    at = shuffled[chosen]
    index = F.max_pool2d(away, 3, stride=1, padding=1, return_indices=True)[1][0, 0]
    heart = index[row[at], column[at]]
    width = away.shape[-1]
    return torch.stack([heart % width, heart // width], dim=1) + 0.5


def _field(lab: Tensor) -> Tensor:
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


def _paper(picture: Tensor) -> Tensor:
    """The colour [3] that is most common at the border of RGB [1, 3, H, W]."""
    sheet = picture[0]
    edge = torch.cat([sheet[:, 0], sheet[:, -1], sheet[:, :, 0], sheet[:, :, -1]], dim=1).T
    levels = (edge * (_LEVELS - 1)).round().long()
    codes = (levels[:, 0] * _LEVELS + levels[:, 1]) * _LEVELS + levels[:, 2]
    most = codes.bincount().argmax()
    return edge[codes == most].mean(dim=0)


def oklab(picture: Tensor) -> Tensor:
    """RGB [1, 3, H, W], 0..1, as OKLab in float64."""
    lab = srgb_to_oklab(picture.permute(0, 2, 3, 1).clamp(0, 1).double().numpy())
    return torch.from_numpy(lab).permute(0, 3, 1, 2)


def _at(maps: Tensor, spots: Tensor) -> Tensor:
    """Bilinear samples of [1, C, H, W] at `spots` [N, 2] xy px: [N, C]."""
    size = torch.tensor([maps.shape[-1], maps.shape[-2]])
    grid = (spots / size * 2 - 1)[None, :, None]
    found = F.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return found[0, :, :, 0].T


def _unit(double: Tensor) -> Tensor:
    """Unit vectors [N, 2] at half the angle of [N, 2]."""
    angle = torch.atan2(double[:, 1], double[:, 0]) / 2
    return torch.stack([angle.cos(), angle.sin()], dim=1)
