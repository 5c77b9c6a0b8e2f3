"""Transparent pictures over paper."""

from __future__ import annotations

from torch import Tensor

__all__ = ["over_paper"]


def over_paper(picture: Tensor, paper: Tensor | float = 1.0) -> Tensor:
    """Premultiplied RGBA [N, 4, H, W] over paper, RGB [1, 3, 1, 1] or one gray: RGB [N, 3, H, W].

    The paper shows as far as the picture is clear (Porter and Duff's *over*, 1984).
    """
    return picture[:, :3] + (1 - picture[:, 3:]) * paper
