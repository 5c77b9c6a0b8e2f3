"""BigGAN-deep: square pictures of noise and classes of ImageNet (Brock 2019, arXiv 1809.11096).

Under the names of pytorch-pretrained-biggan's weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.files.tensors import Found, built, read_tensors
from drawkit.generators.layers import Weights, conv, count, doubled, linear

__all__ = ["Biggan", "load_biggan"]

_EPS = 1e-4
_START = 4
"""Pixels of a side before the first doubling; channels are 16 times those of the last block."""


class Biggan(Weights):
    """A generator whose blocks take noise and class one by one.

    Raises KeyError where a tensor is missing, RuntimeError where shapes do not fit.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        used = ("embeddings.", "generator.")
        own = {k: v.float() for k, v in tensors.items() if k.startswith(used)}
        super().__init__(_normed(own))
        self.noise, self.classes = self["embeddings.weight"].shape
        self._layers = [f"generator.layers.{at}" for at in range(count(self, "generator.layers"))]
        blocks = [name for name in self._layers if f"{name}.conv_0.weight" in self]
        self.parts = 1 + len(blocks)
        """How many pairs of noise and class it takes: for the first grid, and for each block."""
        self.side = _START * 2 ** (len(blocks) // 2)
        """Pixels of a picture's side."""
        with torch.no_grad():
            noise = torch.empty(self.parts, self.noise, device="meta")
            shares = torch.empty(self.parts, self.classes, device="meta")
            if self.on_meta().decode(noise, shares).shape != (1, 3, self.side, self.side):
                raise RuntimeError("its pictures have another size")

    def decode(self, noise: Tensor, shares: Tensor) -> Tensor:
        """The picture [1, 3, side, side], -1..1, of noise [parts, 128] and classes [parts, 1000].

        shares: how much there is of each class. Noise is that of no truncation.
        """
        given = torch.cat([noise, linear(self, "embeddings", shares)], dim=1)
        x = linear(self, "generator.gen_z", given[:1])
        x = x.view(1, _START, _START, -1).permute(0, 3, 1, 2)
        block = 0
        for name in self._layers:
            if f"{name}.conv_0.weight" in self:
                block += 1
                x = self._block(name, x, given[block : block + 1], larger=block % 2 == 0)
            else:
                x = self._attended(name, x)
        scale, shift = self["generator.bn.weight"], self["generator.bn.bias"]
        x = self._standard("generator.bn", x) * scale[:, None, None] + shift[:, None, None]
        return conv(self, "generator.conv_to_rgb", x.relu())[:, :3].tanh()

    def _block(self, name: str, x: Tensor, given: Tensor, *, larger: bool) -> Tensor:
        """Four convolutions beside a short cut, which loses its last channels."""
        way = x
        for at in range(4):
            scale, shift = (
                linear(self, f"{name}.bn_{at}.{part}", given)[..., None, None]
                for part in ("scale", "offset")
            )
            way = (self._standard(f"{name}.bn_{at}", way) * (1 + scale) + shift).relu()
            if larger and at == 1:
                way = doubled(way)
            way = conv(self, f"{name}.conv_{at}", way)
        x = x[:, : way.shape[1]]
        return way + (doubled(x) if larger else x)

    def _standard(self, name: str, x: Tensor) -> Tensor:
        """By the mean and variance that were taken at the last, whole truncation."""
        mean, variance = self[f"{name}.running_means"][-1], self[f"{name}.running_vars"][-1]
        return (x - mean[:, None, None]) / (variance + _EPS).sqrt()[:, None, None]

    def _attended(self, name: str, x: Tensor) -> Tensor:
        """Every place looks at a grid half as fine."""
        query = conv(self, f"{name}.snconv1x1_theta", x).flatten(2).mT
        key, value = (
            F.max_pool2d(conv(self, f"{name}.snconv1x1_{part}", x), 2).flatten(2).mT
            for part in ("phi", "g")
        )
        seen = ((query @ key.mT).softmax(-1) @ value).mT
        seen = seen.reshape(1, -1, *x.shape[2:])
        return x + self[f"{name}.gamma"] * conv(self, f"{name}.snconv1x1_o_conv", seen)


def _normed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights over their spectral norm, which was kept as two vectors (Miyato 2018)."""
    found = {}
    for name, tensor in tensors.items():
        stem, _, last = name.rpartition(".")
        if last == "weight_orig":
            left, right = tensors[f"{stem}.weight_u"], tensors[f"{stem}.weight_v"]
            found[f"{stem}.weight"] = tensor / (left @ tensor.flatten(1) @ right)
        elif last not in ("weight_u", "weight_v"):
            found[name] = tensor
    return found


def load_biggan(given: str) -> Biggan:
    """The generator in a file. Raises InputError where there is none."""
    return built(read_tensors(given), "BigGAN-deep", _made)


def _made(found: Found) -> Biggan:
    return Biggan(found.tensors)
