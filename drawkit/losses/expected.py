"""What is expected: the perceptor sees in the drawing what pictures of the words make it see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Limits
from drawkit.losses import (
    Expected,
    Loss,
    LossConfig,
    PerceptorOutput,
    RunContext,
    StepContext,
    losses,
)
from drawkit.losses.text import prompt_loss

__all__ = ["ExpectedConfig", "ExpectedLoss", "expected_fit", "inner_features"]

_GROUPS = 8
"""Of channels that are brought to one size, or a few of them would count for all others."""


@dataclass(frozen=True)
class ExpectedConfig(LossConfig):
    """How soon one of the ways that a thing may look is decided on."""

    section = "losses.expected"

    sharpness: Annotated[float, Limits(0.1, 1000)] = 20.0
    """How much more the nearest way counts than the others."""


def inner_features(stage: Tensor) -> Tensor:
    """What a last stage [N, C, h, w] shows, flat and of unit length: [N, F]."""
    groups = math.gcd(_GROUPS, stage.shape[1])
    return F.normalize(F.gelu(F.group_norm(stage, groups)).flatten(1), dim=1)


def expected_fit(seen: Tensor, expected: Expected, sharpness: float) -> Tensor:
    """How well a last stage [N, C, h, w] fits what is expected: [P], about the best cosine.

    All views together decide on one way.
    """
    ways, center = expected
    apart = F.normalize(inner_features(seen) - center.to(seen), dim=1)
    fits = torch.einsum("nd,pjd->pj", apart, ways.to(seen)) / len(apart)
    return torch.logsumexp(sharpness * fits, dim=1) / sharpness


@losses.register("expected", config=ExpectedConfig)
class ExpectedLoss(Loss):
    """How far what the perceptor sees inside is from what pictures of the words make it see.

    A place of words and the places of pictures of them lie apart in the joint space of a CLIP
    (Liang et al. 2022, arXiv 2203.02053), and unCLIP goes from one to the other (Ramesh et al.
    2022, arXiv 2204.06125). Here the picture then is what a robust net's inner features lead back
    to (Engstrom et al. 2019, arXiv 1906.00945). 0 where the perceptor has learned no such thing.
    """

    content = "words"
    config: ExpectedConfig

    def __init__(self, config: ExpectedConfig) -> None:
        super().__init__(config)
        self._expected: Sequence[Expected | None] = ()

    def setup(self, run: RunContext) -> None:
        """Ask each perceptor, once."""
        self._expected = tuple(run.expect())

    def forward(self, context: StepContext) -> Tensor:
        """The weighted mean distance of the prompts, about -0.1..2."""
        shares = [context.zero]
        for at, output in enumerate(context.outputs):
            # One perceptor after the other, each with all its areas.
            expected = self._expected[at * len(self._expected) // len(context.outputs)]
            if expected is not None and len(output.text):
                share = output.weight * self._apart(expected, output, context)
                shares.append(share.to(context.on_paper.device))
        return torch.stack(shares).sum()

    def _apart(self, expected: Expected, output: PerceptorOutput, context: StepContext) -> Tensor:
        distances = 1 - expected_fit(output.stages()[-1], expected, self.config.sharpness)
        every = context.prompt_weights.to(distances)
        here = every if output.prompt_weights is None else output.prompt_weights.to(distances)
        if context.prompt_stops is not None:
            past = output.past(every, context.prompt_stops)
            distances = torch.where(past, distances.detach(), distances)
        return prompt_loss(distances[None], here, every)
