"""A picture in the few colours of a flat style, such as a screen print: areas, no marks."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import srgb_to_oklab
from drawkit.pictures.orientation_field import oklab

__all__ = ["in_flat_colors"]

_LIKE = 0.05
"""Difference (OKLab) from which a place has little to do with a cell beside it."""
_NEAR = 0.7
"""Cells over which what is between two cells goes over from one to the other."""
_ALIKE = 32
"""Levels of a channel by which colours of a style are told apart."""


def in_flat_colors(
    picture: Tensor, wanted: Tensor, pixels: Tensor, size: tuple[int, int]
) -> Tensor:
    """RGB [1, 3, H, W] like a picture of that size in colours [M, 3] of a style.

    wanted: [N, 3] OKLab that each of its rows x columns cells should have; in between, a place is
    like those cells whose colour it had (joint bilateral upsampling, Kopf et al. 2007), and takes
    the colour of the style that is nearest to it.
    """
    rows, columns = size
    height, width = picture.shape[-2:]
    lab = oklab(picture)
    means = F.adaptive_avg_pool2d(lab, size).flatten(2)[0]  # [3, N]
    down = (torch.arange(height, dtype=lab.dtype) + 0.5) * rows / height
    across = (torch.arange(width, dtype=lab.dtype) + 0.5) * columns / width
    total, weights = torch.zeros_like(lab[0]), torch.zeros_like(lab[0, :1])
    for step in itertools.product((-1, 0, 1), repeat=2):
        row = (down.long() + step[0]).clamp(0, rows - 1)
        column = (across.long() + step[1]).clamp(0, columns - 1)
        cell = row[:, None] * columns + column
        off = (lab[0] - means[:, cell]).square().sum(dim=0) / _LIKE**2
        away = (row + 0.5 - down)[:, None].square() + (column + 0.5 - across).square()
        weight = torch.exp(-off - away / _NEAR**2) + 1e-12
        total = total + weight * wanted.T[:, cell]
        weights = weights + weight
    colors = _colors(pixels).to(lab)
    own = torch.from_numpy(srgb_to_oklab(colors.numpy()))
    nearest = torch.cdist((total / weights).flatten(1).T, own).argmin(dim=1)
    return colors[nearest].T.view(1, 3, height, width).to(picture)


def _colors(rgb: Tensor) -> Tensor:
    """The colours [K, 3] that there are among [M, 3], each once."""
    levels = (rgb * (_ALIKE - 1)).round().long()
    names, kind = torch.unique(levels, dim=0, return_inverse=True)
    return torch.stack([rgb[kind == number].mean(dim=0) for number in range(len(names))])
