"""A perceptor with its way of looking."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from drawkit.engine.aims import Area
from drawkit.perceptor import Perceptor
from drawkit.perceptor.cutouts import Cutouts

__all__ = ["Scorer"]


@dataclass(frozen=True, eq=False)
class Scorer:
    """A perceptor with its way of looking: cutout recipe, encoded prompts [P, D] and share."""

    perceptor: Perceptor
    cutouts: Cutouts
    text: Tensor
    weight: float = 1.0

    def views(self, picture: Tensor, paper: Tensor, generator: torch.Generator) -> Tensor:
        """Cutouts of a picture [1, 3, H, W] on paper [1, 3, 1, 1], where the perceptor is."""
        there, side = self.perceptor.device, self.perceptor.input_size
        return self.cutouts(picture.to(there), paper.to(there), side, generator)

    def same_views(
        self, area: Area | None, paper: Tensor, state: Tensor, picture: Tensor
    ) -> Tensor:
        """Those of an area of a picture that a generator in that state leads to."""
        part = picture if area is None else area.cut(picture, paper)
        return self.views(part, paper, torch.Generator().set_state(state))
