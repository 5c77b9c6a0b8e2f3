"""New paths of the strokes canvas: scattered over the sheet, or laid after a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from drawkit.canvas.along import strokes_along
from drawkit.canvas.areas import cut_out
from drawkit.canvas.init import Guide, random_between, random_shapes, random_strokes
from drawkit.canvas.painted import Marks, painted
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.color import parse_color

__all__ = ["NewPaths", "Sheet", "new_paths"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What paths are put on: width and height in px, its colour RGB [3], what they start after.

    scale: how many times larger it is than settings in px are meant for. guide: the picture;
    lines: what strokes of one ink follow instead.
    """

    width: int
    height: int
    scale: float
    paper: Tensor
    guide: Guide | None = None
    lines: Guide | None = None


@dataclass(frozen=True, eq=False)
class NewPaths:
    """Shapes, then strokes: points [K, 2] px; widths [strokes] px; color [N, 3]; opacity [N]."""

    points: Tensor
    widths: Tensor
    color: Tensor
    opacity: Tensor


def new_paths(
    config: StrokesConfig,
    sheet: Sheet,
    counts: tuple[Tensor, Tensor],
    generator: torch.Generator,
    *,
    first: bool,
) -> NewPaths:
    """Paths with so many segments each: those of shapes [S] and of strokes [N].

    first: whether they are all there are, so that strokes may be laid one after the other.
    """
    new = _scattered(config, sheet, counts, generator)
    if sheet.guide is not None:
        new = _after(sheet.guide, new, config, sheet, counts, generator)
        if first:
            new = _laid(sheet.guide, new, config, sheet, counts, generator)
    opacity = random_between(len(new.color), *config.init_opacity, generator)
    color = new.color if config.ink is None else new.color[: len(counts[0])]
    return replace(new, color=color, opacity=opacity)


def _scattered(
    config: StrokesConfig, sheet: Sheet, counts: tuple[Tensor, Tensor], generator: torch.Generator
) -> NewPaths:
    """Anywhere about the middle, in any colour or the one that new paths have."""
    size = torch.tensor([sheet.width, sheet.height], dtype=torch.float32)
    radius = config.init_radius * min(sheet.width, sheet.height)
    reach, angle = config.init_reach, config.init_angle
    points = torch.cat(
        [
            random_shapes(counts[0], size, config.spread, radius, generator),
            random_strokes(counts[1], size, config.spread, reach, generator, angle=angle),
        ]
    )
    widths = torch.full((len(counts[1]),), config.init_width * sheet.scale)
    color = torch.rand(sum(map(len, counts)), 3, generator=generator)
    if config.init_color is not None:
        color[:] = torch.tensor(parse_color(config.init_color)[:3])
    return NewPaths(points, widths, color, color[:, 0])


def _after(
    guide: Guide,
    new: NewPaths,
    config: StrokesConfig,
    sheet: Sheet,
    counts: tuple[Tensor, Tensor],
    generator: torch.Generator,
) -> NewPaths:
    """The same, each moved into the picture's figure, in about the colour that is there."""
    per_path = torch.cat([3 * counts[0], 3 * counts[1] + 1])
    owner = torch.arange(len(per_path)).repeat_interleave(per_path)
    middle = torch.zeros(len(per_path), 2).scatter_reduce(
        0, owner[:, None].expand(-1, 2), new.points, "mean", include_self=False
    )
    spots = guide.spots(len(per_path), generator)
    points = new.points + (spots - middle)[owner]
    if config.init_follow and len(counts[1]):
        lines = _followed(guide, spots[len(counts[0]) :], config, sheet, counts[1], generator)
        points = torch.cat([points[: len(points) - len(lines)], lines])
    color = guide.colors(spots)
    if config.init_vary:
        noise = torch.rand(len(color), 3, generator=generator) - 0.5
        color = (color + 2 * config.init_vary * noise).clamp(0, 1)
    if config.init_shade:
        shade = 2 * torch.rand(len(color), 1, generator=generator) - 1
        color = (color + config.init_shade * shade).clamp(0, 1)
    return replace(new, points=points, color=color)


def _followed(
    guide: Guide,
    spots: Tensor,
    config: StrokesConfig,
    sheet: Sheet,
    segments: Tensor,
    generator: torch.Generator,
) -> Tensor:
    """Control points of straight strokes about `spots` [N, 2], along the lines there."""
    size = torch.tensor([sheet.width, sheet.height], dtype=torch.float32)
    reach, angles = config.init_reach, guide.angles(spots)
    points = random_strokes(segments, size, config.spread, reach, generator, angle=angles)
    counts = 3 * segments + 1
    ends = counts.cumsum(0)
    middle = (points[ends - counts] + points[ends - 1]) / 2
    return points + (spots - middle).repeat_interleave(counts, dim=0)


def _laid(
    guide: Guide,
    new: NewPaths,
    config: StrokesConfig,
    sheet: Sheet,
    counts: tuple[Tensor, Tensor],
    generator: torch.Generator,
) -> NewPaths:
    """The same with paths that know of each other: cut-outs, a painter's layers, a pen's way."""
    points, widths, color = new.points, new.widths, new.color
    for_strokes = sheet.lines or guide
    if config.init_paint and len(counts[0]):
        areas, flat = cut_out(counts[0], guide, sheet.paper)
        points = torch.cat([areas, points[len(areas) :]])
        color = torch.cat([flat, color[len(flat) :]])
    if config.init_along and len(counts[1]):
        lines = strokes_along(counts[1], for_strokes, generator)
        points = torch.cat([points[: -len(lines)], lines])
    elif config.init_paint and len(counts[1]):
        marks = Marks(config.min_width, config.max_width, config.init_longest)
        lines, widths, inks = painted(counts[1], for_strokes, marks, sheet.paper, generator)
        points = torch.cat([points[: -len(lines)], lines])
        color = torch.cat([color[: -len(inks)], inks])
    return replace(new, points=points, widths=widths, color=color)
