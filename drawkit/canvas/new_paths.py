"""New paths of the strokes canvas: scattered over the sheet, or laid after a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from drawkit.canvas.along import strokes_along
from drawkit.canvas.areas import cut_out
from drawkit.canvas.init import Guide, random_between, random_shapes, random_strokes
from drawkit.canvas.painted import NO_PART, Marks, painted, painted_by_part
from drawkit.canvas.parts import Parts
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.canvas.whole_areas import WholeAreas
from drawkit.color import parse_color

__all__ = ["NewPaths", "Sheet", "new_paths"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What paths are put on: width and height in px, its colour RGB [3], what they start after.

    scale: how many times larger it is than settings in px are meant for. guide: the picture;
    lines: what strokes of one ink follow instead. parts: those of the picture, in which strokes
    are laid. areas: what shapes are cut out as.
    """

    width: int
    height: int
    scale: float
    paper: Tensor
    guide: Guide | None = None
    lines: Guide | None = None
    parts: Parts | None = None
    areas: WholeAreas | None = None


@dataclass(frozen=True, eq=False)
class NewPaths:
    """Shapes, then strokes: points [K, 2] px; widths [strokes] px; color [N, 3]; opacity [N].

    parts: [N] the part of the picture that each is of, -1: of none; None: so are all.
    """

    points: Tensor
    widths: Tensor
    color: Tensor
    opacity: Tensor
    parts: Tensor | None = None


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
    maker = _Maker(config, sheet, *counts, generator)
    new = maker.scattered()
    if sheet.guide is not None:
        new = maker.after(sheet.guide, new)
        if first:
            new = maker.laid(sheet.guide, new)
    opacity = random_between(len(new.color), *config.init_opacity, generator)
    if config.opaque:  # all are drawn at first, those of little opacity the first to go
        opacity[len(counts[0]) :] = (1 + opacity[len(counts[0]) :]) / 2
    color = new.color if config.ink is None else new.color[: len(counts[0])]
    return replace(new, color=color, opacity=opacity)


@dataclass(frozen=True, eq=False)
class _Maker:
    """What all ways of making paths go by; shapes [S], strokes [N]: how many segments each has."""

    config: StrokesConfig
    sheet: Sheet
    shapes: Tensor
    strokes: Tensor
    generator: torch.Generator

    def scattered(self) -> NewPaths:
        """Anywhere about the middle, in any colour or the one that new paths have."""
        config = self.config
        radius = config.init_radius * min(self.sheet.width, self.sheet.height)
        shapes = random_shapes(self.shapes, self._size, config.spread, radius, self.generator)
        points = torch.cat([shapes, self._strokes(config.init_angle)])
        widths = torch.full((len(self.strokes),), config.init_width * self.sheet.scale)
        color = torch.rand(len(self.shapes) + len(self.strokes), 3, generator=self.generator)
        if config.init_color is not None:
            color[:] = torch.tensor(parse_color(config.init_color)[:3])
        return NewPaths(points, widths, color, color[:, 0])

    def after(self, guide: Guide, new: NewPaths) -> NewPaths:
        """The same, each moved into the picture's figure, in about the colour that is there."""
        config = self.config
        counts = torch.cat([3 * self.shapes, 3 * self.strokes + 1])
        owner = torch.arange(len(counts)).repeat_interleave(counts)
        middle = torch.zeros(len(counts), 2).scatter_reduce(
            0, owner[:, None].expand(-1, 2), new.points, "mean", include_self=False
        )
        spots = guide.spots(len(counts), self.generator)
        points = new.points + (spots - middle)[owner]
        if config.init_follow and len(self.strokes):
            points = _with_strokes(points, self._followed(guide, spots[len(self.shapes) :]))
        color = guide.colors(spots)
        if config.init_vary:
            noise = torch.rand(len(color), 3, generator=self.generator) - 0.5
            color = (color + 2 * config.init_vary * noise).clamp(0, 1)
        if config.init_shade:
            shade = 2 * torch.rand(len(color), 1, generator=self.generator) - 1
            color = (color + config.init_shade * shade).clamp(0, 1)
        return replace(new, points=points, color=color)

    def laid(self, guide: Guide, new: NewPaths) -> NewPaths:
        """The same as paths that know of each other: cut-outs, a painter's layers, a pen's way."""
        config, paper = self.config, self.sheet.paper
        points, widths, color = new.points, new.widths, new.color
        of = torch.full((len(color),), NO_PART)
        for_strokes = self.sheet.lines or guide
        if config.init_paint and len(self.shapes):
            cut = self.sheet.areas
            if cut is None:
                areas, flat = cut_out(self.shapes, guide, paper)
            else:
                areas, flat = cut.shapes.points, cut.shapes.color
                of[: len(flat)] = cut.parts
            points = torch.cat([areas, points[len(areas) :]])
            color = torch.cat([flat, color[len(flat) :]])
        if config.init_along and len(self.strokes):
            lines = strokes_along(self.strokes, for_strokes, self.generator)
            points = _with_strokes(points, lines)
        elif config.init_paint and len(self.strokes):
            marks = Marks(config.min_width, config.max_width, config.init_longest)
            parts, how = self.sheet.parts, (for_strokes, marks, paper, self.generator)
            if parts is None:
                made = painted(self.strokes, *how)
            else:
                made = painted_by_part(self.strokes, *how, parts)
            of = _with_strokes(of, made.parts)
            widths = made.widths
            points, color = _with_strokes(points, made.points), _with_strokes(color, made.colors)
        return replace(new, points=points, widths=widths, color=color, parts=of)

    @property
    def _size(self) -> Tensor:
        return torch.tensor([self.sheet.width, self.sheet.height], dtype=torch.float32)

    def _strokes(self, angle: float | Tensor | None) -> Tensor:
        """Control points of strokes at random; angle: degrees, one or [N]."""
        spread, reach = self.config.spread, self.config.init_reach
        return random_strokes(self.strokes, self._size, spread, reach, self.generator, angle=angle)

    def _followed(self, guide: Guide, spots: Tensor) -> Tensor:
        """Control points of straight strokes about `spots` [N, 2], along the lines there."""
        points = self._strokes(guide.angles(spots))
        counts = 3 * self.strokes + 1
        ends = counts.cumsum(0)
        middle = (points[ends - counts] + points[ends - 1]) / 2
        return points + (spots - middle).repeat_interleave(counts, dim=0)


def _with_strokes(rows: Tensor, strokes: Tensor) -> Tensor:
    """Rows of shapes and strokes with others for the strokes, which come last."""
    return torch.cat([rows[: len(rows) - len(strokes)], strokes])
