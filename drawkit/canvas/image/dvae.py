"""Pictures that DALL-E's dVAE decodes of soft codes, as Aleph made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.latents import LatentCanvas, LatentConfig, fit_by_steps_
from drawkit.config.limits import Limits
from drawkit.generators.dvae import load_dvae

__all__ = ["DvaeCanvas", "DvaeConfig"]

_FARTHEST = 50.0
"""A code that lies so far below another has no share in float32."""


@dataclass(frozen=True)
class DvaeConfig(LatentConfig):
    """Where the decoder is, and how codes are mixed."""

    section = "dvae"
    asks = "the decoder of DALL-E's dVAE, converted"

    temperature: Annotated[float, Limits(0.01, 100)] = 1.0
    """How evenly codes are mixed; near 0 each place has one."""


@canvases.register("dvae", config=DvaeConfig)
class DvaeCanvas(LatentCanvas):
    """A picture that DALL-E's dVAE decodes of codes that are mixed at each place (as Aleph).

    Parameters: likelihoods [1, 8192, h, w] before a softmax, for each square of 8x8 pixels; a side
    that is no multiple of 8 is cut.
    """

    config: DvaeConfig

    def __init__(self, config: DvaeConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_dvae(config.given_weights())
        rows, columns = (-(-side // self.net.factor) for side in (self.height, self.width))
        start = torch.randn(1, self.net.codes, rows, columns, generator=spec.generator)
        self.latents = nn.Parameter(start)
        self.begin_()

    def made(self) -> Tensor:
        """The picture of the codes as they are mixed."""
        return self.net.decode((self.latents / self.config.temperature).softmax(1))

    def encode_(self, picture: Tensor) -> None:
        """Learned by steps."""
        fit_by_steps_(self, picture)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The likelihoods."""
        return [ParamGroup("latents", [self.latents], self.config.lr)]

    @torch.no_grad()
    def project_(self) -> None:
        """Within what a softmax can tell apart."""
        limit = _FARTHEST * max(1.0, self.config.temperature)
        self.latents.clamp_(-limit, limit)
