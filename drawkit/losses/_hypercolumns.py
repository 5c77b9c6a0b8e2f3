"""Hypercolumns: all that is known of single places of a picture, from feature maps of any size.

Places are [V, K, 2] xy in -1..1 of V views of a picture, y down; the corners of a map lie at
-1 and 1, so that maps of one view fit over each other whatever their size.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["patches_at", "pyramid", "random_places", "random_views", "sampled"]

_ELSEWHERE = 1e-9
"""Chance of a place outside against one inside: it counts only where nothing is inside."""
_SCALES = 4
"""Sizes of patches, each twice as wide as the one before: 3, 6, 12 and 24 px."""


def random_places(
    views: int, count: int, generator: torch.Generator, inside: Tensor | None = None
) -> Tensor:
    """`count` random places of each of `views` views: [V, K, 2].

    inside: [V, 1, s, s], 0..1; places lie where it is above one half, if there is such a place.
    """
    if inside is None or not inside.shape[1]:
        return torch.rand(views, count, 2, generator=generator) * 2 - 1
    chances = (inside.detach().flatten(1).cpu() > 0.5).float() + _ELSEWHERE
    at = torch.multinomial(chances, count, replacement=True, generator=generator)
    side = inside.shape[-1]
    return (torch.stack([at % side, at // side], dim=-1) + 0.5) * (2 / side) - 1


def random_views(
    picture: Tensor, count: int, side: int, generator: torch.Generator, *, first: int = 0
) -> Tensor:
    """Square windows of [1, C, H, W], all brought to one side: [count, C, side, side].

    By turns as large as fits, which shows how the parts of a style lie together, and half of
    it, which shows its marks; each where chance has it. first: an odd one begins with a half.
    """
    height, width = picture.shape[-2:]
    fits = min(height, width)
    views = []
    for number in range(count):
        window = fits if (first + number) % 2 == 0 else max(1, fits // 2)
        across, down = torch.rand(2, generator=generator).tolist()
        left, top = round(across * (width - window)), round(down * (height - window))
        view = picture[..., top : top + window, left : left + window]
        if window != side:  # a resize to the same size costs as much as any other
            view = F.interpolate(view, size=side, mode="bilinear", antialias=True)
        views.append(view)
    return torch.cat(views)


def sampled(maps: Tensor, places: Tensor) -> Tensor:
    """Bilinear samples of maps [V, C, h, w] at [V, K, 2]: [V * K, C]."""
    grid = places.to(maps)[:, :, None]
    found = F.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return found[..., 0].transpose(1, 2).flatten(0, 1)


def pyramid(views: Tensor) -> list[Tensor]:
    """Views [V, 3, s, s] as they are, and each time half as large, colours about middle grey.

    Then black and white point apart, and the cosine can tell them.
    """
    levels = [views - 0.5]
    while len(levels) < _SCALES and min(levels[-1].shape[-2:]) >= 2:
        levels.append(F.avg_pool2d(levels[-1], 2))
    return levels


def patches_at(levels: Sequence[Tensor], places: Tensor) -> list[Tensor]:
    """The 3 x 3 surroundings of places in each level of a `pyramid`, [V * K, 27] a level."""
    scales = []
    for small in levels:
        around = torch.tensor([-1.0, 0.0, 1.0], dtype=places.dtype) * (2 / small.shape[-1])
        offsets = torch.cartesian_prod(around, around).flip(-1)  # row by row, as xy
        near = (places[:, :, None] + offsets).flatten(1, 2)  # [V, K * 9, 2]
        scales.append(sampled(small, near).reshape(-1, 9 * small.shape[1]))
    return scales
