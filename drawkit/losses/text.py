"""The words: how far the views are from the prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from drawkit.config.limits import Weight
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, StepContext, losses

__all__ = ["TextConfig", "TextLoss", "cosine_distance", "prompt_loss", "spherical_distance"]


_LEAST = 1e-30
"""Keeps a sum of no weights from dividing."""


@dataclass(frozen=True)
class TextConfig(LossConfig):
    """How the distance from the prompts is measured."""

    section = "losses.text"

    weight: Weight = 1.0
    """Factor of this loss; 0 leaves it out."""
    distance: Literal["cosine", "spherical"] = "cosine"
    """cosine: 1 - cosine, as CLIPDraw; spherical: squared angle on the sphere, as pixray."""

    def __post_init__(self) -> None:
        """Refuse an unknown distance."""
        super().__post_init__()
        if self.distance not in ("cosine", "spherical"):
            raise ConfigError(
                f"losses.text.distance is '{self.distance}'; allowed: cosine, spherical"
            )


def cosine_distance(features: Tensor, text: Tensor) -> Tensor:
    """1 - cosine of unit vectors [N, D] and [P, D]: [N, P], 0..2."""
    return 1 - features @ text.T


def spherical_distance(features: Tensor, text: Tensor) -> Tensor:
    """2 asin^2(half the chord) of unit vectors [N, D] and [P, D]: [N, P], 0..4.93."""
    # The chord comes from the cosine; the clamp keeps its root differentiable at 0 and 2.
    chord = (2 - 2 * features @ text.T).clamp(1e-7, 4 - 1e-6).sqrt()
    return 2 * torch.asin(chord / 2).square()


def prompt_loss(distances: Tensor, weights: Tensor, every: Tensor | None = None) -> Tensor:
    """Distances [N, P] and prompt weights [P] -> mean over views, weighted over prompts.

    Divided by the sum of the weights' sizes: more prompts do not make the loss larger. A
    negative weight pushes the views away. every: [P] the weights of all that count now, where
    these are some of them.
    """
    total = (weights if every is None else every).abs().sum()
    return (distances.mean(dim=0) @ weights) / total.clamp(min=_LEAST)


@losses.register("text", config=TextConfig)
class TextLoss(Loss):
    """How far the views are from the prompts, over all perceptors by their share."""

    content = "words"
    config: TextConfig

    def detail(self, views: int | None) -> int | None:
        """What the views show."""
        return views

    def forward(self, context: StepContext) -> Tensor:
        """The weighted mean distance; `cosine`: -1..2."""
        measure = cosine_distance if self.config.distance == "cosine" else spherical_distance
        shares = []
        for output in context.outputs:
            distances = measure(output.features, output.text)
            every = context.prompt_weights.to(output.text)
            here = output.prompt_weights
            weights = every if here is None else here.to(output.text)
            if context.prompt_stops is not None:
                past = output.past(weights, context.prompt_stops)
                distances = torch.where(past, distances.detach(), distances)
            shares.append(output.weight * prompt_loss(distances, weights, every))
        return torch.stack([share.to(context.on_paper.device) for share in shares]).sum()
