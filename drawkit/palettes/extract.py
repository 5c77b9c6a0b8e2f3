"""The colours of a picture: all of them, or the few that stand best for them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.color import MAX_SWATCHES, Swatch, srgb_to_oklab
from drawkit.errors import InputError

__all__ = ["extract_swatches", "swatches_in"]

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]

_ROUNDS = 20
_POINTS = 1 << 15
"""Different colours up to which each is a point of its own."""

_STRIP = 1 << 22
"""Pixels that are counted, or distances that are held, at once."""


def swatches_in(pixels: _Pixels) -> tuple[Swatch, ...]:
    """Every colour of straight RGBA [H, W, 4] that is not wholly transparent, line by line."""
    codes, _ = _tally(pixels)
    return _swatches(codes)


def extract_swatches(pixels: _Pixels, count: int) -> tuple[Swatch, ...]:
    """The `count` (1..256) colours that stand best for straight RGBA [H, W, 4].

    A picture with no more colours than that gives exactly those, in the order in which they
    come. Else k-means in OKLab, a pixel weighing its opacity; each result is the colour of the
    picture that is nearest to its cluster's mean, so flat drawings keep their own colours. From
    dark to light, and the same at every call. Raises `InputError` where nothing is visible.
    """
    if not 1 <= count <= MAX_SWATCHES:
        raise InputError(f"1 to {MAX_SWATCHES} colours can be taken from a picture, got {count}")
    codes, weights = _tally(pixels)
    if not len(codes):
        raise InputError("nothing is visible in it")
    if len(codes) <= count:
        return _swatches(codes)
    if len(codes) > _POINTS:
        codes, weights = _thinned(codes, weights)
    lab = srgb_to_oklab(_channels(codes) / 255.0)
    chosen = _cluster(lab, weights, count)
    return _swatches(codes[chosen[np.argsort(lab[chosen, 0], kind="stable")]])


def _tally(pixels: _Pixels) -> tuple[npt.NDArray[np.uint32], _Floats]:
    """Colours as 0xrrggbb in the order in which they come, and the opacity of each in sum."""
    height, width = pixels.shape[:2]
    rows = max(1, _STRIP // max(1, width))
    parts = [_distinct(pixels[top : top + rows]) for top in range(0, height, rows)]
    if not parts:
        return np.zeros(0, np.uint32), np.zeros(0)
    return _first_come(*map(np.concatenate, zip(*parts, strict=True)))


def _distinct(part: _Pixels) -> tuple[npt.NDArray[np.uint32], _Floats]:
    seen = part.reshape(-1, 4)
    seen = seen[seen[:, 3] > 0]
    codes = seen[:, :3].astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    return _first_come(codes, seen[:, 3] / 255.0)


def _first_come(
    codes: npt.NDArray[np.uint32], weights: _Floats
) -> tuple[npt.NDArray[np.uint32], _Floats]:
    """Every code once, where it came first, with its weights in sum."""
    unique, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    total = np.bincount(inverse, weights, len(unique)).astype(np.float64)
    return unique[order], total[order]


def _thinned(
    codes: npt.NDArray[np.uint32], weights: _Floats
) -> tuple[npt.NDArray[np.uint32], _Floats]:
    """Of colours that agree in the upper 6 bits of each channel, the heaviest for all.

    64 colours share such a cell, so that at least 512 of more than 32768 remain.
    """
    order = np.argsort(-weights, kind="stable")
    codes, weights = codes[order], weights[order]
    _, first, cell = np.unique(codes & 0xFCFCFC, return_index=True, return_inverse=True)
    return codes[first], np.bincount(cell, weights).astype(np.float64)


def _cluster(lab: _Floats, weights: _Floats, count: int) -> _Indices:
    """Which `count` of the points [M, 3] stand for all of them."""
    centers = lab[_spread(lab, weights, count, np.zeros(0, np.intp))]
    nearest = np.full(len(lab), -1)
    for _ in range(_ROUNDS):
        before, nearest = nearest, _nearest(lab, centers)
        if np.array_equal(before, nearest):
            break
        total = np.bincount(nearest, weights, count)
        used = total > 0
        for axis in range(3):
            moved = np.bincount(nearest, weights * lab[:, axis], count)
            centers[used, axis] = moved[used] / total[used]
    nearest = _nearest(lab, centers)
    distance = ((lab - centers[nearest]) ** 2).sum(axis=1)
    order = np.lexsort((distance, nearest))
    _, first = np.unique(nearest[order], return_index=True)
    return _spread(lab, weights, count, order[first])  # where a cluster lost its last point


def _spread(lab: _Floats, weights: _Floats, count: int, chosen: _Indices) -> _Indices:
    """Add to `chosen` the point that is worst served by it, until there are `count`.

    The root of the weight keeps small accents, an eye or a buckle, in the running.
    """
    picked = list(chosen)
    pull = np.sqrt(weights)
    distance = np.full(len(lab), np.inf)
    for index in picked:
        distance = np.minimum(distance, ((lab - lab[index]) ** 2).sum(axis=1))
    while len(picked) < count:
        index = np.argmax(pull * distance if picked else pull)
        picked.append(index)
        distance = np.minimum(distance, ((lab - lab[index]) ** 2).sum(axis=1))
    return np.array(picked, np.intp)


def _nearest(lab: _Floats, centers: _Floats) -> _Indices:
    """The nearest of `centers` [N, 3] for each point [M, 3]."""
    rows = max(1, _STRIP // len(centers))
    size = (centers**2).sum(axis=1)
    parts = [
        np.argmin(size - 2.0 * (lab[top : top + rows] @ centers.T), axis=1)
        for top in range(0, len(lab), rows)
    ]
    return np.concatenate(parts)


def _channels(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """0xrrggbb -> [..., 3]."""
    return np.stack([codes >> 16, codes >> 8 & 0xFF, codes & 0xFF], axis=-1)


def _swatches(codes: npt.NDArray[np.uint32]) -> tuple[Swatch, ...]:
    return tuple((red, green, blue) for red, green, blue in _channels(codes).tolist())
