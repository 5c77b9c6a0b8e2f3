"""Pictures as sums of wavelets, which have a place as well as a size (as Aphantasia's DWT)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.configs import WaveletConfig
from drawkit.canvas.image.picture import ImageCanvas, slowing
from drawkit.canvas.image.wavelets import joined, low_pass, split
from drawkit.errors import ConfigError

__all__ = ["WaveletCanvas", "WaveletConfig"]

_COARSEST = 4
"""Wavelets of the shorter side of the coarsest level at least."""
_LEAST = 3
"""Levels of a tile at least: with fewer there is hardly anything coarse."""


@canvases.register("wavelet", config=WaveletConfig)
class WaveletCanvas(ImageCanvas):
    """A picture of wavelets, large ones first.

    Parameters: coarse [4, h, w], and a band [3, 4, h, w] a level, the finest first: what differs
    across, down, and both ways.
    """

    config: WaveletConfig
    low: Tensor

    def __init__(self, config: WaveletConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        levels = min(_levels(side, tiled) for side, tiled in self._sides())
        step = 2**levels
        rows, columns = -(-self.height // step) * step, -(-self.width // step) * step
        self._padded = rows, columns
        self.register_buffer("low", low_pass(config.wave).float(), persistent=False)
        amounts = torch.tensor([2.0 ** (config.decay * (at + 1)) for at in range(levels)])
        # Each level has four times fewer wavelets than the one before.
        energy = (0.75 * amounts.square() / 4.0 ** torch.arange(levels)).sum()
        energy = energy + amounts[-1].square() / 4.0**levels
        self._amounts = (amounts / energy.sqrt()).tolist()

        def start(*shape: int) -> nn.Parameter:
            return nn.Parameter(0.1 * torch.randn(*shape, generator=spec.generator))

        self.coarse = start(4, rows // step, columns // step)
        self.bands = nn.ParameterList(
            start(3, 4, rows >> at, columns >> at) for at in range(1, levels + 1)
        )

    def planes(self) -> Tensor:
        """The sum of the wavelets, [1, 4, H, W]."""
        planes: Tensor = self.coarse * self._amounts[-1]
        for amount, band in zip(reversed(self._amounts), reversed(self.bands), strict=True):
            across, down, both = band * amount
            left, right = joined_down(planes, down, self.low), joined_down(across, both, self.low)
            planes = joined(left, right, self.low)
        return planes[None, :, : self.height, : self.width]

    def fit_(self, planes: Tensor) -> None:
        """The wavelets of these planes: exact but for rounding."""
        rows, columns = self._padded
        more = (0, columns - self.width, 0, rows - self.height)
        left = nn.functional.pad(planes, more, mode="replicate")[0] if any(more) else planes[0]
        for amount, band in zip(self._amounts, self.bands, strict=True):
            coarse, fine = split(left, self.low)
            left, down = split_down(coarse, self.low)
            across, both = split_down(fine, self.low)
            band.copy_(torch.stack([across, down, both]) / amount)
        self.coarse.copy_(left / self._amounts[-1])

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The wavelets, slower toward the end."""
        rate = self.config.lr * slowing(progress)
        return [ParamGroup("wavelets", [self.coarse, *self.bands], rate)]

    def project_(self) -> None:
        """Any wavelets make a picture."""

    def _sides(self) -> list[tuple[int, bool]]:
        """Each side, and whether the picture goes on there; refuses sides that cannot."""
        sides = [(self.width, self.tile[0]), (self.height, self.tile[1])]
        if any(tiled and side % 2**_LEAST for side, tiled in sides):
            raise ConfigError(
                f"a tile of wavelets needs sides of a multiple of {2**_LEAST} pixels,"
                f" got {self.width}x{self.height}"
            )
        return sides


def joined_down(coarse: Tensor, fine: Tensor, low: Tensor) -> Tensor:
    """The same as `joined`, of columns."""
    return joined(coarse.mT, fine.mT, low).mT


def split_down(picture: Tensor, low: Tensor) -> tuple[Tensor, Tensor]:
    """The same as `split`, of columns."""
    coarse, fine = split(picture.mT, low)
    return coarse.mT, fine.mT


def _levels(side: int, tiled: bool) -> int:
    """How often a side can be halved, exactly where it goes on at its other end."""
    levels = 1
    while side >> (levels + 1) >= _COARSEST and not (tiled and side % 2 ** (levels + 1)):
        levels += 1
    return levels
