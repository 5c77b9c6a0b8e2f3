"""Score distillation: a model that knows pictures by words pulls the drawing (SDS, Poole 2022).

The drawing is made noisy and the model says what picture lies under the noise; the drawing goes
toward that. With x_t = a x + s n, all that models predict is linear in the clean picture c which
they lead to: noise, n' = (x_t - a c) / s; v of a cosine schedule, a n' - s c; the velocity of a
flow, n' - c. So the gradient of DreamFusion (arXiv 2209.14988), w (n' - n), is w (a / s) (x - c),
that of a flow (arXiv 2509.25127), v' - (n - x) with s = 1 - a, is (x - c) / s, and one loss does
for all: it has the gradient W (x - c), where W says how much each amount of noise counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

import torch
from torch import Tensor

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError
from drawkit.losses import Guide, Learns, Loss, LossConfig, RunContext, StepContext, losses
from drawkit.losses._noise_orders import ORDERS, shares

__all__ = ["DistillConfig", "DistillLoss", "noise_weight", "pulled"]

Noise = Annotated[float, Limits(0, 1, above=True, below=True)]
_CHOICES = MappingProxyType(
    {
        "kind": ("sds", "vsd"),
        "order": ORDERS,
        "weighting": ("even", "noise", "flow"),
        "precision": ("fp32", "bf16"),
        "control_kind": ("canny", "depth", "scribble"),
    }
)


@dataclass(frozen=True)
class DistillConfig(LossConfig):
    """Who knows pictures, through how much noise it looks, and how far it exaggerates the words."""

    section = "losses.distill"

    kind: Literal["sds", "vsd"] = "sds"
    """sds: toward what the model sees; vsd: as far as that is from what low-rank weights of it see,
    which learn the drawing meanwhile (ProlificDreamer)."""
    vsd_rank: Annotated[int, Limits(1, 1024)] = 4
    """Rank of those weights."""
    vsd_rate: Annotated[float, Limits(0, 1)] = 1e-4
    """Rate at which they learn, once a look."""
    noise: tuple[Noise, Noise] = (0.2, 0.9)
    """Least and most noise, as shares of the way from picture to noise."""
    order: Literal["random", "falling", "annealed", "dreamtime"] = "falling"
    """random: any amount at any step; falling: from the most to the least, as pictures come;
    annealed: any, up to a most that falls; dreamtime: falling, most slowly where most is seen."""
    guidance: Annotated[float, Limits(0, 1000)] = 7.5
    """How much further than the words alone to go, away from any picture."""
    looks: Annotated[int, Limits(1, 64)] = 2
    """Noisy copies a step."""
    weighting: Literal["even", "noise", "flow"] = "even"
    """How amounts of noise count: even; noise: as the mean squared error of the noise that is
    predicted (DreamFusion's); flow: as that of a velocity."""
    model: str = field(default="", metadata={"file": True})
    """Folder of a diffusion model, as diffusers saves it; none: the built-in imagination."""
    vae: str = field(default="", metadata={"file": True})
    """Folder of another autoencoder for it, such as TAESD, which takes less memory."""
    loras: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Files of low-rank weights for it."""
    control: str = field(default="", metadata={"file": True})
    """Folder of a ControlNet for it, which keeps to the picture that the drawing begins with."""
    control_kind: Literal["canny", "depth", "scribble"] = "canny"
    """What that sees of the picture: its edges, itself as a picture of depth, or thick lines."""
    control_scale: Annotated[float, Limits(0, 10)] = 1.0
    """How much that counts."""
    negative: str = ""
    """Words that it keeps away from, beside prompts with a negative weight."""
    side: Annotated[int, Limits(0, 4096)] = 0
    """Px of the shorter side at which it sees the drawing; 0: those that it was made for."""
    distilled_guidance: Annotated[float, Limits(0, 1000)] = 3.5
    """What a model that guidance was distilled into, such as FLUX.1 [dev], is told of it;
    `guidance` comes on top, and 1 leaves it out."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Of the model in a folder; bf16 takes half the memory."""
    every: Annotated[int, Limits(1, 1000)] = 1
    """Steps from one look to the next; between them it counts for nothing."""

    def __post_init__(self) -> None:
        """Refuse noise that is no range, and names that are none."""
        super().__post_init__()
        check_limits(self, self.section)
        if not self.noise[0] <= self.noise[1]:
            raise ConfigError(
                f"{self.section}.noise is {list(self.noise)}; allowed: the first one lower"
            )
        for name, allowed in _CHOICES.items():
            if (given := getattr(self, name)) not in allowed:
                said = ", ".join(allowed)
                raise ConfigError(f"{self.section}.{name} is '{given}'; allowed: {said}")
        if self.kind == "vsd" and not self.model:
            raise ConfigError(f"{self.section}.kind vsd is for a model in a folder: set model too")
        for name in ("vae", "loras", "control"):
            if getattr(self, name) and not self.model:
                raise ConfigError(
                    f"{self.section}.{name} is for a model in a folder: set model too"
                )


def noise_weight(weighting: str, keep: Tensor, noise: Tensor) -> Tensor:
    """[N] the factor W of x - c, for shares of picture and noise a, s [N] in x_t = a x + s n.

    even: 1. noise: a s, of w (n' - n) with DreamFusion's w = s^2. flow: 1 / s, of v' - (n - x).
    """
    if weighting == "noise":
        return keep * noise
    return 1 / noise if weighting == "flow" else torch.ones_like(noise)


def pulled(seen: Tensor, clean: Tensor, weight: Tensor) -> Tensor:
    """A number whose gradient is W (x - c), twice and in the mean: of a squared distance to c.

    seen: [1, ...] x, what the model sees of the drawing; clean: [N, ...] c; weight: [N] W.
    """
    far = (seen - clean.detach()).square().flatten(1).mean(dim=1)
    return (weight.to(far) * far).mean()


@losses.register("distill", config=DistillConfig)
class DistillLoss(Loss):
    """How far the drawing is from what a picture model sees in it by the words."""

    content = "words"
    config: DistillConfig

    def __init__(self, config: DistillConfig) -> None:
        super().__init__(config)
        self._guide: Guide | None = None

    def setup(self, run: RunContext) -> None:
        """Open the model and encode the words, once.

        Raises ConfigError where nobody knows pictures, and for prompts about a place.
        """
        section = self.config.section
        if any(prompt.region is not None for prompt in run.prompts):
            raise ConfigError(
                f"{section} is for prompts about the whole drawing, not about a place in it"
            )
        self._guide = run.guide() if not self.config.model else self._opened(run)
        if self._guide is None:
            raise ConfigError(f"{section} needs a perceptor that imagines, as the built-in one")

    def _opened(self, run: RunContext) -> Guide:
        """The diffusion model with the prompts that are words."""
        from drawkit.diffusion.control import Steered
        from drawkit.diffusion.guide import open_guide  # loads diffusers
        from drawkit.diffusion.variational import Variational

        section = self.config.section
        if any(prompt.picture is not None for prompt in run.prompts):
            raise ConfigError(f"{section}.model reads words, not pictures")
        words = [prompt.text for prompt in run.prompts if prompt.weight > 0]
        away = [prompt.text for prompt in run.prompts if prompt.weight < 0]
        away += [self.config.negative] if self.config.negative else []
        config = self.config
        learning = Variational(config.vsd_rank, config.vsd_rate, run.seed)
        control = None
        if config.control:
            begun = run.begun
            if begun(0) is None:
                raise ConfigError(f"{section}.control needs a picture to keep to; name one: --init")
            control = Steered(config.control, config.control_kind, config.control_scale, begun)
        return open_guide(
            config.model,
            words,
            away,
            vae=config.vae,
            loras=config.loras,
            side=config.side,
            distilled=config.distilled_guidance,
            precision=config.precision,
            control=control,
            variational=learning if config.kind == "vsd" else None,
        )

    def learned(self) -> Mapping[str, Any]:
        """What the model has learned of the drawing, with `kind` vsd."""
        return self._guide.learned() if isinstance(self._guide, Learns) else {}

    def restore_(self, learned: Mapping[str, Any]) -> None:
        """Go on with that."""
        if isinstance(self._guide, Learns):
            self._guide.restore_(learned)

    def forward(self, context: StepContext) -> Tensor:
        """Mean squared distance, 0 and more; 0 where it was not set up, and between looks."""
        if self._guide is None or (context.step - 1) % self.config.every:
            return context.zero
        config, levels = self.config, self._guide.levels
        dice = torch.rand(config.looks, generator=context.generator)
        share = shares(config.order, config.noise, context.progress, dice, levels)
        seen, clean = self._guide.look(
            context.on_paper,
            context.picture,
            context.paper,
            share,
            guidance=config.guidance,
            generator=context.generator,
        )
        weight = noise_weight(config.weighting, *levels(share))
        return pulled(seen, clean, weight).to(context.on_paper.device)
