"""The direction: the drawing changes as the words did (StyleGAN-NADA's loss, Gal et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config import parse_prompts
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, PerceptorOutput, RunContext, StepContext, losses

__all__ = ["DirectionalConfig", "DirectionalLoss", "agreement", "direction_loss", "said"]

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


def agreement(features: Tensor, before: Tensor, along: Tensor) -> Tensor:
    """[N] the cosine of each view's change with the words' change.

    features: [N, D] what is seen now; before: [D] what was seen as the run began, or [N, D] in the
    same views; along: [D] from the old words to the new ones.
    """
    change = F.normalize(features - before, dim=1, eps=_LEAST)
    return change @ F.normalize(along, dim=0, eps=_LEAST)


def direction_loss(features: Tensor, before: Tensor, along: Tensor) -> Tensor:
    """1 - the agreement, in the mean of all views; 0..2."""
    return 1 - agreement(features, before, along).mean()


@losses.register("directional", config=DirectionalConfig)
class DirectionalLoss(Loss):
    """How far the drawing's change since the run began is from the change of the words."""

    content = "words"
    config: DirectionalConfig

    def __init__(self, config: DirectionalConfig) -> None:
        super().__init__(config)
        self.begun: Sequence[tuple[Tensor, Tensor]] = ()
        """Of each perceptor, [D] what it saw as the run began, and [D] the old words."""

    def setup(self, run: RunContext) -> None:
        """Embed the old picture and the old words, once.

        Raises ConfigError without old words or an old picture, and for prompts about a place.
        """
        section = self.config.section
        if not self.config.words.strip():
            raise ConfigError(f"{section}.words is empty; say what the drawing shows as it begins")
        old = parse_prompts(self.config.words)
        if any(prompt.region is not None for prompt in (*old, *run.prompts)):
            raise ConfigError(
                f"{section} is for prompts about the whole drawing, not about a place in it"
            )
        weights = torch.tensor([prompt.weight for prompt in old])
        words = [said(text, weights) for text in run.embed(old)]
        seen = run.first_look()
        if len(seen) < len(words):
            raise ConfigError(
                f"{section} needs a drawing to change: drawkit restyle FILE, or --init FILE"
            )
        self.begun = list(zip(seen, words, strict=True))

    def along(self, output: PerceptorOutput, old: Tensor, context: StepContext) -> Tensor:
        """[D] from the old words to those that count at this step."""
        here = output.prompt_weights
        return said(output.text, context.prompt_weights if here is None else here) - old

    def forward(self, context: StepContext) -> Tensor:
        """The mean over perceptors by their share, 0..2; 0 where it was not set up."""
        shares = [context.zero]
        for output, (before, old) in zip(context.outputs, self.begun, strict=False):
            along = self.along(output, old, context)
            share = output.weight * direction_loss(output.features, before, along)
            shares.append(share.to(context.on_paper.device))
        return torch.stack(shares).sum()
