"""StyleGAN3's pictures: waves at first, and layers whose grids leave no trace (no aliasing).

Karras 2021, arXiv 2106.12423, configurations T and R, under NVIDIA's names for PyTorch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from drawkit.generators.resampling import resampled
from drawkit.generators.stylegan import CLAMP, GAIN, SLOPE, Stylegan, affine, modulated

__all__ = ["Grid", "Stylegan3", "grids"]

_CRITICAL = 2
"""Layers at the end whose waves go up to what their grid can hold."""
_FIRST = (2.0, 2**2.1)
"""How fine the waves of the first layer are: where they begin to fade, and where they end."""
_LAST_STOP = 2**0.3
"""The end of the last layer's, in half sides of the picture."""
_MARGIN = 10
"""Pixels of a grid beyond each side of the picture."""
_FINER = 2
"""How much finer the grid is on which negative numbers are weakened."""
_AT_ONCE = 2**25
"""Numbers of the finer grids that are held at once."""
_OUT = 0.25
"""Factor of the picture."""
_NAME = re.compile(r"synthesis\.(L(\d+)_(\d+)_(\d+))\.weight$")


@dataclass(frozen=True)
class Grid:
    """What a layer's numbers lie on: pixels of a side, of which the picture's width has `rate`."""

    size: int
    rate: int


def grids(side: int, layers: int) -> list[Grid]:
    """Those of so many layers and of the colours after them, for a picture of that side.

    Waves grow finer in equal steps of their logarithm; a grid is the smallest power of 2 that holds
    them up to where they end.
    """
    found = []
    for at in range(layers + 1):
        share = min(at / (layers - _CRITICAL), 1.0)
        stop = _FIRST[1] * (side / 2 * _LAST_STOP / _FIRST[1]) ** share
        rate = 2 ** math.ceil(math.log2(min(2 * stop, side)))
        found.append(Grid(side if at >= layers - 1 else rate + 2 * _MARGIN, rate))
    return found


class Stylegan3(Stylegan):
    """A generator that begins with waves, which a code turns and moves."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__(tensors)
        found = [match for name in self if (match := _NAME.match(name))]
        found.sort(key=lambda match: int(match[2]))
        self._names = [f"synthesis.{match[1]}" for match in found]
        self.layers = len(found) + 1
        self.side = int(found[-1][3])
        self._grids = grids(self.side, len(found) - 1)
        if [grid.size for grid in self._grids] != [int(match[3]) for match in found]:
            raise ValueError("its grids are none of StyleGAN3's")
        self.check()

    def decode(self, codes: Tensor) -> Tensor:
        """The pictures [N, 3, side, side], about -1..1, of codes [N, layers, width]."""
        first, *others = codes.unbind(1)
        x, before = self._waves(first), self._grids[0]
        for name, grid, code in zip(self._names, self._grids, others, strict=True):
            x = self._layer(name, x, code, before, grid)
            before = grid
        return x * _OUT

    def learnable(self) -> list[list[str]]:
        """For each code, the names of what may be trained of its layer: no colours, no affine."""
        parts = ("weight", "bias")
        layers = [[f"{name}.{part}" for part in parts] for name in self._names[:-1]]
        return [["synthesis.input.weight"], *layers, []]

    def _waves(self, code: Tensor) -> Tensor:
        """[N, C, size, size] waves, turned and moved by a code, and mixed."""
        name, grid = "synthesis.input", self._grids[0]
        turn = affine(self, f"{name}.affine", code)
        cosine, sine, right, down = (turn / turn[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        own = self[f"{name}.transform"]
        rotation = torch.stack([cosine, -sine, sine, cosine], 1).view(-1, 2, 2)
        moved = own[:2, 2] - torch.stack([right, down], 1)
        place = (rotation @ moved[..., None])[..., 0]
        freqs = self[f"{name}.freqs"]
        phases = self[f"{name}.phases"] + place @ freqs.T
        freqs = freqs @ (rotation @ own[:2, :2])
        # Those that turned too fine for the grid fade.
        fade = (freqs.norm(dim=2) - _FIRST[0]) / (grid.rate / 2 - _FIRST[0])
        at = (torch.arange(grid.size, device=code.device) + 0.5 - grid.size / 2) / grid.rate
        down_, across = torch.meshgrid(at, at, indexing="ij")
        angle = torch.stack([across, down_], -1) @ freqs.mT[:, None] + phases[:, None, None]
        waves = (angle * (2 * math.pi)).sin() * (1 - fade).clamp(0, 1)[:, None, None]
        weight = self[f"{name}.weight"]
        mixed: Tensor = waves @ (weight.T / len(weight) ** 0.5)
        return mixed.movedim(-1, 1)

    def _layer(self, name: str, x: Tensor, code: Tensor, before: Grid, grid: Grid) -> Tensor:
        """A convolution on the grid before, then onto the next one."""
        weight, bias = self[f"{name}.weight"], self[f"{name}.bias"]
        colors = name == self._names[-1]
        size = weight.shape[-1]
        styles = affine(self, f"{name}.affine", code)
        if colors:
            styles = styles / weight[0].numel() ** 0.5
        x = modulated(x, weight, styles, around=size - 1, even=not colors)
        x = x * self[f"{name}.magnitude_ema"].rsqrt() + bias[:, None, None]
        if colors:
            return x.clamp(-CLAMP, CLAMP)
        fine = _FINER * max(before.rate, grid.rate)
        up, down = fine // before.rate, fine // grid.rate
        finer, coarser = self.get(f"{name}.up_filter"), self.get(f"{name}.down_filter")
        taps = sum(1 if one is None else len(one) for one in (finer, coarser))
        need = (grid.size - 1) * down + 1 - (before.size + size - 1) * up + taps - 2
        around = (need + up) // 2, need - (need + up) // 2

        def weakened(x: Tensor) -> Tensor:
            x = resampled(x, finer, up=up, around=around, gain=up**2)
            x = (F.leaky_relu(x, SLOPE) * GAIN).clamp(-CLAMP, CLAMP)
            return resampled(x, coarser, down=down)

        # A few channels at once, and again for gradients: at 1024 px the finer grids of all would
        # take ten gigabytes.
        few = max(1, _AT_ONCE // (x.shape[2] * up + sum(around)) ** 2)
        again = torch.is_grad_enabled() and x.requires_grad
        parts = [
            checkpoint(weakened, part, use_reentrant=False) if again else weakened(part)
            for part in torch.split(x, few, dim=1)
        ]
        return torch.cat(parts, dim=1)
