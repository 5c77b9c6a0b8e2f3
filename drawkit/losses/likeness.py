"""The likeness: perceptors see in the drawing what they see in a picture, though it is only lines.

CLIPasso (https://arxiv.org/abs/2202.05822) compares what lies inside a perceptor beside what comes
out of it: the inner stages know where things are, the last one what they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Factor, Limits, check_limits
from drawkit.errors import ConfigError
from drawkit.losses import (
    Loss,
    LossConfig,
    PerceptorOutput,
    RunContext,
    StepContext,
    in_middle,
    losses,
)
from drawkit.pictures import read_picture
from drawkit.pictures.figure import figure_sheet
from drawkit.pictures.over import over_paper

__all__ = ["LikenessConfig", "LikenessLoss", "stages_apart", "stages_at"]

Depth = Annotated[float, Limits(0, 1, above=True)]


@dataclass(frozen=True)
class LikenessConfig(LossConfig):
    """Which picture to be like, and by what of a perceptor."""

    section = "losses.likeness"

    picture: str | None = field(default=None, metadata={"file": True})
    """The picture, cut to its figure; none: the one that the drawing starts from."""
    depths: tuple[Depth, ...] = (0.5, 0.75)
    """The stages that are compared: shares of the perceptor's depth."""
    meaning: Factor = 0.1
    """How much what comes out of the perceptor counts beside its stages."""

    def __post_init__(self) -> None:
        """Refuse depths that are no shares, and a likeness in nothing."""
        super().__post_init__()
        check_limits(self, self.section)
        if not self.depths and not self.meaning:
            raise ConfigError("losses.likeness has no depths and a meaning of 0; allowed: either")


def stages_at(count: int, depths: tuple[float, ...]) -> list[int]:
    """Which of `count` stages lie at shares of the depth, the last one at 1."""
    return [math.ceil(depth * count) - 1 for depth in depths]


def stages_apart(drawn: Tensor, wanted: Tensor, bare: Tensor) -> Tensor:
    """Squared distance of what two stages [N, C, h, w] add to bare paper's, each of unit length.

    0: the same, 2: nothing in common. Lines are much less than areas of colour, however well they
    are drawn, and perceptors give numbers of any size: only directions can be compared.
    """
    one, other = (F.normalize((stage - bare).flatten(1), dim=1) for stage in (drawn, wanted))
    return (one - other).square().sum(dim=1).mean()


@losses.register("likeness", config=LikenessConfig)
class LikenessLoss(Loss):
    """How otherwise perceptors see the drawing than the picture, in views that are the same."""

    content = "picture"
    config: LikenessConfig

    def __init__(self, config: LikenessConfig) -> None:
        super().__init__(config)
        self._picture: Tensor | None = None

    @property
    def asks_perceptor(self) -> bool:
        """Always."""
        return True

    def setup(self, run: RunContext) -> None:
        """Read the picture, if one is named. Raises FileError."""
        self._picture = None
        if self.config.picture is not None:
            sheet = figure_sheet(read_picture(self.config.picture)).picture
            self._picture = torch.from_numpy(sheet).permute(2, 0, 1)[None].contiguous()

    def forward(self, context: StepContext) -> Tensor:
        """0 where it sees the same; 0 where there is no picture."""
        picture = context.target if self._picture is None else self._picture
        if picture is None:
            return context.zero
        width, height = context.on_paper.shape[-1], context.on_paper.shape[-2]
        wanted = over_paper(in_middle(picture, width, height), context.paper)
        bare = context.paper.expand_as(wanted)
        shares = [output.weight * self._apart(output, wanted, bare) for output in context.outputs]
        return torch.stack([share.to(context.on_paper.device) for share in shares]).sum()

    def _apart(self, output: PerceptorOutput, wanted: Tensor, bare: Tensor) -> Tensor:
        with torch.no_grad():
            views = output.alike(wanted)
            there = output.stages_of(views)
            paper = output.stages_of(output.alike(bare)[:1])
            meant = output.features_of(views)
        here = output.stages() if self.config.depths else ()
        parts = [
            stages_apart(here[at], there[at], paper[at])
            for at in stages_at(len(there), self.config.depths)
        ]
        meaning = (1 - (output.features * meant).sum(dim=1)).mean()
        return torch.stack([*parts, self.config.meaning * meaning]).sum()
