"""In which order the marks of a drawing are drawn, and which of them from their other end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.export._footprints import touching
from drawkit.export._motions import Flat
from drawkit.films.marks import Mark

__all__ = ["ordered"]

_WINDOW = 400
"""Marks that a hand looks at to find the nearest; more would take long to compare."""
_Order = list[tuple[int, bool]]
"""Which mark, and whether from its other end."""


def ordered(marks: list[Mark], layers: Flat, order: str, size: tuple[float, float]) -> _Order:
    """The marks in one of `ORDERS`."""
    places = range(len(marks))
    if order == "size":
        return [(at, False) for at in sorted(places, key=lambda at: -_size(marks[at]))]
    if order == "part":
        return [
            (at, False)
            for layer in range(len(layers))
            for at in sorted(
                (at for at in places if marks[at].layer == layer), key=lambda at: -_size(marks[at])
            )
        ]
    if order == "hand":
        return _nearest(marks, size)
    return [(at, False) for at in places]


def _size(mark: Mark) -> float:
    """An area by its box, a line by its length and width."""
    if mark.area is not None:
        low, high = mark.box
        return float(np.prod(high - low))
    return mark.length * mark.runs[0].stroke_width


def _nearest(marks: list[Mark], size: tuple[float, float]) -> _Order:
    """Always the mark that begins nearest, of those that lie on nothing that is still to come."""
    found: _Order = []
    here = np.zeros(2)
    for first in range(0, len(marks), _WINDOW):
        window = marks[first : first + _WINDOW]
        shown = tuple(mark.runs[0] if mark.area is None else mark.area for mark in window)
        below = np.tril(touching(shown, size), -1)
        left = np.ones(len(window), bool)
        starts = np.array([mark.ends for mark in window])
        reversible = np.array([_reversible(mark) for mark in window])
        while left.any():
            free = left & ~(below & left[None, :]).any(axis=1)
            at, back = _next(here, starts, free, reversible)
            left[at] = False
            found.append((first + at, back))
            here = starts[at, 0 if back else 1]
    return found


def _next(
    here: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
    free: npt.NDArray[np.bool_],
    reversible: npt.NDArray[np.bool_],
) -> tuple[int, bool]:
    """The nearest free mark, and whether its other end is nearer."""
    far = np.linalg.norm(ends - here, axis=2)
    far[~free] = np.inf
    far[~reversible, 1] = np.inf
    at, end = np.unravel_index(np.argmin(far), far.shape)
    return int(at), bool(end == 1)


def _reversible(mark: Mark) -> bool:
    return mark.area is None and len(mark.runs) == 1 and not mark.runs[0].closed
