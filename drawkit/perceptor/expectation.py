"""From words to what pictures of them make a perceptor see inside: a small net of its own."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.files.weights import read_weights

__all__ = ["Expectation", "load_expectation"]

_SCALE = 16.0
"""What unit vectors of 256 numbers are multiplied by to be about 1 each."""


class Expectation(nn.Module):
    """Places of words [P, D] -> `ways` a thing may look, as features along `directions` [K, F].

    One layer after another, of `width`.
    """

    def __init__(self, words: int, width: int, ways: int, directions: Tensor, center: Tensor):
        super().__init__()
        self.ways = ways
        self.register_buffer("directions", directions)
        self.register_buffer("center", center)
        self.layers = nn.Sequential(
            *(nn.Linear(words, width), nn.GELU(), nn.Linear(width, width), nn.GELU()),
            nn.Linear(width, ways * len(directions)),
        )

    def forward(self, words: Tensor) -> Tensor:
        """[P, J, K] how far along each direction."""
        found: Tensor = self.layers(_SCALE * words)
        return found.view(len(words), self.ways, -1)

    @torch.no_grad()
    def expected(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """What the last stage shows of pictures of words [P, D], as `Perceptor.expect` has it."""
        directions = self.get_buffer("directions").float()
        ways = F.normalize(self(words.float()) @ directions, dim=2)
        return ways, self.get_buffer("center").float()


def load_expectation(path: Path) -> Expectation:
    """One that `training.expect` wrote."""
    weights = {name: value.float() for name, value in read_weights(path).items()}
    scale = weights.pop("scale")
    directions = weights.pop("directions") * scale[:, None]
    first, last = weights["layers.0.weight"], weights["layers.4.weight"]
    ways = len(last) // len(directions)
    net = Expectation(first.shape[1], len(first), ways, directions, weights.pop("center"))
    net.load_state_dict(weights, strict=False)
    return net
