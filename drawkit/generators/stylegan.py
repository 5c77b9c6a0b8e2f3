"""StyleGAN: pictures of codes, one for each of its layers (Karras 2019, arXiv 1912.04958).

Under the names that NVIDIA's networks for PyTorch have. What both kinds share is here: how noise
becomes a code, and which of them a file holds.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.generators.layers import Weights, count_after

__all__ = ["CLAMP", "GAIN", "SLOPE", "Stylegan", "affine", "modulated"]

SLOPE, GAIN = 0.2, 2**0.5
"""Of what all layers do with negative numbers, and by how much they then strengthen."""
CLAMP = 256.0
"""How large numbers between layers may be."""
_SLOW = 0.01
"""The mapping learned at this rate: its weights are so much smaller than they are kept."""
_EPS = 1e-8
_DRAWN = 4096
"""Codes whose mean is taken where the weights have none."""


class Stylegan(Weights):
    """A generator whose layers each take a code.

    A generator of this kind says how many, `layers`, and makes the picture, `decode`. Raises
    KeyError where a tensor is missing, RuntimeError or ValueError where shapes do not fit.
    """

    grain = 1.0
    """Factor of the noise that some add in each layer, which is kept with the weights."""
    layers: int
    """How many codes a picture takes."""
    side: int
    """Pixels of a picture's side."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        used = ("mapping.", "synthesis.")
        super().__init__({k: v.float() for k, v in tensors.items() if k.startswith(used)})
        self._depth = count_after(self, "mapping.fc", 0)
        last = self[f"mapping.fc{max(0, self._depth - 1)}.weight"]
        self.width = last.shape[0]
        """Numbers of a code."""
        told, self.classes = self.get("mapping.embed.weight", last[:0, :0]).shape
        """How many kinds of things it can be asked for; 0: there is one."""
        self.noise = self["mapping.fc0.weight"].shape[1] - told
        """Numbers of noise that a code is made of."""

    @abstractmethod
    def decode(self, codes: Tensor) -> Tensor:
        """The pictures [N, 3, side, side], about -1..1, of codes [N, layers, width]."""

    @abstractmethod
    def learnable(self) -> list[list[str]]:
        """For each code, the names of what may be trained of its layer: no colours, no affine."""

    def mapped(self, noise: Tensor, label: int = 0) -> Tensor:
        """The codes [N, width] of normal noise [N, noise]; label: which class, if any."""
        x = _normed(noise)
        if self.classes:
            chosen = F.one_hot(torch.full((len(x),), label), self.classes).to(x)
            x = torch.cat([x, _normed(affine(self, "mapping.embed", chosen))], dim=1)
        for at in range(self._depth):
            weight, bias = (self[f"mapping.fc{at}.{part}"] for part in ("weight", "bias"))
            x = F.linear(x, weight * (_SLOW / weight.shape[1] ** 0.5), bias * _SLOW)
            x = F.leaky_relu(x, SLOPE) * GAIN
        return x

    def mean(self) -> Tensor:
        """[width] the mean of all codes."""
        kept = self.get("mapping.w_avg")
        if kept is not None:
            return kept.flatten()
        generator = torch.Generator().manual_seed(0)
        noise = torch.randn(_DRAWN, self.noise, generator=generator)
        return self.mapped(noise.to(self["mapping.fc0.weight"].device)).mean(0)

    def drawn(
        self, number: int, truncation: float, generator: torch.Generator, label: int = 0
    ) -> Tensor:
        """[number, width] random codes, each at this share of its way from the mean."""
        noise = torch.randn(number, self.noise, generator=generator)
        mean = self.mean()
        return mean + truncation * (self.mapped(noise.to(mean), label) - mean)

    def check(self) -> None:
        """Draw once with shapes alone, which takes no time."""
        with torch.no_grad():
            shapes = self.on_meta()
            codes = torch.empty(1, self.layers, self.width, device="meta")
            if shapes.decode(codes).shape != (1, 3, self.side, self.side):
                raise RuntimeError("its pictures have another size")
            shapes.mapped(torch.empty(1, self.noise, device="meta"))
            if self.mean().shape != (self.width,):
                raise RuntimeError("its mean is of another width")


def affine(weights: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    """A linear layer [..., I] -> [..., O] whose kept weights are as large as if I were 1."""
    weight = weights[f"{name}.weight"]
    return F.linear(x, weight / weight.shape[1] ** 0.5, weights[f"{name}.bias"])


def modulated(
    x: Tensor, weight: Tensor, styles: Tensor, *, around: int, up: bool = False, even: bool = True
) -> Tensor:
    """A convolution whose inputs are weighted otherwise for each picture.

    x: [N, I, H, W]; weight: [O, I, K, K]; styles: [N, I]. up: transposed, with a step of 2, so that
    it is about twice as large. even: outputs are brought to deviation 1, as if the inputs had it.
    """
    x = x * styles[..., None, None]
    if up:
        x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    else:
        x = F.conv2d(x, weight, padding=around)
    if even:
        power = styles.square() @ weight.square().sum((2, 3)).T
        x = x * (power + _EPS).rsqrt()[..., None, None]
    return x


def _normed(x: Tensor) -> Tensor:
    return x * (x.square().mean(1, keepdim=True) + _EPS).rsqrt()
