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

__all__ = ["BigganCanvas", "BigganConfig", "strongest"]

_FARTHEST = 20.0
"""How far likelihoods are from 0: then a class has no share, or a whole one."""
_LIKELY, _SPREAD = -3.9, 0.3
"""With what likelihoods classes begin: a fiftieth of each."""


@dataclass(frozen=True)
class BigganConfig(LatentConfig):
    """Where the generator is, how far its noise may go, and of how many classes it makes things."""

    section = "biggan"
    asks = "BigGAN-deep's weights for PyTorch"

    lr: Rate = 0.07
    """Learning rate of noise and classes."""
    ema: Annotated[float, Limits(0, 0.9999)] = 0.99
    """What is shown and kept is a mean over steps, of which each step leaves this share; 0: the
    latents as they are."""
    max_classes: Annotated[int, Limits(0, 100_000)] = 0
    """How many classes are mixed in each layer at most; 0: all, each by itself."""
    temperature: Annotated[float, Limits(0.01, 100)] = 2.0
    """How evenly those of `max_classes` are mixed; near 0 there is one."""
    truncation: Annotated[float, Limits(0.1, 10)] = 2.0
    """Noise stays within so many deviations; less: plainer pictures."""


@canvases.register("biggan", config=BigganConfig)
class BigganCanvas(LatentCanvas):
    """A picture that BigGAN-deep makes of noise and mixed classes, some for each layer (Big Sleep).

    Parameters: noise [L, 128] and likelihoods [L, 1000] of classes. What it makes is square: it is
    scaled to the longer side, and its middle taken.
    """

    config: BigganConfig

    def __init__(self, config: BigganConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_biggan(config.given_weights())
        noise = torch.randn(self.net.parts, self.net.noise, generator=spec.generator)
        self.deviates = nn.Parameter(noise.clamp(-config.truncation, config.truncation))
        likely = torch.randn(self.net.parts, self.net.classes, generator=spec.generator)
        self.classes = nn.Parameter(_LIKELY + _SPREAD * likely)
        self.begin_()

    def made(self) -> Tensor:
        """The middle of the picture, at the canvas' size."""
        picture = (self.net.decode(self.noise(), self.shares()) + 1) / 2
        return square_of(self.width, self.height, picture)

    def noise(self) -> Tensor:
        """[L, 128] what was drawn from normal deviates."""
        return self.deviates

    def shares(self) -> Tensor:
        """[L, 1000] how much there is of each class, 0..1."""
        most = self.config.max_classes
        if not most:
            return self.classes.sigmoid()
        return strongest(self.classes / self.config.temperature, most)

    def encode_(self, picture: Tensor) -> None:
        """Learned by steps."""
        fit_by_steps_(self, picture)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Noise and classes."""
        rate = self.config.lr
        return [
            ParamGroup("noise", [self.deviates], rate),
            ParamGroup("classes", [self.classes], rate),
        ]

    @torch.no_grad()
    def project_(self) -> None:
        """Noise within the truncation, likelihoods within what a softmax can tell apart."""
        self.deviates.clamp_(-self.config.truncation, self.config.truncation)
        self.classes.clamp_(-_FARTHEST, _FARTHEST)


def strongest(likely: Tensor, most: int) -> Tensor:
    """[L, K] shares of the classes that are most likely, of all others 0.

    likely: [L, K] before a softmax. The first has its share of a softmax, each that follows its
    share among those that are left.
    """
    ordered, places = likely.sort(dim=1, descending=True)
    left = ordered.flip(1).logcumsumexp(1).flip(1)
    shares = (ordered - left).exp()[:, :most]
    return torch.zeros_like(likely).scatter(1, places[:, :most], shares)
