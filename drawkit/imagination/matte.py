"""A picture without the paper that it lies on, and back on it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Matte", "lifted", "matted", "over"]

_PLAIN = 0.85
"""Share of the border that must have one colour, for that to be the paper."""
_SAME = 0.05
"""Difference of a channel up to which a place of the border has it."""
_SURE = 0.25
"""Difference of a channel from which on a place is opaque."""


@dataclass(frozen=True, eq=False)
class Matte:
    """A `figure` [1, 4, H, W], premultiplied RGBA 0..1, and the `paper` that it lay on.

    paper: [1, 3, 1, 1] RGB, none where it lay on nothing, or fills its sheet.
    """

    figure: Tensor
    paper: Tensor | None

    def on_paper(self, figure: Tensor) -> Tensor:
        """A figure of any size back on this paper, opaque then; as it is where there is none."""
        if self.paper is None:
            return figure
        rgb = over(figure, self.paper)
        return torch.cat([rgb, torch.ones_like(rgb[:, :1])], dim=1)


def matted(picture: Tensor) -> Matte:
    """[1, 4, H, W] premultiplied RGBA 0..1 -> what lies on its paper, if that is of one colour.

    What has the paper's colour is clear wherever it is, which shows the same.
    """
    if not bool((picture[:, 3] >= 1).all()):
        return Matte(picture, None)
    rgb = picture[:, :3]
    edge = torch.cat([rgb[0, :, 0], rgb[0, :, -1], rgb[0, :, :, 0], rgb[0, :, :, -1]], dim=1)
    paper = edge.median(dim=1).values.view(1, 3, 1, 1)
    alike = (edge - paper[0, :, 0]).abs().amax(dim=0) < _SAME
    if alike.float().mean() < _PLAIN:
        return Matte(picture, None)
    return Matte(lifted(rgb, paper), paper)


def over(figure: Tensor, paper: Tensor) -> Tensor:
    """Premultiplied RGBA [N, 4, H, W] over paper [1, 3, 1, 1]: RGB [N, 3, H, W]."""
    return figure[:, :3] + (1 - figure[:, 3:]) * paper


def lifted(rgb: Tensor, paper: Tensor) -> Tensor:
    """RGB [N, 3, H, W] on paper [1, 3, 1, 1] as premultiplied RGBA that looks the same on it."""
    apart = rgb - paper
    room = torch.where(apart < 0, paper, 1 - paper).clamp(min=1e-6)  # to black, or to white
    needed = (apart.abs() / room).maximum(apart.abs() / _SURE)
    alpha = needed.amax(dim=1, keepdim=True).clamp(0, 1)
    figure = (rgb - (1 - alpha) * paper).clamp(min=0).minimum(alpha)
    return torch.cat([figure, alpha], dim=1)
