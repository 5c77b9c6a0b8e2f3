"""The direction: the drawing changes as the words did (StyleGAN-NADA's loss, Gal et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config import parse_prompts
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, RunContext, StepContext, losses

__all__ = ["DirectionalConfig", "DirectionalLoss", "direction_loss", "said"]

_LEAST = 1e-3
"""Length below which a change of unit vectors has no direction."""


@dataclass(frozen=True)
class DirectionalConfig(LossConfig):
    """How strongly a drawing changes along the way from its old words to the new ones."""

    section = "losses.directional"

    words: str = ""
    """What the drawing shows as the run begins, as a prompt; `drawkit resume` knows it."""


def said(text: Tensor, weights: Tensor) -> Tensor:
    """[D] where prompts [P, D] are together, by their weights [P]."""
    weights = weights.to(text)
    return (weights @ text) / weights.abs().sum().clamp(min=_LEAST)


def direction_loss(features: Tensor, before: Tensor, along: Tensor) -> Tensor:
    """1 - cosine of each view's change with the words' change, in the mean; 0..2.

    features: [N, D] what is seen now; before: [D] what was seen as the run began; along: [D] from
    the old words to the new ones.
    """
    change = F.normalize(features - before, dim=1, eps=_LEAST)
    return 1 - (change @ F.normalize(along, dim=0, eps=_LEAST)).mean()


@losses.register("directional", config=DirectionalConfig)
class DirectionalLoss(Loss):
    """How far the drawing's change since the run began is from the change of the words."""

    content = "words"
    config: DirectionalConfig

    def __init__(self, config: DirectionalConfig) -> None:
        super().__init__(config)
        self._begun: Sequence[tuple[Tensor, Tensor]] = ()

    def setup(self, run: RunContext) -> None:
        """Embed the old picture and the old words, once.

        Raises ConfigError without old words or an old picture, and for prompts about a place.
        """
        if not self.config.words.strip():
            raise ConfigError(
                "losses.directional.words is empty; say what the drawing shows as it begins"
            )
        old = parse_prompts(self.config.words)
        if any(prompt.region is not None for prompt in (*old, *run.prompts)):
            raise ConfigError(
                "losses.directional is for prompts about the whole drawing, not about a place in it"
            )
        weights = torch.tensor([prompt.weight for prompt in old])
        words = [said(text, weights) for text in run.embed(old)]
        seen = run.first_look()
        if len(seen) < len(words):
            raise ConfigError(
                "losses.directional needs a drawing to change: drawkit resume FILE, or --init FILE"
            )
        self._begun = list(zip(seen, words, strict=True))

    def forward(self, context: StepContext) -> Tensor:
        """The mean over perceptors by their share, 0..2; 0 where it was not set up."""
        shares = [context.zero]
        for output, (before, old) in zip(context.outputs, self._begun, strict=False):
            here = output.prompt_weights
            along = said(output.text, context.prompt_weights if here is None else here) - old
            share = output.weight * direction_loss(output.features, before, along)
            shares.append(share.to(context.on_paper.device))
        return torch.stack(shares).sum()
