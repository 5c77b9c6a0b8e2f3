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

from drawkit.pictures.orientation_field import at_spots, field_of, oklab, unit, walk

__all__ = ["SIDE", "Lines", "lines_of"]

SIDE = 224
"""Shorter side in px that all lengths are meant for."""
_PLACES = 1500
_LONGEST = 120
"""Px of a line that are followed each way; a longer one is as long as the sheet to the eye."""
_WIDEST = 50
"""Px that are felt across to each side."""
_LARGEST = 3 * SIDE
"""Px of the longer side; of a band that is longer still, lines are seen squeezed."""
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
    field = field_of(lab)
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
    same = at_spots(lab, spots), (at_spots(away, spots)[:, 0] / 2).clamp(min=_SEEN)
    there = at_spots(field, spots)
    along = unit(there)
    across = torch.stack([-along[:, 1], along[:, 0]], dim=1)
    wide, other = walk(lab, None, spots, across, same, _WIDEST)
    ahead, back = walk(lab, field, spots, along, same, _LONGEST)
    widths = wide.gone + other.gone
    lengths, turns = ahead.gone + back.gone, ahead.turned + back.turned
    lengths = torch.maximum(lengths, widths)
    return Lines(widths, lengths, turns / lengths.clamp(min=1), there, paper, *shares)


def _even(lab: Tensor) -> float:
    """How much of OKLab [1, 3, H, W] has the same colour a few px to its right and below."""
    padded = F.pad(lab, (0, _ON, 0, _ON), mode="replicate")
    beside = [padded[..., :-_ON, _ON:], padded[..., _ON:, :-_ON]]
    apart = torch.stack([(other - lab).norm(dim=1) for other in beside]).sum(dim=0)
    return float((apart < _EVEN).float().mean())


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


def _paper(picture: Tensor) -> Tensor:
    """The colour [3] that is most common at the border of RGB [1, 3, H, W]."""
    sheet = picture[0]
    edge = torch.cat([sheet[:, 0], sheet[:, -1], sheet[:, :, 0], sheet[:, :, -1]], dim=1).T
    levels = (edge * (_LEVELS - 1)).round().long()
    codes = (levels[:, 0] * _LEVELS + levels[:, 1]) * _LEVELS + levels[:, 2]
    most = codes.bincount().argmax()
    return edge[codes == most].mean(dim=0)
