"""Regions as shapes that lie on each other: large ones below, going on under those above them.

So no gap shows between neighbours, and whoever takes a shape away finds a whole one below it. Where
a shape goes on under others it takes the shortest way, so that few nodes hold it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.canvas.regions import Regions
from drawkit.pixelart.neighbours import filled

__all__ = ["Sheet", "areas", "stacked"]

_CLEAR, _OPAQUE = 0.06, 0.94
"""Mean alpha below which a region is nothing, and from which it hides what is below it."""
_UNDER = 12
"""Px that a shape goes on under others at least where it can, to round itself off."""
_BLUR, _ROUNDS = 3, 6
_OVERLAP = 2

_Mask = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.intp]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One shape before it has an outline. mask: [h, w] its pixels, from `left` and `top` on.

    color: straight RGBA. region: the one that it was made for. whole: it is the ground that all
    others lie on, to the sides of the sheet.
    """

    mask: _Mask
    left: int
    top: int
    color: tuple[float, float, float, float]
    region: int
    whole: bool = False


def stacked(
    found: Regions, *, soft: bool = True, rank: _Ints | None = None, overlap: int = _OVERLAP
) -> list[Sheet]:
    """The shapes of all regions that show something, bottom first: the larger, the lower.

    soft: edges are soft and may be rounded; otherwise no pixel is added but in holes. rank: [N]
    what comes before size, but for the largest of all. overlap: px that every soft shape goes on
    under those above it.
    """
    alpha = found.color[:, 3]
    height, width = found.label.shape
    boxes = _boxes(found.label, found.count)
    size = [
        int(filled(found.label[box.rows, box.columns] == n).sum()) for n, box in enumerate(boxes)
    ]
    shown = [n for n in range(found.count) if alpha[n] > _CLEAR]
    # What lies in the hole of another one is smaller than that one with its holes.
    order = sorted(shown, key=lambda n: (-size[n], n))
    if rank is not None:
        order[1:] = sorted(order[1:], key=lambda n: int(rank[n]))
    place = np.full(found.count, -1)
    place[order] = np.arange(len(order))
    hides = np.where(alpha > _OPAQUE, place, -1)
    sheets = []
    opaque = bool(len(order) and (alpha > _OPAQUE).all())
    for at, n in enumerate(order):
        rgb = found.color[n, :3] / max(float(alpha[n]), 1e-6)
        red, green, blue = rgb.clip(0, 1).tolist()
        solid = float(alpha[n]) if alpha[n] <= _OPAQUE else 1.0
        color = red, green, blue, solid
        if opaque and not at:
            sheets.append(Sheet(np.ones((height, width), bool), 0, 0, color, n, whole=True))
            continue
        box = boxes[n].grown(_UNDER, height, width)
        label = found.label[box.rows, box.columns]
        own, free = label == n, hides[label] > at
        mask = (
            own
            if solid < 1
            else _rounded(own, free, overlap)
            if soft
            else own | (filled(own) & free)
        )
        sheets.append(Sheet(mask, box.left, box.top, color, n))
    return sheets


def areas(found: Regions, picture: _Floats) -> list[Sheet]:
    """Every region by itself, its holes filled, in the colour that a picture [H, W, 4] has there.

    The picture is premultiplied RGBA. What is mostly clear there is left out.
    """
    sheets = []
    for n, box in enumerate(_boxes(found.label, found.count)):
        mask = filled(found.label[box.rows, box.columns] == n)
        mean = picture[box.rows, box.columns][mask].mean(axis=0)
        if mean[3] > _OPAQUE:
            red, green, blue = (mean[:3] / mean[3]).clip(0, 1).tolist()
            sheets.append(Sheet(mask, box.left, box.top, (red, green, blue, 1.0), n))
    return sheets


@dataclass(frozen=True)
class _Box:
    left: int
    top: int
    right: int
    bottom: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.right)

    def grown(self, by: int, height: int, width: int) -> _Box:
        return _Box(
            max(0, self.left - by),
            max(0, self.top - by),
            min(width, self.right + by),
            min(height, self.bottom + by),
        )


def _boxes(label: _Ints, count: int) -> list[_Box]:
    """Around each region."""
    row, column = np.divmod(np.arange(label.size), label.shape[1])
    of = label.ravel()
    low = np.full((count, 2), label.size)
    high = np.zeros((count, 2), np.intp)
    for axis, place in enumerate((column, row)):
        np.minimum.at(low[:, axis], of, place)
        np.maximum.at(high[:, axis], of, place + 1)
    ends = np.concatenate([low, high], axis=1)
    return [_Box(*map(int, row)) for row in ends]


def _rounded(own: _Mask, free: _Mask, overlap: int) -> _Mask:
    """What is its own, and of what is free as much as makes its border short."""
    mask = own | (filled(own) & free)
    allowed = mask | free
    for _ in range(_ROUNDS):
        grown = (_mean(mask, _BLUR) > 0.5) & allowed | own
        if (grown == mask).all():
            break
        mask = grown
    # Some pixels more, so that no soft edge lets through what is below both.
    wide = _mean(mask, overlap) > 0
    result: _Mask = mask | wide & free
    return result


def _mean(mask: _Mask, reach: int) -> _Floats:
    """The share of what is true in a square about each pixel; beyond the sides as at them."""
    size = 2 * reach + 1
    padded = np.pad(mask.astype(float), reach, mode="edge")
    sums = np.pad(padded.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    box = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    mean: _Floats = box / size**2
    return mean
