"""A StyleGAN that is trained by words, as StyleGAN-NADA (Gal 2021, arXiv 2108.00946).

The loss `domain` looks at what it makes of random codes, and at what it made before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, Changes, ParamGroup, canvases
from drawkit.canvas.image.latents import NetworkConfig, fit_, on_ground, opaque, square_of
from drawkit.canvas.image.picture import RasterCanvas
from drawkit.canvas.image.stylegan import StyleganConfig, check_label
from drawkit.config.limits import Limits, Rate, Share
from drawkit.generators.stylegan import Stylegan
from drawkit.generators.stylegan_kinds import load_stylegan

__all__ = ["NadaCanvas", "NadaConfig"]

_FIT_RATE = 0.1
"""Learning rate of the codes of a start picture."""


@dataclass(frozen=True)
class NadaConfig(NetworkConfig):
    """Where the generator is, and how much of it is trained."""

    section = "nada"
    asks = StyleganConfig.asks

    lr: Rate = 0.002
    """Learning rate of the generator's weights."""
    batch: Annotated[int, Limits(1, 64)] = 2
    """Pictures of random codes that each step looks at."""
    layers: Annotated[int, Limits(0, 100)] = 0
    """How many layers a step trains: those whose codes the words would change most; 0: all."""
    truncation: Annotated[float, Limits(0, 2)] = 0.7
    """How far random codes are from their mean; less: fewer kinds of pictures, but good ones."""
    label: Annotated[int, Limits(0, 100_000)] = 0
    """Which class its pictures are of, of a generator that knows several."""
    grain: Share = 1.0
    """How much there is of the noise that StyleGAN2 adds for hair, pores and the like."""


@canvases.register("nada", config=NadaConfig)
class NadaCanvas(RasterCanvas):
    """A StyleGAN whose weights learn to make other pictures; one of them is shown (StyleGAN-NADA).

    Parameters: the weights of its layers, under their names with / for dots; those of colours, of
    the mapping and of what weighs inputs stay as they are. Where gradients are wanted it makes the
    picture of the first of this step's random codes, else the one that is shown.
    """

    config: NadaConfig
    shown: Tensor
    batch: Tensor

    @torch.no_grad()
    def __init__(self, config: NadaConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_stylegan(config.given_weights())
        self.net.grain = config.grain
        check_label(config.label, self.net, config.section)
        self._names = self.net.learnable()
        self._trained = frozenset(range(len(self._names)))
        self._resting: dict[str, Tensor] = {}
        for name in (name for names in self._names for name in names):
            self.register_parameter(_key(name), nn.Parameter(self.net[name].clone()))
        self.register_buffer("shown", self._codes(1, spec.generator)[0])
        self.register_buffer("batch", self._codes(config.batch, spec.generator))
        self._codes_now = self.batch

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, opaque."""
        if not torch.is_grad_enabled():
            return opaque(self._pictures(self._changed(), self.shown[None]))
        self._codes_now = self.batch.clone().requires_grad_()
        return opaque(self._pictures(self._changed(), self._codes_now[:1]))

    @torch.no_grad()
    def originals(self) -> Tensor:
        """[N, 3, H, W] what the generator made of this step's codes before it learned."""
        return self._pictures(self.net, self.batch).clamp(0, 1)

    def others(self) -> Tensor:
        """[N - 1, 3, H, W] what it makes of all of this step's codes but the first."""
        return opaque(self._pictures(self._changed(), self._codes_now[1:]))[:, :3]

    def focus_(self, loss: Tensor) -> None:
        """Train the layers alone whose codes this loss of the first picture would change most."""
        most = self.config.layers
        if not most:
            return
        (slope,) = torch.autograd.grad(loss, [self._codes_now], retain_graph=True)
        change = slope.abs().mean((0, 2)).tolist()
        able = [at for at, names in enumerate(self._names) if names]
        self._trained = frozenset(sorted(able, key=lambda at: -change[at])[:most])
        self._resting = {
            _key(name): self.get_parameter(_key(name)).detach().clone()
            for at in able
            if at not in self._trained
            for name in self._names[at]
        }

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Show this picture as near as the generator can, of codes that are learned by steps."""
        codes = nn.Parameter(self.net.mean().repeat(self.net.layers, 1))
        groups = [ParamGroup("codes", [codes], _FIT_RATE)]
        wanted = on_ground(picture, self.background)
        fit_(groups, lambda: self._pictures(self.net, codes[None]), wanted, self.config.fit_steps)
        self.shown.copy_(codes)
        shown: Tensor = self()
        return shown

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The weights of all layers."""
        return [ParamGroup("weights", list(self.parameters()), self.config.lr)]

    @torch.no_grad()
    def project_(self) -> None:
        """Layers that rest in this step stay where they were: momentum would move them."""
        for key, kept in self._resting.items():
            self.get_parameter(key).copy_(kept)

    @torch.no_grad()
    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Draw the codes of the next step."""
        self.batch.copy_(self._codes(self.config.batch, generator))
        return Changes()

    def _codes(self, number: int, generator: torch.Generator) -> Tensor:
        """[number, layers, width] random ones, the same for each layer."""
        config = self.config
        codes = self.net.drawn(number, config.truncation, generator, config.label)
        return codes[:, None].repeat(1, self.net.layers, 1)

    def _changed(self) -> Stylegan:
        """The generator as it is by now."""
        return self.net.with_tensors(
            {name: self._weight(at, name) for at, names in enumerate(self._names) for name in names}
        )

    def _weight(self, at: int, name: str) -> Tensor:
        """A weight, whose gradient is none where its layer is found to rest meanwhile."""
        weight = self.get_parameter(_key(name))
        if not (self.config.layers and torch.is_grad_enabled()):
            return weight
        passed = weight.view_as(weight)
        passed.register_hook(lambda slope: slope * (at in self._trained))  # type: ignore[no-untyped-call]
        return passed

    def _pictures(self, net: Stylegan, codes: Tensor) -> Tensor:
        """[N, 3, H, W], about 0..1."""
        return square_of(self.width, self.height, (net.decode(codes) + 1) / 2)


def _key(name: str) -> str:
    """A parameter's name may have no dots."""
    return name.replace(".", "/")
