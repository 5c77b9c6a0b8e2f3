"""Pictures that BigGAN-deep makes of noise and classes, as Big Sleep made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.latents import LatentCanvas, LatentConfig, fit_by_steps_, square_of
from drawkit.config.limits import Limits, Rate
from drawkit.generators.biggan import load_biggan

__all__ = ["BigganCanvas", "BigganConfig"]

_FARTHEST = 20.0
"""A class that lies so far below another has no share."""


@dataclass(frozen=True)
class BigganConfig(LatentConfig):
    """Where the generator is, and how far its noise may go."""

    section = "biggan"
    asks = "BigGAN-deep's weights for PyTorch"

    lr: Rate = 0.07
    """Learning rate of noise and classes."""
    truncation: Annotated[float, Limits(0.1, 10)] = 2.0
    """Noise stays within so many deviations; less: plainer pictures."""


@canvases.register("biggan", config=BigganConfig)
class BigganCanvas(LatentCanvas):
    """A picture that BigGAN-deep makes of noise and mixed classes, some for each layer (Big Sleep).

    Parameters: noise [L, 128] and likelihoods [L, 1000] of classes before a softmax. What it makes
    is square: it is scaled to the longer side, and its middle taken.
    """

    config: BigganConfig

    def __init__(self, config: BigganConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_biggan(config.given_weights())
        noise = torch.randn(self.net.parts, self.net.noise, generator=spec.generator)
        self.noise = nn.Parameter(noise.clamp(-config.truncation, config.truncation))
        likely = torch.randn(self.net.parts, self.net.classes, generator=spec.generator)
        self.classes = nn.Parameter(likely)
        self.begin_()

    def made(self) -> Tensor:
        """The middle of the picture, at the canvas' size."""
        picture = (self.net.decode(self.noise, self.classes.softmax(1)) + 1) / 2
        return square_of(self.width, self.height, picture)

    def encode_(self, picture: Tensor) -> None:
        """Learned by steps."""
        fit_by_steps_(self, picture)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Noise and classes."""
        rate = self.config.lr
        return [
            ParamGroup("noise", [self.noise], rate),
            ParamGroup("classes", [self.classes], rate),
        ]

    @torch.no_grad()
    def project_(self) -> None:
        """Noise within the truncation, likelihoods within what a softmax can tell apart."""
        self.noise.clamp_(-self.config.truncation, self.config.truncation)
        self.classes.clamp_(-_FARTHEST, _FARTHEST)
