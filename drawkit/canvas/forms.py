"""What paths are held to while they learn: straight edges, boxes, a grid, a few colours."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from drawkit.canvas.oklab import srgb_to_oklab
from drawkit.canvas.strokes_config import FormName, palette_rgb
from drawkit.raster import straight

__all__ = ["Form", "by_lightness", "held_colors", "in_palette", "palette_colors"]

BOX_SEGMENTS = 4
_FLATTEST = 0.15
"""Range of lightness that a picture is taken to have at least: a plain one is not torn apart."""
_PAPER = 0.02
"""A colour of the palette that is no farther from the paper (OKLab) is the paper."""
_LIKE_PAPER = 0.15
"""The same for what a picture shows: what is farther is the figure's, even if it has no colour."""
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


class Form(nn.Module):
    """Turns learned control points [K, 2] into those that are drawn, with gradients.

    segments: [N] of each path; the first `shapes` of them are closed. straight: every segment
    is a line. boxes: shapes are upright boxes around their learned corners, strokes straight.
    grid: px; corners lie on its lines, and a box is one cell at least; 0: anywhere.
    """

    _share: Tensor
    _start: Tensor
    _end: Tensor
    _corners: Tensor

    def __init__(self, segments: Tensor, shapes: int, form: FormName, grid: float) -> None:
        super().__init__()
        self._form = form
        self._grid = grid
        closed = torch.arange(len(segments)) < shapes
        counts = 3 * segments + (~closed).long()
        owner = torch.arange(len(segments)).repeat_interleave(counts)
        first = (counts.cumsum(0) - counts)[owner]
        at = torch.arange(len(owner)) - first
        share, start = (at % 3)[:, None] / 3, first + at - at % 3
        # The last segment of a closed path ends where its first one begins.
        after = (at - at % 3 + 3) % counts[owner]
        end = torch.where(share[:, 0] > 0, first + after, start)
        self._shape_points = int(counts[:shapes].sum())
        corners = torch.tensor(_CORNERS).repeat(shapes if form == "boxes" else 0, 1)
        held = {"_share": share, "_start": start, "_end": end, "_corners": corners}
        for name, tensor in held.items():  # they follow from the settings: no state keeps them
            self.register_buffer(name, tensor, persistent=False)

    def forward(self, points: Tensor) -> Tensor:
        """[K, 2] -> [K, 2], px."""
        if self._form == "curved":
            return points
        if self._form == "boxes":
            points = torch.cat([self._boxed(points), points[self._shape_points :]])
        if self._grid:
            points = points + ((points / self._grid).round() * self._grid - points).detach()
        return points[self._start].lerp(points[self._end], self._share)

    def _boxed(self, points: Tensor) -> Tensor:
        """Points of shapes, every third at a corner of the box around its shape's corners."""
        corners = points[: self._shape_points : 3].view(-1, BOX_SEGMENTS, 2)
        low, high = corners.amin(dim=1), corners.amax(dim=1)
        high = torch.maximum(high, low + self._grid)
        place = low.repeat_interleave(BOX_SEGMENTS, 0).lerp(
            high.repeat_interleave(BOX_SEGMENTS, 0), self._corners
        )
        return place.repeat_interleave(3, 0)


def palette_colors(named: Sequence[str]) -> Tensor:
    """Colours and palettes as users name them -> sRGB [P, 3], 0..1, one of each kind."""
    return torch.tensor(palette_rgb(named)).view(-1, 3)


def held_colors(rgb: Tensor, palette: Tensor) -> Tensor:
    """For each of [N, 3] the nearest of [P, 3] in sRGB; gradients pass as if nothing were moved.

    (Straight-through, Bengio et al. 2013: the nearest colour has no slope of its own.) Nearest in
    the space that gradients move in: each then leads nearer to the colour that is wanted, until it
    is the nearest. In OKLab black cannot be reached past a green that has no slope.
    """
    apart = torch.cdist(rgb.detach(), palette)
    return rgb + (palette[apart.argmin(dim=1)] - rgb).detach()


def in_palette(picture: Tensor, palette: Tensor, paper: Sequence[float] | None) -> Tensor:
    """A picture [1, 4, H, W] in the colours [P, 3] of a palette, each pixel in the nearest one.

    What is like the paper and like no colour is left free, unless nothing else is there.
    Premultiplied RGBA 0..1 in and out.
    """
    colors = palette if paper is None else torch.cat([palette, palette.new_tensor([list(paper)])])
    lab = srgb_to_oklab(straight(picture.movedim(1, -1))[0, ..., :3].clamp(0, 1))
    apart = torch.cdist(_by_hue(lab.flatten(0, 1)), _by_hue(srgb_to_oklab(colors)))
    number = apart[:, : len(palette)].argmin(dim=1)
    alpha = picture[0, 3].flatten()
    if paper is not None:
        free = (apart.argmin(dim=1) == len(palette)) & (apart[:, -1] < _LIKE_PAPER)
        if not free[alpha > 0.5].all():
            alpha = alpha * ~free
    rgb = palette[number] * alpha[:, None]
    return torch.cat([rgb, alpha[:, None]], dim=1).T.reshape_as(picture)


def _by_hue(lab: Tensor) -> Tensor:
    """OKLab [N, 3] so that distances count hues as much as the eye does (as CSS' deltaE OK2)."""
    return lab * lab.new_tensor([1.0, 2.0, 2.0])


def by_lightness(picture: Tensor, palette: Tensor, paper: Sequence[float] | None) -> Tensor:
    """A picture [1, 4, H, W] in the colours [P, 3] of a palette, light in light and dark in dark.

    The figure's range of lightness is stretched over that of the colours, the paper's left out
    so that the figure stands out from it. Premultiplied RGBA 0..1 in and out.
    """
    colors = palette
    if paper is not None:
        apart = srgb_to_oklab(palette) - srgb_to_oklab(palette.new_tensor(list(paper)))
        colors = palette[apart.norm(dim=1) > _PAPER]
    colors = colors if len(colors) else palette
    colors = colors[srgb_to_oklab(colors)[:, 0].argsort()]
    alpha = picture[:, 3]
    light = srgb_to_oklab(straight(picture.movedim(1, -1))[..., :3].clamp(0, 1))[..., 0]
    figure = light[alpha > 0.5]
    if not len(figure):
        return picture
    low, high = figure.quantile(0.05), figure.quantile(0.95)
    middle, half = (low + high) / 2, (high - low).clamp(min=_FLATTEST) / 2
    place = ((light - middle) / half / 2 + 0.5).clamp(0, 1) * (len(colors) - 1)
    rgb = colors[place.round().long()].movedim(-1, 1)
    return torch.cat([rgb * alpha[:, None], alpha[:, None]], dim=1)
