"""Strokes like a picture's lines: as wide, as long, as bent, and in the same directions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Factor
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, StepContext, losses
from drawkit.losses._style_pictures import parse_style_pictures, style_tensors
from drawkit.pictures.streamlines import SIDE, Lines, lines_of
from drawkit.raster import Paths

__all__ = [
    "Drawn",
    "StrokesLikeConfig",
    "StrokesLikeLoss",
    "drawn_lines",
    "lines_distance",
    "weighted_distance",
]

_PER = 20.0
"""Px over which a turn is measured, so that one radian counts like a width of e times as much."""
_VIEWS = 8
"""Sides from which directions are compared: half a circle of twice their angle."""
_SHORT = 1e-3
"""Px below which an edge has no direction."""


@dataclass(frozen=True)
class StrokesLikeConfig(LossConfig):
    """Whose lines to imitate, how strongly, and what about them."""

    section = "losses.strokes_like"

    images: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Pictures with such lines: `PICTURE` or `PICTURE:WEIGHT`; none: the style pictures."""
    width: Factor = 1.0
    """How much widths count."""
    length: Factor = 1.0
    """How much lengths count."""
    turn: Factor = 1.0
    """How much it counts how strokes bend."""
    direction: Factor = 1.0
    """How much directions count."""

    def __post_init__(self) -> None:
        """Refuse pictures without a name and factors that turn it around."""
        parse_style_pictures(self.images)
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Drawn:
    """The N open strokes of a drawing and their E edges, px as in `Lines`.

    widths, lengths, turns (radians a px), areas: [N]; directions: [E, 2] cosine and sine of twice
    the angle; edge_areas: [E]. Areas say how much each counts and have no gradient.
    """

    widths: Tensor
    lengths: Tensor
    turns: Tensor
    areas: Tensor
    directions: Tensor
    edge_areas: Tensor


def drawn_lines(paths: Paths, side: int) -> Drawn:
    """What the open strokes among `paths` are like in a drawing with a shorter side of `side` px.

    Measured on the control polygons, which a cubic follows: they turn as much, and are a little
    longer.
    """
    counts = paths.starts().diff()
    owner = torch.arange(len(counts)).repeat_interleave(counts)
    own = (~paths.closed & paths.stroked)[owner[:-1]] & (owner[1:] == owner[:-1])
    edges = (paths.points[1:] - paths.points[:-1])[own] * (SIDE / side)
    of = owner[:-1][own]
    long = (edges.square().sum(dim=1) + _SHORT**2).sqrt()
    count = len(paths.segments)
    lengths = long.new_zeros(count).index_add(0, of, long)
    cross = edges[:-1, 0] * edges[1:, 1] - edges[:-1, 1] * edges[1:, 0]
    along = (edges[:-1] * edges[1:]).sum(dim=1)
    both = (of[1:] == of[:-1]) & (long[:-1] > _SHORT * 2) & (long[1:] > _SHORT * 2)
    bends = torch.atan2(cross[both], along[both]).abs()
    turns = long.new_zeros(count).index_add(0, of[1:][both], bends)
    x, y = edges.unbind(dim=1)
    double = torch.stack([x.square() - y.square(), 2 * x * y], dim=1) / long.square()[:, None]
    widths = 2 * paths.radius * (SIDE / side)
    seen = (paths.stroke[:, 3] * widths).detach()
    kept = (~paths.closed & paths.stroked).nonzero()[:, 0]
    return Drawn(
        widths=widths[kept],
        lengths=lengths[kept],
        turns=turns[kept] / lengths[kept],
        areas=(seen * lengths.detach())[kept],
        directions=double,
        edge_areas=seen[of] * long.detach(),
    )


def weighted_distance(values: Tensor, weights: Tensor, wanted: Tensor) -> Tensor:
    """How far values [V, N] of some weights [N] must move to be spread as wanted [V, M]: [V].

    0: alike.
    """
    values, order = values.sort(dim=1)
    share = (weights / weights.sum().clamp(min=1e-9))[order]
    many = wanted.shape[1]
    at = ((share.cumsum(dim=1) - share / 2) * many).long().clamp(0, many - 1)
    return (share * (values - wanted.sort(dim=1).values.gather(1, at)).abs()).sum(dim=1)


def lines_distance(drawn: Drawn, lines: Lines, config: StrokesLikeConfig) -> Tensor:
    """Widths and lengths as ratios, turns and directions, each by its factor; 0: all alike."""
    own, wanted = (
        torch.stack(
            [of.widths.clamp(min=0.1).log(), of.lengths.clamp(min=0.1).log(), _PER * of.turns]
        )
        for of in (drawn, lines)
    )
    factors = own.new_tensor([config.width, config.length, config.turn])
    angles = torch.arange(_VIEWS) * (math.pi / _VIEWS)
    sides = torch.stack([angles.cos(), angles.sin()])  # [2, 8]
    from_sides = weighted_distance(
        (drawn.directions @ sides).T,
        drawn.edge_areas,
        (F.normalize(lines.directions, dim=1) @ sides).T,
    )
    off = factors @ weighted_distance(own, drawn.areas, wanted)
    return off + config.direction * from_sides.mean()


@losses.register("strokes_like", config=StrokesLikeConfig)
class StrokesLikeLoss(Loss):
    """How far strokes are from the lines of pictures in width, length, bend and direction."""

    needs = ("paths",)
    config: StrokesLikeConfig

    def __init__(self, config: StrokesLikeConfig) -> None:
        super().__init__(config)
        if not config.images:
            raise ConfigError(
                "losses.strokes_like has a weight but no picture; "
                "name one in images, or give --style-image"
            )
        pictures = style_tensors(config.images)
        self._lines = [(lines_of(picture), weight) for picture, weight in pictures]

    def forward(self, context: StepContext) -> Tensor:
        """0 for the same lines; about 1 for twice the width. 0 where there are no strokes."""
        paths = context.paths()
        if paths is None or not (~paths.closed & paths.stroked).any():
            return context.zero
        drawn = drawn_lines(paths, min(context.picture.shape[-2:]))
        total = sum(weight for _, weight in self._lines)
        parts = [w / total * lines_distance(drawn, lines, self.config) for lines, w in self._lines]
        return torch.stack(parts).sum()
