"""Where new paths start: scattered strokes and round shapes, or after a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.pictures.orientation_field import directions, oklab
from drawkit.pictures.over import over_paper
from drawkit.raster import straight

__all__ = [
    "Guide",
    "draw_counts",
    "gather_points",
    "line_art",
    "random_between",
    "random_shapes",
    "random_strokes",
]


_PAPERS = (1.0, 0.5, 0.0)
"""Grays that a figure without paper may be told from, the first one that will do."""
_ALIKE, _FEW = 0.1, 0.01
"""How near (OKLab) a colour looks like the paper, and the share of the figure that may."""


@dataclass(frozen=True, eq=False)
class Guide:
    """A picture that new paths start after: [4, H, W] premultiplied RGBA, 0..1."""

    picture: Tensor

    DETAIL = 4.0
    """How much sooner a path starts where the picture changes than where it is flat."""

    def spots(self, count: int, generator: torch.Generator) -> Tensor:
        """[count, 2] pixels in the picture's figure, more of them where there is detail."""
        alpha = self.picture[3]
        soft = F.avg_pool2d(self.picture[None], 9, stride=1, padding=4)[0]
        chances = (alpha * (0.2 + self.DETAIL * (self.picture - soft).abs().mean(0))).flatten()
        if not chances.sum() > 0:
            chances = torch.ones_like(chances)
        at = torch.searchsorted(
            chances.double().cumsum(0),
            torch.rand(count, dtype=torch.float64, generator=generator) * chances.double().sum(),
        ).clamp(max=len(chances) - 1)
        width = alpha.shape[1]
        return torch.stack([at % width, at // width], dim=1) + 0.5

    def on_paper(self, paper: Tensor, side: int) -> Tensor:
        """RGB [1, 3, h, w], 0..1, on paper [3], its shorter side `side` px."""
        scale = min(self.picture.shape[-2:]) / side
        size = [max(1, round(length / scale)) for length in self.picture.shape[-2:]]
        small = F.interpolate(self.picture[None], size=size, mode="bilinear", antialias=True)
        return over_paper(small, paper.view(1, 3, 1, 1)).clamp(0, 1)

    def told_from(self) -> Tensor:
        """RGB [3] of a paper that nearly nothing of the figure looks like: white, gray or black.

        What is as its paper is would not be drawn, although around the figure there is none.
        """
        figure = self.picture[:, self.picture[3] > 0.5].T
        lab = oklab(straight(figure)[:, :3].clamp(0, 1).T.view(1, 3, 1, -1))
        papers = torch.tensor(_PAPERS)[:, None].expand(-1, 3)
        bare = oklab(papers.T.reshape(1, 3, 1, -1))[0, :, 0].T
        alike = (lab - bare.view(-1, 3, 1, 1)).norm(dim=1) < _ALIKE
        shares = alike.float().mean(dim=(1, 2)).nan_to_num()
        clear = shares < _FEW
        at = clear.nonzero()[0, 0] if bool(clear.any()) else shares.argmin()
        return papers[at].clone()

    def angles(self, spots: Tensor) -> Tensor:
        """Degrees [N] of the lines at `spots` [N, 2]."""
        return directions(self.picture[None, :3], spots).rad2deg()

    def colors(self, spots: Tensor) -> Tensor:
        """Straight RGB [N, 3] at `spots` [N, 2]."""
        x, y = spots.long().unbind(1)
        return straight(self.picture[:, y, x].T)[:, :3].clamp(0, 1)


def random_between(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """[count] numbers between low and high."""
    return low + (high - low) * torch.rand(count, generator=generator)


def draw_counts(count: int, low: int, high: int, generator: torch.Generator) -> Tensor:
    """[count] whole numbers from low to high, both included."""
    return torch.randint(low, high + 1, (count,), generator=generator)


def random_strokes(
    segments: Tensor,
    size: Tensor,
    spread: float,
    reach: float,
    generator: torch.Generator,
    *,
    angle: float | Tensor | None = None,
) -> Tensor:  # [N], [2] -> [K, 2]
    """Control points of open paths: a random start, every next point near the one before.

    segments: [N]. size: width and height in pixels. spread: share of the sides, about the
    middle, in which paths start. reach: side of the square in which the next point lies, as a
    share of the sides (CLIPDraw: 0.1). angle: degrees, one or [N], in which all points follow
    each other instead, at up to half that distance.
    """
    if not len(segments):
        return torch.empty(0, 2)
    most = int(segments.max())
    moves = (torch.rand(len(segments), 3 * most + 1, 2, generator=generator) - 0.5) * reach
    if angle is not None:
        turn = torch.as_tensor(angle).expand(len(segments)).deg2rad()
        ahead = moves[..., :1].abs().mean(dim=1, keepdim=True)
        moves = (ahead * torch.stack([turn.cos(), turn.sin()], dim=1)[:, None]).expand_as(moves)
        moves = moves.clone()
    starts = (torch.rand(len(segments), 2, generator=generator) - 0.5) * spread
    moves[:, 0] = starts + 0.5
    return gather_points(moves.cumsum(dim=1) * size, 3 * segments + 1)


def random_shapes(
    segments: Tensor, size: Tensor, spread: float, radius: float, generator: torch.Generator
) -> Tensor:  # [N], [2] -> [K, 2]
    """Control points of closed paths: circles, each 0.5 to 1.5 times `radius` (pixels)."""
    if not len(segments):
        return torch.empty(0, 2)
    most = int(segments.max())
    center = ((torch.rand(len(segments), 2, generator=generator) - 0.5) * spread + 0.5) * size
    radii = random_between(len(segments), 0.5 * radius, 1.5 * radius, generator)
    turn = random_between(len(segments), 0.0, 2 * math.pi, generator)
    knot = torch.arange(most)
    angle = turn[:, None] + knot * (2 * math.pi / segments[:, None])
    out = torch.stack([angle.cos(), angle.sin()], dim=-1)
    along = torch.stack([-angle.sin(), angle.cos()], dim=-1)
    # Handles of this length make a cubic follow a circular arc.
    handle = (4 / 3 * torch.tan(math.pi / (2 * segments)))[:, None, None] * along
    following = torch.roll(out, -1, dims=1), torch.roll(handle, -1, dims=1)
    last = torch.arange(len(segments)), segments - 1
    following[0][last], following[1][last] = out[:, 0], handle[:, 0]
    points = torch.stack([out, out + handle, following[0] - following[1]], dim=2).flatten(1, 2)
    return gather_points(center[:, None] + radii[:, None, None] * points, 3 * segments)


def gather_points(rows: Tensor, counts: Tensor) -> Tensor:
    """The first `counts` [N] points of each row of [N, M, 2], one row after the other: [K, 2]."""
    return rows[torch.arange(rows.shape[1]) < counts[:, None]]


_LINE = 1 / 75
"""Width of a line in line art, as a share of the picture's shorter side."""
_CONTRAST = 0.12
"""Colours that differ by less than this (0..1) have no line between them."""
_DARK = 0.25
"""Areas darker than this (0..1) are filled, not outlined: pupils, open doors."""


def line_art(picture: Tensor, ink: Tensor) -> Tensor:
    """What a pen of one `ink` [3] draws of a picture [1, 4, H, W]: borders and dark areas.

    Premultiplied RGBA 0..1 in and out.
    """
    half = max(1, round(_LINE * min(picture.shape[-2:]) / 2))
    padded = F.pad(picture, (half,) * 4)
    most = F.max_pool2d(padded, 2 * half + 1, stride=1)
    least = -F.max_pool2d(-padded, 2 * half + 1, stride=1)
    border = ((most - least).amax(1, keepdim=True) - _CONTRAST).clamp(0, _CONTRAST) / _CONTRAST
    light = straight(picture.movedim(1, -1))[..., :3].mean(-1)[:, None]
    dark = ((light < _DARK) & (picture[:, 3:] > 0.5)).to(picture)
    alpha = torch.maximum(border, dark)
    return torch.cat([ink.view(1, 3, 1, 1) * alpha, alpha], dim=1)
