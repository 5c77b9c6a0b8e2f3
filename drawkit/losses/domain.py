"""The domain: whatever a generator makes changes as the words did (StyleGAN-NADA, Gal 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config import parse_prompts
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, PerceptorOutput, RunContext, StepContext, losses
from drawkit.losses.directional import direction_loss, said

__all__ = ["DomainConfig", "DomainLoss"]


@dataclass(frozen=True)
class DomainConfig(LossConfig):
    """How strongly a generator is led from its old words to the new ones."""

    section = "losses.domain"

    words: str = ""
    """What the generator's pictures show before it learns, as a prompt: "a photo"."""


@losses.register("domain", config=DomainConfig)
class DomainLoss(Loss):
    """How far the change of a generator's pictures is from the change of the words."""

    content = "words"
    needs: ClassVar[tuple[str, ...]] = ("originals", "others", "focus_")
    config: DomainConfig

    def __init__(self, config: DomainConfig) -> None:
        super().__init__(config)
        self.old: Sequence[Tensor] = ()
        """Of each perceptor, [D] the old words."""

    def setup(self, run: RunContext) -> None:
        """Embed the old words. Raises ConfigError without them, and for prompts about a place."""
        section = self.config.section
        if not self.config.words.strip():
            raise ConfigError(
                f"{section}.words is empty; say what the generator's pictures show before it"
                f' learns: --set {section}.words="a photo"'
            )
        old = parse_prompts(self.config.words)
        if any(prompt.region is not None for prompt in (*old, *run.prompts)):
            raise ConfigError(
                f"{section} is for prompts about the whole picture, not a place in it"
            )
        weights = torch.tensor([prompt.weight for prompt in old])
        self.old = [said(text, weights) for text in run.embed(old)]

    def forward(self, context: StepContext) -> Tensor:
        """The mean over pictures, and over perceptors by their share, 0..2."""
        originals, others = context.ask("originals"), context.ask("others")
        values, missed = [context.zero], [context.zero]
        for output, old in zip(context.outputs, self.old, strict=False):
            here = output.prompt_weights
            new = said(output.text, context.prompt_weights if here is None else here)
            seen = [output.features, *(self._seen(output, one) for one in others)]
            with torch.no_grad():
                before = [self._seen(output, one) for one in originals]
            parts = [direction_loss(*pair, new - old) for pair in zip(seen, before, strict=True)]
            values.append(output.weight * torch.stack(parts).mean().to(context.on_paper.device))
            far = 1 - (output.features @ F.normalize(new, dim=0)).mean()
            missed.append(output.weight * far.to(context.on_paper.device))
        context.ask("focus_", torch.stack(missed).sum())
        return torch.stack(values).sum()

    def _seen(self, output: PerceptorOutput, picture: Tensor) -> Tensor:
        """[N, D] features of a picture [3, H, W], in the views of this step."""
        return output.features_of(output.alike(picture[None]))
