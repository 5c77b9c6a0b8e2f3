"""Along edges: strokes lie on the borders of a picture, and bend as a hand does.

A snake (Kass, Witkin and Terzopoulos 1988, https://doi.org/10.1007/BF00133570): places on a stroke
are drawn to where the picture changes, its joins to a straight way on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Factor, Limits
from drawkit.losses import Loss, LossConfig, StepContext, in_middle, losses
from drawkit.pictures.edges import edges_of, smoothed
from drawkit.raster import Paths

__all__ = ["AlongEdgesConfig", "AlongEdgesLoss", "cubics", "gaps", "kinks", "places_on"]

_PLACES = 8
"""Places of a cubic that are looked at."""
_SIDE = 224.0
_CORNER = 0.7
"""Radians from which a kink is a corner, whose cost no longer grows."""
_STILL = 1e-3
_MEETS = 4.0
"""Px within which an end is meant to meet another stroke."""


@dataclass(frozen=True)
class AlongEdgesConfig(LossConfig):
    """How closely strokes keep to edges, and how smooth they are."""

    section = "losses.along_edges"

    blur: Annotated[float, Limits(0.5, 20)] = 2.0
    """Px from which an edge is felt, in a picture whose shorter side is 224."""
    kinks: Factor = 3.0
    """How much kinks inside a stroke cost beside being off the edges; corners are none."""
    meet: Factor = 1.0
    """How much it costs that ends are near another stroke and do not meet it."""


def cubics(paths: Paths) -> tuple[Tensor, Tensor]:
    """Control points [E, 4, 2] of all cubics, and which one follows each [E]; -1: none."""
    owner = torch.arange(len(paths.segments)).repeat_interleave(paths.segments)
    ends = paths.segments.cumsum(0)
    begin = (ends - paths.segments)[owner]
    number = torch.arange(len(owner))
    start, counts = paths.starts()[:-1][owner], paths.starts().diff()[owner]
    within = 3 * (number - begin)[:, None] + torch.arange(4)
    control = paths.points[start[:, None] + within % counts[:, None]]
    last = number + 1 == ends[owner]
    follows = torch.where(last, torch.where(paths.closed[owner], begin, -1), number + 1)
    return control, follows


def places_on(control: Tensor) -> Tensor:
    """Places [E, 8, 2] px on cubics [E, 4, 2]."""
    t = (torch.arange(_PLACES) + 0.5) / _PLACES
    s = 1 - t
    basis = torch.stack([s**3, 3 * s * s * t, 3 * s * t * t, t**3], dim=1)
    found: Tensor = torch.einsum("pk,ekd->epd", basis.to(control), control)
    return found


def kinks(control: Tensor, follows: Tensor) -> Tensor:
    """Radians [J] by which the way turns at once where one of the cubics [E, 4, 2] follows."""
    goes_on = follows >= 0
    come = (control[:, 3] - control[:, 2])[goes_on]
    go = (control[:, 1] - control[:, 0])[follows[goes_on]]
    cross = come[:, 0] * go[:, 1] - come[:, 1] * go[:, 0]
    along = (come * go).sum(dim=1)
    seen = (come.detach().norm(dim=1) > _STILL) & (go.detach().norm(dim=1) > _STILL)
    return torch.atan2(cross[seen], along[seen])


def gaps(control: Tensor, follows: Tensor, places: Tensor, reach: float) -> Tensor:
    """Mean squared distance of ends to other strokes, as a share of the `reach`'s, 1 at most.

    control, follows: as of `cubics`; places: on them. Ends that have none within reach are free.
    """
    begins = torch.ones(len(control), dtype=torch.bool)
    begins[follows[follows >= 0]] = False
    owner = begins.cumsum(0)  # closed strokes begin nowhere, and count as those before them
    ends = torch.cat([control[begins, 0], control[follows < 0, 3]])
    of = torch.cat([owner[begins], owner[follows < 0]])
    ways = torch.cat([control[:, :1], places, control[:, 3:]], dim=1).detach()
    start, step = ways[:, :-1].flatten(0, 1), ways.diff(dim=1).flatten(0, 1)
    at = (ends.detach()[:, None] - start) * step
    share = (at.sum(dim=2) / step.square().sum(dim=1).clamp(min=_STILL)).clamp(0, 1)
    on = start + share[..., None] * step  # [ends, edges, 2]
    away = (ends[:, None] - on).square().sum(dim=2)
    own = of[:, None] == owner.repeat_interleave(ways.shape[1] - 1)
    least = away.masked_fill(own, torch.inf).amin(dim=1) if away.numel() else away.flatten()
    mean: Tensor = (least / reach**2).clamp(max=1).mean() if len(least) else control.sum() * 0
    return mean


@losses.register("along_edges", config=AlongEdgesConfig)
class AlongEdgesLoss(Loss):
    """How far strokes are off the edges of the picture that is followed, and how they kink."""

    content = "picture"
    needs = ("paths",)
    config: AlongEdgesConfig

    def __init__(self, config: AlongEdgesConfig) -> None:
        super().__init__(config)
        self._of: Tensor | None = None
        self._felt = torch.zeros(1, 1, 1, 1)

    def forward(self, context: StepContext) -> Tensor:
        """0..1 and the kinks; 0 where there are no lines or there is no picture."""
        paths = context.paths()
        if paths is None or context.target is None or not len(paths.segments):
            return context.zero
        height, width = context.on_paper.shape[-2:]
        felt = self._edges(context.target, width, height)
        control, follows = cubics(paths)
        places = places_on(control)
        lengths = (control[:, 1:] - control[:, :-1]).detach().norm(dim=2).sum(dim=1)
        grid = places / places.new_tensor([width, height]) * 2 - 1
        found = F.grid_sample(felt, grid[None], align_corners=False)[0, 0].mean(dim=1)
        off = (lengths * (1 - found)).sum() / lengths.sum().clamp(min=1e-6)
        turns = kinks(control, follows).square().clamp(max=_CORNER**2)
        smooth = turns.mean() if len(turns) else context.zero
        reach = _MEETS * min(width, height) / _SIDE
        apart = gaps(control, follows, places, reach)
        whole: Tensor = off + self.config.kinks * smooth + self.config.meet * apart
        return whole

    def _edges(self, target: Tensor, width: int, height: int) -> Tensor:
        """[1, 1, H, W] 0..1: how near the next edge is. Made once for a picture."""
        if self._of is not target:
            sheet = in_middle(target, width, height)[0]
            edges = edges_of(sheet)
            line = torch.from_numpy(edges.strength * edges.thin)[None]
            blur = max(1.0, self.config.blur * min(width, height) / _SIDE)
            near = smoothed(line, blur) * (blur * (2 * torch.pi) ** 0.5)
            self._felt, self._of = near.clamp(max=1).float()[None], target
        return self._felt
