"""Filled shapes that start as cut-outs: each a flat area of a picture, large ones first.

What is still wrong after that is cut out in turn, as long as there are shapes: an outline that
winds too much for one shape is made of several.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from drawkit.canvas.closed_curve import fitted_curve, outline
from drawkit.canvas.init import Guide
from drawkit.canvas.single_path import single_path
from drawkit.color import srgb_to_oklab
from drawkit.pixelart.neighbours import filled, groups, neighbours
from drawkit.raster import rasterize
from drawkit.scene import Path

__all__ = ["cut_out"]

_SIDE = 112
"""Px of the shorter side at which areas are looked for: what is finer is no area."""
_COLORS = 12
_WRONG = 0.06
"""Difference in OKLab from which a place is still to be painted."""
_SMALLEST = 10
"""Px of an area below which it is no shape."""
_ROUNDS, _SHARE = 16, 0.4
"""Times that it is seen what is wrong; each time areas of so much of the largest are cut out."""

_Mask = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


def cut_out(segments: Tensor, guide: Guide, paper: Tensor) -> tuple[Tensor, Tensor]:
    """Control points [K, 2] px and RGB [S, 3] of closed paths with `segments` [S] each.

    paper: RGB [3], what the sheet shows where no shape is. Shapes that are too many lie at the
    bottom, under one that is the same.
    """
    on_paper = guide.on_paper(paper, _SIDE)
    sheet = _Sheet(on_paper, paper)
    found: list[tuple[_Floats, int]] = []
    for mask, color in sheet.areas():
        way = outline(mask)
        if sheet.paint(fitted_curve(way, int(segments[len(found)])), color):
            found.append((way, color))
        if len(found) == len(segments):
            break
    if not found:  # a plain sheet
        found = [(outline(np.ones(on_paper.shape[-2:], dtype=np.bool_)), 0)]
    found = found[-1:] * (len(segments) - len(found)) + found  # the smallest costs least
    curves = [fitted_curve(way, int(n)) for (way, _), n in zip(found, segments, strict=True)]
    scale = min(guide.picture.shape[-2:]) / _SIDE
    points = torch.from_numpy(np.concatenate(curves)).float() * scale
    return points, torch.stack([sheet.colors[color] for _, color in found])


class _Sheet:
    """The flat areas of RGB [1, 3, H, W], and which of its colours each place shows by now."""

    def __init__(self, picture: Tensor, paper: Tensor) -> None:
        self._rows, self._columns = picture.shape[-2:]
        bytes_ = (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()
        few = Image.fromarray(bytes_).quantize(_COLORS, dither=Image.Dither.NONE)
        number = Image.frombytes("L", few.size, few.tobytes()).filter(ImageFilter.ModeFilter(3))
        of = np.asarray(number).ravel()
        names, counts = np.unique(of, return_counts=True)
        often = names[(-counts).argsort()]
        flat = picture[0].flatten(1).T
        medians = [flat[torch.from_numpy(of == name)].median(dim=0).values for name in often]
        self.colors = torch.stack([paper, *medians])
        lab = srgb_to_oklab(self.colors.double().numpy())
        # Colours that are hardly apart are the first of them: the paper's, then the most common.
        first = (np.linalg.norm(lab[:, None] - lab[None], axis=-1) < _WRONG).argmax(axis=1)
        number_of = dict(zip(often.tolist(), first[1:].tolist(), strict=True))
        self._wanted = np.array([number_of[n] for n in of.tolist()]).reshape(picture.shape[-2:])
        self._shown = np.zeros_like(self._wanted)
        self._around = neighbours("rect", self._rows, self._columns)

    def areas(self) -> Iterator[tuple[_Mask, int]]:
        """What is not shown as it should be, [H, W], and the number of its colour."""
        for turn in range(_ROUNDS):
            share = _SHARE if turn else 0.0  # at first all, that what is under others comes first
            before = self._shown.copy()
            yield from self._connected(self._wanted != before, share)
            if (self._shown == before).all():
                return

    def _connected(self, wrong: _Mask, share: float) -> list[tuple[_Mask, int]]:
        """The large areas of one colour in [H, W], their holes filled, the largest first."""
        kind = np.where(wrong, self._wanted, -1).ravel()
        label = groups(kind[self._around] == kind[:, None], self._around)
        names, counts = np.unique(label[kind >= 0], return_counts=True)
        least = max(_SMALLEST, share * counts.max(initial=0))
        areas = [
            (filled((label == name).reshape(wrong.shape)), int(kind[name]))
            for name in names[counts >= least]
        ]
        return sorted(areas, key=lambda area: -int(area[0].sum()))

    def paint(self, curve: _Floats, color: int) -> bool:
        """Fill a closed curve [3 S, 2] xy px, unless that makes more wrong than right."""
        there = self._inside(curve)
        right = self._wanted[there] == color
        helps = int(right.sum()) > int((self._wanted[there] == self._shown[there]).sum())
        if helps:
            self._shown[there] = color
        return helps

    def _inside(self, curve: _Floats) -> _Mask:
        """[H, W] what the rasterizer fills of it."""
        path = single_path(Path(curve, closed=True, fill=(1.0, 1.0, 1.0, 1.0)))
        picture = rasterize(path, self._columns, self._rows, (0.0, 0.0, 0.0, 0.0))
        inside: _Mask = picture[..., 3].numpy() > 0.5
        return inside
