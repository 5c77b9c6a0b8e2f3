"""An imagined thumbnail as a plain drawing: flat areas with crisp, calm borders."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.palettes import extract_swatches
from drawkit.raster import straight

__all__ = ["sharpened"]

_SOLID = 0.5
"""Cells with more alpha than this are picture, the others paper."""
_NEW_COLOR = 0.12
"""Colours nearer than this (of RGB, 0..1) are shades of one; the more common of them stays."""
_REACH = 0.375
"""How far around a pixel its neighbours vote, in cells of the thumbnail (standard deviation)."""
_VOTES = 3
"""Rounds of voting: borders get calm and crumbs go, parts of two cells and more stay."""


def sharpened(picture: Tensor, colors: int = 8, side: int = 128) -> Tensor:
    """A thumbnail [1, 4, h, w] enlarged to a shorter side of `side` with flat, crisp areas.

    Every enlarged pixel takes the nearest of the thumbnail's few main colours, or none where it is
    more paper than picture, then what most of its neighbours took: borders run between the cells,
    not along them, and do not fray. Premultiplied RGBA in and out; alpha becomes 0 or 1.
    """
    factor = side // min(picture.shape[-2:])
    solid = picture[0, 3] > _SOLID
    if not solid.any():
        return F.interpolate(picture, scale_factor=factor, mode="nearest")
    cells = straight(picture[0].permute(1, 2, 0))
    main = _main_colors(torch.cat([cells[..., :3], solid[..., None].to(cells)], 2), colors)
    large = F.interpolate(picture, scale_factor=factor, mode="bicubic").clamp(0, 1)
    pixels = straight(large[0].permute(1, 2, 0))[..., :3].clamp(0, 1)
    nearest = torch.cdist(pixels.flatten(0, 1), main).argmin(1).view(pixels.shape[:2])
    chosen = torch.where(large[0, 3] > _SOLID, nearest + 1, 0)
    inks = torch.cat([main.new_zeros(1, 4), F.pad(main, (0, 1), value=1.0)])
    for _ in range(_VOTES):
        chosen = _voted(chosen, len(inks), _REACH * factor)
    return inks[chosen].permute(2, 0, 1)[None]


def _voted(chosen: Tensor, choices: int, sigma: float) -> Tensor:  # [H, W] int64 -> the same
    """What most neighbours of each pixel chose, the nearer ones counting more."""
    reach = round(3 * sigma)
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma).square())
    votes = F.one_hot(chosen, choices).permute(2, 0, 1)[:, None].float()
    votes = F.pad(votes, (reach, reach, reach, reach), mode="replicate")
    votes = F.conv2d(F.conv2d(votes, taps.view(1, 1, 1, -1)), taps.view(1, 1, -1, 1))
    return votes[:, 0].argmax(0)


def _main_colors(cells: Tensor, most: int) -> Tensor:  # straight RGBA [h, w, 4] -> [K, 3]
    """At most `most` colours that stand for the visible cells, none a shade of another."""
    levels = (cells.clamp(0, 1) * 255).round().to(torch.uint8)
    found = torch.tensor(extract_swatches(levels.numpy(), most)) / 255
    shown = cells[cells[..., 3] > 0][:, :3]
    uses = torch.bincount(torch.cdist(shown, found).argmin(1), minlength=len(found))
    kept: list[Tensor] = []
    for color in found[uses.argsort(descending=True, stable=True)]:
        if all((color - other).norm() > _NEW_COLOR for other in kept):
            kept.append(color)
    return torch.stack(kept)
