"""What each cell of enlarged pixel art shows, and the few colours that all of them have.

Compression blurs a cell's border and leaves a little noise in its middle. A cell takes the
median of its inner part; colours that differ by no more than the noise are one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.pixelate.lattice import Lattice

__all__ = ["merged_colors", "read_cells"]

_MARGIN, _WIDEST = 0.17, 4
"""Share of a cell's side that is left out at each border, and px at most."""
_SAMPLES = 7
"""Pixels of a cell each way that are looked at, at most."""
_STRIP = 1 << 22

_ALIKE = 11.0
"""How often the noise two colours may differ that are one, where one cell has the rarer."""
_CHROMA = 0.8
"""How much a level of a colour counts beside one of lightness; compression spares it less."""
_REACH, _MOST = 1.0, 512
"""Levels within which colours are not compared, and how many are, at most."""
_ROUNDS = 3

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]


def read_cells(pixels: _Pixels, lattice: Lattice) -> tuple[_Pixels, float]:
    """Straight RGBA [rows, columns, 4] of the cells of a picture [H, W, 4], and its noise.

    The noise is the mean difference inside cells, in levels of 255; 0 where nothing was lost.
    """
    x, y = _inner(lattice.across), _inner(lattice.down)
    columns, rows = lattice.size
    cells = np.empty((rows, columns, 4), np.uint8)
    noise = 0.0
    at_once = max(1, _STRIP // (x.size * y.shape[1]))
    for top in range(0, rows, at_once):
        seen = pixels[y[top : top + at_once, :, None, None], x[None, None]]  # [r, k, c, k, 4]
        seen = seen.swapaxes(1, 2).reshape(len(seen), columns, -1, 4)
        middle = np.rint(np.median(seen, axis=2))
        cells[top : top + at_once] = middle
        noise += float(np.abs(seen - middle[:, :, None]).mean(axis=(2, 3)).sum())
    return cells, noise / (rows * columns)


def _inner(borders: _Numbers) -> _Numbers:
    """[cells, samples] pixels of each cell along one side, away from its borders."""
    width = np.diff(borders)
    margin = np.minimum(np.rint(_MARGIN * width), _WIDEST)
    first, last = borders[:-1] + margin, borders[1:] - 1 - margin
    count = int(min(_SAMPLES, max(1, np.median(last - first + 1))))
    share = np.linspace(0, 1, count) if count > 1 else np.array([0.5])
    return np.rint(first[:, None] + share * (last - first)[:, None]).astype(np.intp)


def merged_colors(colors: _Pixels, limit: int, noise: float) -> tuple[_Pixels, _Numbers]:
    """Few colours [P, 3] for cells that show `colors` [N, 3], and the one of each cell [N].

    limit: of them at most; as many as that stay as they are where there is no noise. Of more,
    those that are alike are one: again and again the two that are nearest, few cells sooner than
    many, until `limit` are left and none is within the noise (mean difference in levels of 255)
    of another. A detail of one cell stays where its colour is far from all others.
    """
    own, inverse, counts = np.unique(colors, axis=0, return_inverse=True, return_counts=True)
    if len(own) <= limit and not noise:
        return own, inverse.ravel()
    space = _noise_space(own)
    centers = _merged(*_leaders(space, counts.astype(np.float64)), limit, noise)
    for _ in range(_ROUNDS):
        nearest = _nearest(space, centers)
        used = np.unique(nearest)
        swatches = np.array([_median(own[nearest == at], counts[nearest == at]) for at in used])
        centers = _noise_space(swatches)
    return swatches, _nearest(space, centers)[inverse.ravel()]


def _noise_space(colors: _Pixels) -> _Floats:
    """RGB [N, 3] where a step of compression is about as long everywhere: YCbCr, in levels.

    OKLab tells far more apart near black, where noise would pass for colours.
    """
    red, green, blue = colors.astype(np.float64).T
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    parts = [light, _CHROMA * 0.564 * (blue - light), _CHROMA * 0.713 * (red - light)]
    return np.stack(parts, axis=1)


def _leaders(space: _Floats, weight: _Floats) -> tuple[_Floats, _Floats]:
    """Of colours [N, 3] those that stand for all within a small distance, and the weight of each.

    The distance grows until they are few enough to be compared with each other.
    """
    order = np.argsort(-weight, kind="stable")
    space, weight = space[order], weight[order]
    reach = _REACH
    while True:
        keys = np.rint(space / reach).astype(np.int64)
        _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        if len(first) <= _MOST:
            total: _Floats = np.bincount(place.ravel(), weight).astype(np.float64)
            return space[first], total
        reach *= 1.5


def _merged(space: _Floats, weight: _Floats, limit: int, noise: float) -> _Floats:
    """The centers [P, 3] that are left of colours [N, 3]."""
    space, weight = space.copy(), weight.copy()
    least = (_ALIKE * noise) ** 2
    cost = _costs(space, weight, space, weight)
    np.fill_diagonal(cost, np.inf)
    for left in range(len(space), 1, -1):
        one, other = divmod(int(cost.argmin()), len(space))
        if left <= limit and cost[one, other] >= least:
            break
        both = weight[one] + weight[other]
        space[one] = (weight[one] * space[one] + weight[other] * space[other]) / both
        weight[one], weight[other] = both, 0
        there = np.flatnonzero(weight)
        cost[other], cost[:, other] = np.inf, np.inf
        cost[one, there] = _costs(space[[one]], weight[[one]], space[there], weight[there])[0]
        cost[one, one] = np.inf
        cost[:, one] = cost[one]
    return space[weight > 0]


def _costs(one: _Floats, its: _Floats, other: _Floats, their: _Floats) -> _Floats:
    """[N, M] what it costs to take two colours for one."""
    apart = ((one[:, None] - other) ** 2).sum(axis=2)
    cost: _Floats = apart * np.sqrt(np.minimum(its[:, None], their))
    return cost


def _median(colors: _Pixels, counts: npt.NDArray[np.integer]) -> _Pixels:
    """The middle colour [3] of `colors` [N, 3], a channel at a time, each counted so often."""
    found = np.empty(3, np.uint8)
    for channel in range(3):
        order = np.argsort(colors[:, channel], kind="stable")
        total = np.cumsum(counts[order])
        found[channel] = colors[order[np.searchsorted(total, total[-1] / 2)], channel]
    return found


def _nearest(space: _Floats, centers: _Floats) -> _Numbers:
    apart: _Floats = (centers**2).sum(axis=1) - 2 * space @ centers.T
    nearest: _Numbers = apart.argmin(axis=1)
    return nearest
