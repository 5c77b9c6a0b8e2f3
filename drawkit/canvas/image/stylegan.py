"""Pictures that a StyleGAN makes of a code for each layer, as StyleCLIP optimized them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.latents import LatentCanvas, LatentConfig, fit_by_steps_, square_of
from drawkit.config.limits import Limits, Share
from drawkit.errors import ConfigError
from drawkit.generators.stylegan import Stylegan
from drawkit.generators.stylegan_kinds import changed_weights, load_stylegan

__all__ = ["StyleganCanvas", "StyleganConfig", "check_label"]

_FARTHEST = 50.0
"""How far a number of a code can be from its mean: far beyond all that noise leads to."""
_RISES, _FALLS = 0.05, 0.25
"""Parts of the run in which the rate grows, and in which it falls off."""
_LEAST = 0.02
"""Share of the rate at both ends: a step at rate 0 would be none."""


@dataclass(frozen=True)
class StyleganConfig(LatentConfig):
    """Where the generator is, and where its codes begin."""

    section = "stylegan"
    asks = "a StyleGAN2 or StyleGAN3, NVIDIA's pickles converted, or rosinality's"

    truncation: Annotated[float, Limits(0, 2)] = 0.0
    """How far from the mean picture it begins; 0: there; 0.7: at a good one by chance."""
    changed: str = field(default="", metadata={"file": True})
    """State file of a run of the canvas nada: its changed weights take the place of these."""
    label: Annotated[int, Limits(0, 100_000)] = 0
    """Which class chance chooses from, of a generator that knows several."""
    grain: Share = 1.0
    """How much there is of the noise that StyleGAN2 adds for hair, pores and the like."""


@canvases.register("stylegan", config=StyleganConfig)
class StyleganCanvas(LatentCanvas):
    """A picture that a StyleGAN2 or 3 makes, a code for each of its layers (StyleCLIP, W+).

    Parameters: codes [L, 512]. What it makes is square: it is scaled to the longer side, and its
    middle taken.
    """

    config: StyleganConfig
    mean: Tensor

    @torch.no_grad()
    def __init__(self, config: StyleganConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_stylegan(config.given_weights())
        if config.changed:
            self.net = changed_weights(config.changed, self.net)
        self.net.grain = config.grain
        check_label(config.label, self.net, config.section)
        self.register_buffer("mean", self.net.mean(), persistent=False)
        start = self.net.drawn(1, config.truncation, spec.generator, config.label)
        self.codes = nn.Parameter(start.repeat(self.net.layers, 1))
        self.begin_()

    def made(self) -> Tensor:
        """The middle of the picture, at the canvas' size."""
        picture = (self.net.decode(self.codes[None]) + 1) / 2
        return square_of(self.width, self.height, picture)

    def encode_(self, picture: Tensor) -> None:
        """Learned by steps."""
        fit_by_steps_(self, picture)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The codes, at a rate that rises at first and falls in the end."""
        rises = min(1.0, progress / _RISES)
        falls = 0.5 - 0.5 * math.cos(math.pi * min(1.0, (1 - progress) / _FALLS))
        return [ParamGroup("codes", [self.codes], self.config.lr * max(_LEAST, rises * falls))]

    @torch.no_grad()
    def project_(self) -> None:
        """Not farther from the mean than codes can be told apart."""
        off = (self.codes - self.mean).clamp(-_FARTHEST, _FARTHEST)
        self.codes.copy_(self.mean + off)


def check_label(label: int, net: Stylegan, section: str) -> None:
    """Raise ConfigError for a class that a generator does not have."""
    if label > (last := max(0, net.classes - 1)):
        raise ConfigError(f"{section}.label is {label}; allowed: 0 to {last} for these weights")
