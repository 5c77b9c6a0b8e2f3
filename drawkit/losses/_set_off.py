"""A figure told from its ground by what a style can show: by lightness, where it has no colours."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from drawkit.color import oklab_to_srgb
from drawkit.pictures.orientation_field import oklab

__all__ = ["set_off"]

_APART = 0.3
"""How far (OKLab) a figure should be from its ground, counting what the style can show."""


def set_off(picture: Tensor, figure: Tensor, ground: Tensor, styles: Sequence[Tensor]) -> Tensor:
    """RGB [1, 3, H, W], its figure darker, or lighter on a dark ground, if else it would be lost.

    figure: [1, 1, H, W] where it is, 0..1; ground: RGB [3]; styles: RGB [1, 3, h, w] each. A
    yellow figure on white is plain to see, and gone where there is ink alone.
    """
    lab, bare = oklab(picture), oklab(ground.view(1, 3, 1, 1))
    seen = torch.cat([oklab(style).flatten(2) for style in styles], dim=2).std(dim=2)  # [1, 3]
    shown = (seen / seen.amax().clamp(min=1e-6)).view(1, 3, 1, 1)
    away = ((lab - bare) * shown).norm(dim=1, keepdim=True)
    mass = figure.double()
    usual = (away * mass).sum() / mass.sum().clamp(min=1e-9)
    side = -1.0 if float(bare[0, 0]) > 0.5 else 1.0
    lab[:, :1] += side * (_APART - usual).clamp(min=0) * mass
    rgb = oklab_to_srgb(lab.permute(0, 2, 3, 1).numpy())
    return torch.from_numpy(rgb).permute(0, 3, 1, 2).clamp(0, 1).to(picture)
