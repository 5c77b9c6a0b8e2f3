"""What perceptors see of a drawing before its first step, for losses that compare with it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from drawkit.engine.loop import Scorer, mix_seed
from drawkit.pictures.over import over_paper

__all__ = ["first_look"]

LOOK = -3
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""
_VIEWS = 32
"""Enough that their mean is what a few views a step are around."""


@torch.no_grad()
def first_look(
    picture: Tensor, ground: Sequence[float] | None, scorers: Sequence[Scorer], seed: int
) -> list[Tensor]:
    """Of each perceptor, [D]: the mean of many random views such as the loop takes.

    picture: [1, 4, H, W] premultiplied RGBA; ground: RGB of its paper, white where there is none.
    """
    paper = torch.tensor([1.0, 1.0, 1.0] if ground is None else list(ground)).view(1, 3, 1, 1)
    on_paper = over_paper(picture, paper)
    found = []
    for scorer in scorers:
        generator = torch.Generator().manual_seed(mix_seed(seed, LOOK))
        perceptor, there = scorer.perceptor, scorer.perceptor.device
        views: list[Tensor] = []
        while sum(map(len, views)) < _VIEWS:
            cutouts = scorer.cutouts(
                on_paper.to(there), paper.to(there), perceptor.input_size, generator
            )
            views.append(perceptor.encode_image(cutouts))
        found.append(torch.cat(views).mean(dim=0))
    return found
