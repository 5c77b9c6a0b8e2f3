"""Random perspective and random crops: what CLIPDraw's and pixray's views are made of."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from drawkit.perceptor.cutouts.warp import placed, uniform

__all__ = ["random_crop", "random_perspective"]

_TRIES = 10  # as torchvision's RandomResizedCrop


def random_perspective(
    count: int,
    half: tuple[float, float],
    distortion: float,
    probability: float,
    generator: torch.Generator,
) -> Tensor:
    """Homographies [N, 3, 3] of torchvision's RandomPerspective.

    Each corner of the picture (half sides `half`) moves inwards by up to `distortion` times
    half a side; with 1 - probability nothing moves.
    """
    corners = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    moves = torch.rand(count, 4, 2, generator=generator) * distortion
    moves *= (torch.rand(count, 1, 1, generator=generator) < probability).float()
    sides = torch.tensor(half)
    start = (corners * sides).expand(count, -1, -1)
    # The warp asks where a point of the view comes from: from the moved corners to the true ones.
    return _between(start - corners * moves * sides, start)


def _between(start: Tensor, end: Tensor) -> Tensor:
    """Homographies [N, 3, 3] that take four points [N, 4, 2] to four others.

    Kornia has them too, and takes four seconds of a slow processor to load.
    """
    (x, y), (to_x, to_y) = (points.double().unbind(-1) for points in (start, end))
    one, none = torch.ones_like(x), torch.zeros_like(x)
    rows = [
        torch.stack([x, y, one, none, none, none, -x * to_x, -y * to_x], dim=-1),
        torch.stack([none, none, none, x, y, one, -x * to_y, -y * to_y], dim=-1),
    ]
    found = torch.linalg.solve(torch.cat(rows, dim=1), torch.cat([to_x, to_y], dim=1))
    return torch.cat([found, one[:, :1]], dim=1).view(-1, 3, 3).to(start)


def random_crop(
    count: int,
    half: tuple[float, float],
    scale: tuple[float, float],
    ratio: tuple[float, float],
    generator: torch.Generator,
) -> Tensor:
    """Homographies [N, 3, 3] of torchvision's RandomResizedCrop.

    The crop has a share `scale` of the picture's area and a width to height `ratio`. Where ten
    tries give none that fits into the picture, the last one is cut to it.
    """
    draws = _TRIES * count
    area = uniform(draws, *scale, generator).view(_TRIES, count) * half[0] * half[1]
    logs = uniform(draws, math.log(ratio[0]), math.log(ratio[1]), generator)
    shape = logs.exp().view(_TRIES, count)
    sides = torch.stack([(area * shape).sqrt(), (area / shape).sqrt()], dim=-1)  # half sides
    limit = torch.tensor(half)
    fits = (sides <= limit).all(dim=-1)
    fits[-1] = True
    first = fits.float().argmax(dim=0)
    chosen = sides[first, torch.arange(count)].minimum(limit)
    center = (2 * torch.rand(count, 2, generator=generator) - 1) * (limit - chosen)
    return placed(center, chosen)
