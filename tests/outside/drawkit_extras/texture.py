"""A loss with a model and random numbers of its own: the drawing should look like seeded noise."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from drawkit.losses import Loss, LossConfig, RunContext, StepContext, losses


@dataclass(frozen=True)
class TextureConfig(LossConfig):
    """How strongly."""

    section = "losses.texture"


@losses.register("texture", config=TextureConfig)
class TextureLoss(Loss):
    """Distance of random filters' answers to those of noise, at places drawn anew each step."""

    def setup(self, run: RunContext) -> None:
        """Build the filters; they follow from the run's seed."""
        generator = torch.Generator().manual_seed(run.seed)
        self.model = nn.Conv2d(3, 8, 5, bias=False).requires_grad_(False)
        self.model.weight.copy_(torch.randn(8, 3, 5, 5, generator=generator))
        self.model.to(run.device)
        self.words = " ".join(prompt.text for prompt in run.prompts)

    def forward(self, context: StepContext) -> Tensor:
        noise = torch.rand(context.on_paper.shape, generator=context.generator)
        answers = [self.model(picture).square().mean() for picture in (context.on_paper, noise)]
        return (answers[0] - answers[1]).square() * 1e-3
