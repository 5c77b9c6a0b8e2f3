"""The order in which one pen draws its lines: with little way through the air."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["Line", "air", "joined", "ordered"]

Line = npt.NDArray[np.float64]
"""Control points [3 S + 1, 2] of an open run of cubics."""

_TOUCH = 0.05
"""Mm between two ends that are one place to a pen."""
_PASSES = 12
_MOST = 4000
"""Lines up to which all pairs are tried; more keep the order of the nearest next."""


def air(lines: list[Line]) -> float:
    """The way from the end of each line to the start of the next, in mm."""
    return float(sum(np.linalg.norm(b[0] - a[-1]) for a, b in pairwise(lines)))


def joined(lines: list[Line]) -> list[Line]:
    """Lines that end where another begins, in either direction, as one."""
    left = dict(enumerate(lines))
    cells: dict[tuple[int, int], set[int]] = {}

    def places(point: Line) -> list[tuple[int, int]]:
        across, down = (int(at) for at in np.floor(point / _TOUCH))
        return [(across + i, down + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]

    for at, line in left.items():
        for end in (line[0], line[-1]):
            cells.setdefault(places(end)[4], set()).add(at)
    found = []
    while left:
        _, line = left.popitem()
        for _ in range(2):  # grow at the end, then turn round and do the same
            while True:
                near = {at for cell in places(line[-1]) for at in cells.get(cell, ()) if at in left}
                best = min(near, key=lambda at: (_gap(line[-1], left[at])[0], at), default=None)
                if best is None or _gap(line[-1], left[best])[0] > _TOUCH:
                    break
                other = left.pop(best)
                if _gap(line[-1], other)[1]:
                    other = other[::-1]
                line = np.vstack([line, other[1:]])
            line = line[::-1]
        found.append(line)
    return found[::-1]


def ordered(lines: list[Line]) -> list[Line]:
    """The lines, some turned round: nearest next, then better by exchange (2-opt)."""
    if len(lines) < 2:
        return lines
    ends = np.array([[line[0], line[-1]] for line in lines])  # [N, 2, 2]
    order, turned = _nearest_next(ends)
    if len(lines) <= _MOST:
        order, turned = _exchanged(ends, order, turned)
    return [lines[at][::-1] if flip else lines[at] for at, flip in zip(order, turned, strict=True)]


def _gap(point: Line, line: Line) -> tuple[float, bool]:
    """How far the nearer end of a line is, and whether that is its last point."""
    first, last = (float(np.linalg.norm(point - line[at])) for at in (0, -1))
    return (first, False) if first <= last else (last, True)


def _nearest_next(ends: Line) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """From the top left corner of the page always to the nearest end that is left."""
    count = len(ends)
    flat = ends.reshape(-1, 2).copy()
    here = np.zeros(2)
    order, turned = np.zeros(count, np.intp), np.zeros(count, bool)
    for step in range(count):
        nearest = int(((flat - here) ** 2).sum(axis=1).argmin())
        at, flip = divmod(nearest, 2)
        order[step], turned[step] = at, bool(flip)
        here = ends[at, 1 - flip]
        flat[2 * at : 2 * at + 2] = np.inf
    return order, turned


def _exchanged(
    ends: Line, order: npt.NDArray[np.intp], turned: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Turn round runs of lines as long as that shortens the way; the end of it costs nothing."""
    count = len(order)
    for _ in range(_PASSES):
        better = False
        for first in range(count):
            start = ends[order, turned.astype(int)]
            end = ends[order, 1 - turned.astype(int)]
            later = slice(first, count)
            gain = np.zeros(count - first)
            if first:
                before = end[first - 1]
                gain += np.linalg.norm(before - start[first])
                gain -= np.linalg.norm(before - end[later], axis=1)
            after = np.linalg.norm(end[first : count - 1] - start[first + 1 :], axis=1)
            gain[:-1] += after - np.linalg.norm(start[first] - start[first + 1 :], axis=1)
            best = int(gain.argmax())
            if gain[best] > 1e-9:
                run = slice(first, first + best + 1)
                order[run], turned[run] = order[run][::-1].copy(), ~turned[run][::-1]
                better = True
        if not better:
            break
    return order, turned
