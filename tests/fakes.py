"""A perceptor of a few lines for fast tests: it knows where colour lies, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor import Perceptor


class FakePerceptor(Perceptor):
    """Features are a coarse copy of the picture; every word is some picture of blurred colours.

    Smooth, deterministic, and easy to please: a few steps raise the cosine.
    """

    def __init__(self, input_size: int = 32, cells: int = 4) -> None:
        self.name = "fake"
        self.input_size = input_size
        self.device = torch.device("cpu")
        self.precision = "fp32"
        self.dropped = False
        self._cells = cells

    def encode_text(self, prompts: Sequence[str]) -> Tensor:
        assert not self.dropped
        return torch.stack(
            [F.normalize(self._picture_of(text).flatten(), dim=0) for text in prompts]
        )

    def drop_text_tower(self) -> None:
        self.dropped = True

    def encode_image(self, cutouts: Tensor) -> Tensor:
        side = self.input_size
        assert cutouts.shape[1:] == (3, side, side)
        coarse = F.adaptive_avg_pool2d(cutouts, self._cells)
        return F.normalize((coarse - 1).flatten(1) + 1e-3, dim=1)

    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        return tuple(F.adaptive_avg_pool2d(cutouts, cells) for cells in (8, 4))

    def _picture_of(self, text: str) -> Tensor:
        """What this word looks like: [3, cells, cells] in -1..0, ink on white paper."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
        generator = torch.Generator().manual_seed(seed)
        picture = torch.rand(3, self._cells, self._cells, generator=generator)
        return -(picture > 0.6).float()
