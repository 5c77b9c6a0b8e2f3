"""A picture as a few flat regions: neighbours grow together while that costs least.

Mumford and Shah's functional, minimized by growing regions together (Koepfler, Lopez, Morel, SIAM
J. Numer. Anal. 31, 1994): what two regions lose in exactness by having one colour is held against
the border that goes, here against its root, as few shapes should be large ones. So regions are
large, and their borders short, where the picture is calm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.neighbours import groups, neighbours

__all__ = ["Regions", "mixed", "regions", "sharpened"]

_SAME = 1.5 / 255
"""Neighbours that differ less are one region from the start."""
_FLAT = 0.08
"""Difference of colour, 0..1, across a pixel from which it may be one of an edge."""
_EDGE, _OFF = 0.06, 0.25
"""How far from both sides its colour is at least, and from the way between them at most."""
_FIRST, _FASTER = 1e-6, 2.0
"""Where the price of a border begins, and how it grows as long as there are too many regions."""
_STEADY = 0.5
"""How much the neighbours of a pixel count beside its colour, as a share of the last price."""
_ROUNDS = 6

_Ints = npt.NDArray[np.intp]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regions:
    """Connected flat areas. label: [H, W] 0..N-1; color: [N, 4] mean premultiplied RGBA."""

    label: _Ints
    color: _Floats

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.color)


def regions(picture: _Floats, most: int, floor: float, soft: int, smallest: float = 1.0) -> Regions:
    """At most so many regions of premultiplied RGBA [H, W, 4], 0..1.

    floor: what a region must be worth at least, in squared difference of colour by the root of
    its border; what is worth less goes, though there may be room for it. soft: px that an edge is
    wide at most; 0: there are none, and what touches at a corner is one area too, as in pixel art.
    smallest: px of an area below which it must be worth more.
    """
    height, width = picture.shape[:2]
    around = neighbours("rect", height, width, corners=not soft)
    flat = (sharpened(picture, soft) if soft else picture).reshape(-1, 4)
    alike = np.all(np.abs(flat[around] - flat[:, None]) < _SAME, axis=-1)
    start = groups(np.asarray(alike), around)
    found = _Growing(start.reshape(height, width), flat, soft, smallest)
    price = found.grow(most, floor)
    if not soft:
        label = found.labels()
        return Regions(label, _means(label.ravel(), flat))
    label = _smoothed(found.labels(), flat.reshape(height, width, 4), _STEADY * price)
    # What smoothing tore apart or left over grows together again.
    kind = label.ravel()
    torn = groups(kind[around] == kind[:, None], around)
    again = _Growing(torn.reshape(height, width), flat, soft, smallest)
    again.grow(most, floor)
    label = again.labels()
    return Regions(label, _means(label.ravel(), flat))


def sharpened(picture: _Floats, reach: int) -> _Floats:
    """[H, W, 4] with every pixel of a soft edge in the colour of the area that it is nearest to.

    Such a pixel is a mixture of what lies on two sides of it, which is no area of its own: else
    each border of a drawing would be a region. A thin line is no mixture, and stays. reach: px in
    which an edge's pixel finds its area.
    """
    edge = mixed(picture)
    height, width = edge.shape
    best = np.where(edge, np.inf, 0.0)
    result = picture.copy()
    wide = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    pure = np.pad(~edge, reach)
    for down in range(2 * reach + 1):
        for across in range(2 * reach + 1):
            there = np.s_[down : down + height, across : across + width]
            apart = np.square(wide[there] - picture).sum(axis=-1)
            nearer = pure[there] & (apart < best)
            best[nearer] = apart[nearer]
            result[nearer] = wide[there][nearer]
    return result


def mixed(picture: _Floats) -> npt.NDArray[np.bool_]:
    """[H, W] which pixels lie, in place and in colour, between two that differ."""
    height, width = picture.shape[:2]
    pad = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    found = np.zeros((height, width), np.bool_)
    for down, across in ((0, 1), (1, 0), (1, 1), (1, -1)):
        one = pad[1 - down : 1 - down + height, 1 - across : 1 - across + width]
        two = pad[1 + down : 1 + down + height, 1 + across : 1 + across + width]
        way = two - one
        square = np.square(way).sum(axis=-1)
        share = ((picture - one) * way).sum(axis=-1) / np.maximum(square, 1e-9)
        off = np.square(picture - one - share[..., None] * way).sum(axis=-1)
        between = (share > _EDGE) & (share < 1 - _EDGE) & (off < _OFF**2 * square)
        found |= between & (square > _FLAT**2)
    return found


class _Growing:
    """Regions that grow together: sizes [N], sums of colours [N, 4], borders by pairs."""

    def __init__(self, label: _Ints, flat: _Floats, soft: int, smallest: float) -> None:
        self._soft, self._smallest = soft, smallest
        _, self._of = np.unique(label.ravel(), return_inverse=True)
        self._shape = label.shape
        self._size = np.bincount(self._of).astype(float)
        self._sum = np.stack([np.bincount(self._of, flat[:, at]) for at in range(4)], axis=1)
        grid = self._of.reshape(label.shape)
        pairs = np.concatenate(
            [
                np.stack([grid[:, :-1].ravel(), grid[:, 1:].ravel()], axis=1),
                np.stack([grid[:-1].ravel(), grid[1:].ravel()], axis=1),
            ]
        )
        self._pairs, self._length = _joined(np.sort(pairs, axis=1), np.ones(len(pairs)))

    def grow(self, most: int, floor: float) -> float:
        """Let them grow together until there are no more than `most`; returns the last price."""
        price = _FIRST
        while len(self._pairs):
            cost = self._costs()
            enough = len(self._size) <= most
            if enough and cost.min() >= floor:
                break
            mine = self._mutual(cost, min(price, floor) if enough else price)
            if not len(mine):
                price *= _FASTER
                continue
            if not enough:  # no more than there are too many, the cheapest first
                spare = max(len(self._size) - most, int((cost[mine] < floor).sum()))
                mine = mine[cost[mine].argsort(kind="stable")[:spare]]
            self._join(self._pairs[mine])
        return max(price, floor)

    def labels(self) -> _Ints:
        """[H, W] the region of every pixel."""
        return self._of.reshape(self._shape)

    def _costs(self) -> _Floats:
        """Of each pair what its growing together costs, by the border that goes."""
        one, two = self._pairs.T
        mean = self._sum / self._size[:, None]
        weight = self._size[one] * self._size[two] / (self._size[one] + self._size[two])
        cost: _Floats = weight * np.square(mean[one] - mean[two]).sum(axis=1)
        border = np.bincount(self._pairs.ravel(), self._length.repeat(2), len(self._size))
        # As wide as strips would be; steps make a slanting border longer than it is.
        width = 2.5 * self._size / np.maximum(border, 1)
        thin = np.minimum(width[one], width[two]) / max(self._soft, 1)
        small = np.minimum(self._size[one], self._size[two]) / self._smallest
        cost *= thin.clip(0, 1) ** 2 * small.clip(0, 1) / np.sqrt(self._length)
        return cost

    def _mutual(self, cost: _Floats, price: float) -> _Ints:
        """Pairs that are each other's cheapest and cost no more than the price."""
        order = cost.argsort(kind="stable")
        best = np.full(len(self._size), len(cost))
        place = np.empty(len(cost), np.intp)
        place[order] = np.arange(len(cost))
        np.minimum.at(best, self._pairs[:, 0], place)
        np.minimum.at(best, self._pairs[:, 1], place)
        own = (best[self._pairs] == place[:, None]).all(axis=1) & (cost <= price)
        return np.flatnonzero(own)

    def _join(self, pairs: _Ints) -> None:
        to = np.arange(len(self._size))
        to[pairs[:, 1]] = pairs[:, 0]
        _, new = np.unique(to, return_inverse=True)
        self._size = np.bincount(new, self._size)
        self._sum = np.stack([np.bincount(new, self._sum[:, at]) for at in range(4)], axis=1)
        self._of = new[self._of]
        self._pairs, self._length = _joined(np.sort(new[self._pairs], axis=1), self._length)


def _joined(pairs: _Ints, length: _Floats) -> tuple[_Ints, _Floats]:
    """Each pair of two once, with the border that all of its like have together."""
    other = pairs[:, 0] != pairs[:, 1]
    pairs, length = pairs[other], length[other]
    if not len(pairs):
        return pairs, length
    count = int(pairs.max()) + 1
    keys, at = np.unique(pairs[:, 0] * count + pairs[:, 1], return_inverse=True)
    return np.stack(np.divmod(keys, count), axis=1), np.bincount(at, length).astype(np.float64)


def _smoothed(label: _Ints, picture: _Floats, weight: float) -> _Ints:
    """[H, W] labels with calmer borders: each pixel asks its eight neighbours too (Potts, ICM)."""
    height, width = label.shape
    color = _means(label.ravel(), picture.reshape(-1, 4))
    parts = [(row, column) for row in (0, 1) for column in (0, 1)]
    label = label.copy()
    for _ in range(_ROUNDS):
        before = label.copy()
        for row, column in parts:  # of each square of four one, as neighbours must not move at once
            pad = np.pad(label, 1, mode="edge")
            near = np.stack(
                [
                    pad[down : down + height, across : across + width][row::2, column::2]
                    for down in range(3)
                    for across in range(3)
                ]
            )
            own = picture[row::2, column::2]
            cost = np.square(color[near] - own).sum(axis=-1)
            cost += weight * (near[:, None] != near[None]).sum(axis=1)
            best = cost.argmin(axis=0)[None]
            label[row::2, column::2] = np.take_along_axis(near, best, axis=0)[0]
        if (before == label).all():
            break
    return label


def _means(of: _Ints, flat: _Floats) -> _Floats:
    size = np.bincount(of)
    sums = np.stack([np.bincount(of, flat[:, at]) for at in range(4)], axis=1)
    mean: _Floats = sums / np.maximum(size, 1)[:, None]
    return mean
