"""Pictures as sums of waves: Lucid's parametrization, which Aphantasia made pictures of words."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.configs import FourierConfig
from drawkit.canvas.image.picture import ImageCanvas, slowing

__all__ = ["FourierCanvas", "FourierConfig"]


@canvases.register("fourier", config=FourierConfig)
class FourierCanvas(ImageCanvas):
    """A picture of waves, long ones first, that goes on at its other side (as Aphantasia).

    Parameters: waves [4, H, W // 2 + 1, 2], the real and imaginary parts of three planes of colour
    and one of opacity, divided by how much each counts.
    """

    config: FourierConfig
    amount: Tensor
    contrast: Tensor

    def __init__(self, config: FourierConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        amount = amounts(self.height, self.width, config.decay)
        self.register_buffer("amount", amount, persistent=False)
        self.waves = nn.Parameter(0.1 * torch.randn(4, *amount.shape, 2, generator=spec.generator))
        self.register_buffer("contrast", torch.tensor(config.contrast))

    def planes(self) -> Tensor:
        """The sum of the waves, [1, 4, H, W], its colours as far apart as the contrast says."""
        spectrum = torch.view_as_complex(self.waves * self.amount[..., None])
        size = self.height, self.width
        planes = torch.fft.irfft2(spectrum, s=size, norm="ortho")[None]
        colors, opacity = planes[:, :3], planes[:, 3:]
        return torch.cat([colors * (self.contrast / spread(colors)), opacity], dim=1)

    def fit_(self, planes: Tensor) -> None:
        """The waves of these planes: exact but for rounding."""
        self.contrast.copy_(spread(planes[:, :3]))
        spectrum = torch.fft.rfft2(planes[0], norm="ortho") / self.amount
        self.waves.copy_(torch.view_as_real(spectrum))

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The waves, slower toward the end."""
        return [ParamGroup("waves", [self.waves], self.config.lr * slowing(progress))]

    def project_(self) -> None:
        """Any waves make a picture."""


def amounts(height: int, width: int, decay: float) -> Tensor:
    """[H, W // 2 + 1] how much each wave counts: its length to the power of `decay`.

    Waves of 1 make planes whose pixels are about 1.
    """
    down, across = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    longest = 1 / max(height, width)
    frequency = (down.square() + across.square()).sqrt().clamp(min=longest)
    amount: Tensor = frequency**-decay
    return amount / amount.square().mean().sqrt()


def spread(colors: Tensor) -> Tensor:
    """How far the numbers of planes lie apart, a scalar that is not 0."""
    return colors.std().clamp(min=1e-6)
