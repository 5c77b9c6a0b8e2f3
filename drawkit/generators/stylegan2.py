"""StyleGAN2's pictures: layers that double the side, each adding to the colours so far.

With skips (config F of arXiv 1912.04958, and StyleGAN2-ADA), under NVIDIA's names for PyTorch.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.generators.resampling import resampled
from drawkit.generators.stylegan import GAIN, SLOPE, Stylegan, affine, modulated

__all__ = ["Stylegan2"]

_START = 4
"""Pixels of a side before the first doubling."""
_TAPS = (1.0, 3.0, 3.0, 1.0)
"""The filter of all published networks, where the weights do not have it."""


class Stylegan2(Stylegan):
    """A generator that begins with learned numbers and doubles them up to the picture's side."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__(tensors)
        sides = {int(k.split(".")[1][1:]) for k in self if k.startswith("synthesis.b")}
        self.side = max(sides, default=_START)
        self._sides = [_START]
        while self._sides[-1] < self.side:
            self._sides.append(2 * self._sides[-1])
        self.layers = 2 * len(self._sides)
        self.check()

    def decode(self, codes: Tensor) -> Tensor:
        """The pictures [N, 3, side, side], about -1..1, of codes [N, layers, width]."""
        x = self["synthesis.b4.const"].expand(len(codes), -1, -1, -1)
        picture: Tensor | None = None
        given = iter(codes.unbind(1))
        for side in self._sides:
            block = f"synthesis.b{side}"
            if side > _START:
                x = self._layer(f"{block}.conv0", x, next(given), up=True)
            x = self._layer(f"{block}.conv1", x, next(given))
            at = 2 * self._sides.index(side) + 1
            colors = self._colors(f"{block}.torgb", x, codes[:, at])
            if picture is not None:
                picture = resampled(picture, self._filter(), up=2, around=(2, 1), gain=4)
            picture = colors if picture is None else picture + colors
        assert picture is not None
        return picture

    def learnable(self) -> list[list[str]]:
        """For each code, the names of what may be trained of its layer: no colours, no affine."""
        parts = ("weight", "bias", "noise_strength")
        found = [["synthesis.b4.const", *(f"synthesis.b4.conv1.{part}" for part in parts)]]
        for side in self._sides[1:]:
            for name in (f"synthesis.b{side}.conv0", f"synthesis.b{side}.conv1"):
                found.append([f"{name}.{part}" for part in parts])
        return [*([n for n in names if n in self] for names in found), []]

    def _layer(self, name: str, x: Tensor, code: Tensor, *, up: bool = False) -> Tensor:
        styles, weight = affine(self, f"{name}.affine", code), self[f"{name}.weight"]
        x = modulated(x, weight, styles, around=weight.shape[-1] // 2, up=up)
        if up:
            x = resampled(x, self._filter(), around=(1, 1), gain=4)
        strength = self.get(f"{name}.noise_strength")
        if strength is not None:
            x = x + self.grain * strength * self[f"{name}.noise_const"]
        return F.leaky_relu(x + self[f"{name}.bias"][:, None, None], SLOPE) * GAIN

    def _colors(self, name: str, x: Tensor, code: Tensor) -> Tensor:
        weight = self[f"{name}.weight"]
        styles = affine(self, f"{name}.affine", code) / weight[0].numel() ** 0.5
        x = modulated(x, weight, styles, around=weight.shape[-1] // 2, even=False)
        return x + self[f"{name}.bias"][:, None, None]

    def _filter(self) -> Tensor:
        """[4, 4], summing to 1."""
        kept = self.get("synthesis.b4.conv1.resample_filter")
        if kept is not None:
            return kept
        taps = torch.tensor(_TAPS, device=self["synthesis.b4.const"].device)
        return torch.outer(taps, taps) / taps.sum() ** 2
