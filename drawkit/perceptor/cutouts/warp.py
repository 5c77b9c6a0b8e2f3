"""One warp per cutout: every recipe composes its transforms into a single homography.

Coordinates are those of a square that holds the whole picture: -1..1 spans the longer side, the
shorter side lies in the middle. A homography [3, 3] maps a point of the cutout's square to the
point of the picture's square that is shown there; the identity shows the whole picture.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["detail", "half_sides", "placed", "rotated", "uniform", "view_whole", "warp"]


def uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """[count] numbers between low and high."""
    return low + (high - low) * torch.rand(count, generator=generator)


def half_sides(picture: Tensor) -> tuple[float, float]:
    """Half width and half height of the picture in its square: 1 and the share of the other."""
    height, width = picture.shape[-2:]
    return width / max(height, width), height / max(height, width)


def placed(center: Tensor, half: Tensor) -> Tensor:
    """Homographies [N, 3, 3] that show the rectangle at `center` [N, 2] with sides 2 `half`."""
    matrices = torch.eye(3).repeat(len(center), 1, 1)
    matrices[:, 0, 0], matrices[:, 1, 1] = half[:, 0], half[:, 1]
    matrices[:, :2, 2] = center
    return matrices


def rotated(angle: Tensor) -> Tensor:
    """Homographies [N, 3, 3] that turn the view by `angle` [N] radians."""
    matrices = torch.eye(3).repeat(len(angle), 1, 1)
    matrices[:, 0, 0] = matrices[:, 1, 1] = angle.cos()
    matrices[:, 1, 0] = angle.sin()
    matrices[:, 0, 1] = -angle.sin()
    return matrices


def warp(
    picture: Tensor, paper: Tensor, homographies: Tensor, size: int, zoom: float = 1.0
) -> Tensor:  # [1, 3, H, W], [1, 3, 1, 1], [N, 3, 3] -> [N, 3, size, size]
    """Cut N views out of a picture that lies on endless paper.

    zoom: how much of the picture's longer side a typical cutout shows; where that is more
    pixels than the cutout has, the picture is shrunk first by area, so that fine strokes turn
    grey instead of flickering (and their gradients stay smooth).
    """
    # Warping the difference to the paper lets zeros outside the picture stand for the paper.
    ink = _shrunk(picture - paper, size / zoom)
    grid = _grid(homographies, torch.tensor(half_sides(picture)), size).to(ink)
    views = F.grid_sample(
        ink.expand(len(grid), -1, -1, -1), grid, padding_mode="zeros", align_corners=False
    )
    return views + paper


def detail(size: int, zoom: float) -> int:
    """Px of the picture's shorter side that `warp` makes use of, at least."""
    return math.ceil(size / zoom)


def view_whole(picture: Tensor, paper: Tensor, size: int) -> Tensor:
    """The whole picture as one view [1, 3, size, size], paper beside its shorter side."""
    return warp(picture, paper, torch.eye(3)[None], size)


def _shrunk(ink: Tensor, longer_side: float) -> Tensor:
    """Resize by area so that the longer side has so many pixels; smaller pictures stay."""
    height, width = ink.shape[-2:]
    share = longer_side / max(height, width)
    if share >= 1:
        return ink
    sides = (max(1, math.ceil(height * share)), max(1, math.ceil(width * share)))
    return F.interpolate(ink, sides, mode="bilinear", antialias=True, align_corners=False)


def _grid(homographies: Tensor, scale: Tensor, size: int) -> Tensor:
    """Where in the picture each pixel of the views lies [N, size, size, 2], -1..1 on each side."""
    axis = ((torch.arange(size) + 0.5) * (2 / size) - 1).to(homographies)
    of_x, of_y, of_one = homographies[..., None, None].unbind(dim=2)  # each [N, 3, 1, 1]
    # Sums of a row and a column: a product of matrices this thin takes three times as long.
    points = of_x * axis + (of_y * axis[:, None] + of_one)  # [N, 3, S, S]
    seen = points[:, :2] / (points[:, 2:] * scale.view(2, 1, 1))
    return seen.permute(0, 2, 3, 1)
