"""A perceptor without a text tower: it compares pictures, so prompts are pictures."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor import Perceptor, perceptors


@perceptors.register("eye")
class Eye(Perceptor):
    """Sees coarse colours."""

    def __init__(self, device: str = "cpu") -> None:
        self.name = "eye"
        self.input_size = 32
        self.device = torch.device("cpu")

    def encode_image(self, cutouts: Tensor) -> Tensor:
        coarse = F.adaptive_avg_pool2d(cutouts, 8)
        return F.normalize((coarse - 1).flatten(1) + 1e-3, dim=1)

    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        return (F.adaptive_avg_pool2d(cutouts, 8),)
