"""Plain pixels in layers from coarse to fine: what changes broadly can change at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.configs import RgbConfig
from drawkit.canvas.image.picture import ImageCanvas, slowing

__all__ = ["RgbCanvas", "RgbConfig"]

_COARSEST = 4
"""Pixels of the shorter side of the coarsest layer at least."""


@canvases.register("rgb", config=RgbConfig)
class RgbCanvas(ImageCanvas):
    """A picture of plain pixels, the sum of layers of ever finer ones.

    Parameters: layers of [4, h, w], the finest first, each half as fine as the one before.
    """

    config: RgbConfig

    def __init__(self, config: RgbConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        sizes = [(self.height, self.width)]
        while min(sizes[-1]) >= 2 * _COARSEST:
            sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
        across, down = self.tile
        for at, (rows, columns) in enumerate(sizes[1:], start=1):
            self.register_buffer(f"down{at}", blend(self.height, rows, wrap=down), False)
            self.register_buffer(f"across{at}", blend(self.width, columns, wrap=across), False)
        amounts = torch.tensor([2.0 ** (config.decay * at) for at in range(len(sizes))])
        self._amounts = (amounts / amounts.square().sum().sqrt()).tolist()
        generator = spec.generator
        self.layers = nn.ParameterList(0.1 * torch.randn(4, *s, generator=generator) for s in sizes)

    def planes(self) -> Tensor:
        """The sum of the layers, [1, 4, H, W]."""
        planes: Tensor = self._amounts[0] * self.layers[0]
        for at in range(1, len(self.layers)):
            planes = planes + self._amounts[at] * self._enlarged(self.layers[at], at)
        return planes[None]

    def fit_(self, planes: Tensor) -> None:
        """Layers of these planes, as coarse as can be: exact but for rounding."""
        left = planes[0]
        for at in reversed(range(1, len(self.layers))):
            down, across = self.get_buffer(f"down{at}"), self.get_buffer(f"across{at}")
            # The means of what each coarse pixel is spread over.
            means = (down / down.sum(0)).T @ left @ (across / across.sum(0))
            self.layers[at].copy_(means / self._amounts[at])
            left = left - self._enlarged(means, at)
        self.layers[0].copy_(left / self._amounts[0])

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The layers, slower toward the end."""
        return [ParamGroup("layers", list(self.layers), self.config.lr * slowing(progress))]

    def project_(self) -> None:
        """Any pixels make a picture."""

    def _enlarged(self, layer: Tensor, at: int) -> Tensor:
        """A layer [4, h, w] as large as the picture."""
        return self.get_buffer(f"down{at}") @ layer @ self.get_buffer(f"across{at}").T


def blend(fine: int, coarse: int, *, wrap: bool) -> Tensor:
    """[fine, coarse] what each pixel of a line has of each coarse one, mixed linearly.

    wrap: whether the line goes on at its other end; else its ends stay as they are.
    """
    place = (torch.arange(fine) + 0.5) * (coarse / fine) - 0.5
    low = place.floor().long()
    share = place - low
    at = torch.stack([low, low + 1], dim=1)
    at = at % coarse if wrap else at.clamp(0, coarse - 1)
    found = torch.zeros(fine, coarse)
    return found.scatter_add_(1, at, torch.stack([1 - share, share], dim=1))
