"""A figure told from its paper: what is as white as that gets a shade."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import oklab_to_srgb
from drawkit.pictures.orientation_field import oklab
from drawkit.raster import straight

__all__ = ["set_off_from"]

_APART = 0.07
"""How far (OKLab) a figure is from its paper at least, where the one borders on the other."""


def set_off_from(picture: Tensor, paper: Tensor) -> Tensor:
    """The picture [1, 4, H, W] with no part that begins at its outline lost on paper, RGB [3].

    Premultiplied RGBA 0..1 in and out. A skull that is white on white would be holes alone; lights
    within other colours stay as they are.
    """
    alpha = picture[:, 3:]
    lab = oklab(straight(picture.movedim(1, -1))[..., :3].movedim(-1, 1).clamp(0, 1))
    bare = oklab(paper.view(1, 3, 1, 1))
    apart = (lab - bare).norm(dim=1, keepdim=True)
    alike = (apart < _APART) & (alpha > 0)
    lost = alike & _wider(alpha < 0.5)
    while True:
        grown = alike & _wider(_along(_along(lost, alike).mT, alike.mT).mT)
        if torch.equal(grown, lost):
            break
        lost = grown
    if not lost.any():
        return picture
    side = -1.0 if float(bare[0, 0]) > 0.5 else 1.0
    lab[:, :1] += side * (_APART - apart) * lost
    rgb = torch.from_numpy(oklab_to_srgb(lab.movedim(1, -1).double().numpy())).movedim(-1, 1)
    shaded = torch.where(lost, rgb.clamp(0, 1).to(picture) * alpha, picture[:, :3])
    return torch.cat([shaded, alpha], dim=1)


def _wider(mask: Tensor) -> Tensor:
    """A mask [1, 1, H, W] and the pixels around it."""
    return F.max_pool2d(mask.float(), 3, stride=1, padding=1) > 0


def _along(mask: Tensor, area: Tensor) -> Tensor:
    """A mask [1, 1, H, W] and the rest of each row of an area's pixels that it touches."""
    ends = F.pad(~area, (1, 0), value=True)
    row = ends.flatten().cumsum(0)  # a number for each stretch between two ends
    touched = torch.zeros(int(row[-1]) + 1, dtype=torch.bool)
    touched[row[F.pad(mask, (1, 0)).flatten()]] = True
    return touched[row].view(ends.shape)[..., 1:] & area
