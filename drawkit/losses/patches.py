"""The patches: every part of the drawing changes as the words did (CLIPstyler, Kwon & Ye 2022).

https://arxiv.org/abs/2112.00374. The direction of the whole can be met in one spot; small crops,
each seen askew, carry the words' texture everywhere. Crops that have come far enough are let go,
else those that are met easily would be met more and more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits, Share
from drawkit.errors import ConfigError
from drawkit.losses import StepContext, losses
from drawkit.losses.directional import DirectionalConfig, DirectionalLoss, agreement

__all__ = ["PatchesConfig", "PatchesLoss", "crops", "rejected"]

Side = Annotated[float, Limits(0, 1, above=True)]
_INK = 0.02
"""Difference to the paper from which on something is drawn at a place."""


@dataclass(frozen=True)
class PatchesConfig(DirectionalConfig):
    """How many parts of the drawing are looked at, how large, and when one has changed enough."""

    section = "losses.patches"

    count: Annotated[int, Limits(1, 512)] = 8
    """Crops a step; the paper takes 64."""
    sides: tuple[Side, Side] = (0.25, 0.5)
    """Least and most side of a crop, as shares of the shorter side; the paper: 0.25 of both."""
    threshold: Annotated[float, Limits(0, 2)] = 0.7
    """Crops whose loss is below this count for nothing; the paper's value."""
    askew: Share = 0.5
    """How strongly crops are distorted in perspective, 0 to 1; the paper's value."""

    def __post_init__(self) -> None:
        """Refuse sides that are no range."""
        super().__post_init__()
        if not self.sides[0] <= self.sides[1]:
            raise ConfigError(
                f"{self.section}.sides is {list(self.sides)}; allowed: the first one lower"
            )


def rejected(apart: Tensor, threshold: float) -> Tensor:
    """Mean of losses [N] in which those below the threshold count as 0."""
    return torch.where(apart < threshold, torch.zeros_like(apart), apart).mean()


def crops(
    on_paper: Tensor,
    paper: Tensor,
    size: int,
    config: PatchesConfig,
    generator: torch.Generator,
) -> Tensor:
    """[N, 3, size, size] square parts of [1, 3, H, W] about places where something is drawn.

    paper: [1, 3, 1, 1], also beside distorted crops. Differentiable in the picture.
    """
    height, width = on_paper.shape[-2:]
    low, high = config.sides
    drawn = ((on_paper - paper).detach().abs().amax(dim=1) > _INK).float().flatten().cpu()
    places = torch.multinomial(
        drawn if drawn.any() else torch.ones_like(drawn),
        config.count,
        replacement=True,
        generator=generator,
    )
    shares = low + (high - low) * torch.rand(config.count, generator=generator)
    found = []
    for place, share in zip(places.tolist(), shares.tolist(), strict=True):
        side = max(1, round(share * min(height, width)))
        top = min(max(0, place // width - side // 2), height - side)
        left = min(max(0, place % width - side // 2), width - side)
        part = on_paper[..., top : top + side, left : left + side]
        part = F.interpolate(part, size=(size, size), mode="bilinear", antialias=True)
        found.append(_askew(part - paper, config.askew, generator) + paper)
    return torch.cat(found)


def _askew(ink: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """A square [1, 3, S, S] as from a random side: each corner moved inward, up to half of it."""
    last = ink.shape[-1] - 1
    if not strength or not last:
        return ink
    corners = torch.tensor([[0, 0], [last, 0], [last, last], [0, last]], dtype=torch.float32)
    inward = torch.tensor([[1, 1], [-1, 1], [-1, -1], [1, -1]], dtype=torch.float32)
    moved = corners + inward * (strength * last / 2) * torch.rand(4, 2, generator=generator)
    from torchvision.transforms.functional import perspective  # takes seconds, and few need it

    turned: Tensor = perspective(ink, corners.tolist(), moved.tolist())
    return turned


@losses.register("patches", config=PatchesConfig)
class PatchesLoss(DirectionalLoss):
    """How far the change of the drawing's parts is from the change of the words."""

    config: PatchesConfig

    def forward(self, context: StepContext) -> Tensor:
        """The mean over perceptors by their share, 0..2; 0 where it was not set up."""
        shares = [context.zero]
        for output, (before, old) in zip(context.outputs, self.begun, strict=False):
            there = output.cutouts
            parts = crops(
                context.on_paper, context.paper, there.shape[-1], self.config, context.generator
            )
            seen = output.features_of(parts.to(there))
            apart = 1 - agreement(seen, before, self.along(output, old, context))
            shares.append(
                (output.weight * rejected(apart, self.config.threshold)).to(context.on_paper.device)
            )
        return torch.stack(shares).sum()
