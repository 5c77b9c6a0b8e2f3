"""The decoder of DALL-E's dVAE: pictures of a grid of 8192 codes (Ramesh 2021, arXiv 2102.12092).

Under the names of its published weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.files.tensors import Found, built, read_tensors
from drawkit.generators.layers import Weights, count_after, doubled

__all__ = ["Dvae", "load_dvae"]

_RANGE = 0.1
"""How far 0 and 1 are moved inward in what it was trained on (logit-Laplace, its eps)."""
_GROUPS = 4


class Dvae(Weights):
    """A decoder of codes, each of which may be several at once.

    Raises KeyError where a tensor is missing, RuntimeError where shapes do not fit.
    """

    factor = 2 ** (_GROUPS - 1)
    """Pixels of a code, along each side."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__({k: v.float() for k, v in tensors.items() if k.startswith("blocks.")})
        groups = [f"blocks.group_{at}" for at in range(1, _GROUPS + 1)]
        self._blocks = [
            [f"{name}.block_{at}" for at in range(1, 1 + count_after(self, f"{name}.block_"))]
            for name in groups
        ]
        self.codes = self["blocks.input.w"].shape[1]
        """How many codes there are to choose from."""
        with torch.no_grad():
            shares = torch.empty(1, self.codes, 2, 2, device="meta")
            side = 2 * self.factor
            if self.on_meta().decode(shares).shape != (1, 3, side, side):
                raise RuntimeError("its pictures have another size")

    def decode(self, shares: Tensor) -> Tensor:
        """The picture [1, 3, 8 h, 8 w], about 0..1, of how much there is of each code.

        shares: [1, 8192, h, w], summing to 1 over the codes.
        """
        x = self._conv("blocks.input", shares)
        gain = 1 / sum(map(len, self._blocks)) ** 2
        for at, blocks in enumerate(self._blocks):
            if at:
                x = doubled(x)
            for name in blocks:
                x = self._block(name, x, gain)
        x = self._conv("blocks.output.conv", x.relu())
        return (x[:, :3].sigmoid() - _RANGE) / (1 - 2 * _RANGE)

    def _block(self, name: str, x: Tensor, gain: float) -> Tensor:
        """Four convolutions, much weakened, beside a short cut."""
        way = x
        for at in range(1, 5):
            way = self._conv(f"{name}.res_path.conv_{at}", way.relu())
        if f"{name}.id_path.w" in self:
            x = self._conv(f"{name}.id_path", x)
        return x + gain * way

    def _conv(self, name: str, x: Tensor) -> Tensor:
        weight = self[f"{name}.w"]
        return F.conv2d(x, weight, self[f"{name}.b"], padding=(weight.shape[-1] - 1) // 2)


def load_dvae(given: str) -> Dvae:
    """The decoder in a file. Raises InputError where there is none."""
    return built(read_tensors(given), "decoder of DALL-E's dVAE", _made)


def _made(found: Found) -> Dvae:
    return Dvae(found.tensors)
