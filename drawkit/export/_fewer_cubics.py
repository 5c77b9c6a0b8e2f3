"""A run of cubics with fewer of them, within a tolerance.

Fits as P. J. Schneider, "An Algorithm for Automatically Fitting Digitized Curves" (Graphics Gems,
1990), between nodes that were there before, with their tangents: smooth joins stay smooth, corners
stay where they are. Of all ways to leave nodes out, the one with the fewest cubics is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from drawkit.scene.cubics import least_squares, nearer, on_cubic

__all__ = ["Fits"]

_Floats = npt.NDArray[np.float64]

_SAMPLES = 12  # of a segment
_LONGEST = 12  # segments that one cubic may take the place of
_ROUNDS = 5  # of finding nearer parameters
_SMOOTH = np.cos(np.radians(20))  # joins that turn less become smooth
_STILL = 1e-9


class Fits:
    """What single cubics could take the place of, found once; then asked for any tolerance."""

    def __init__(self, points: _Floats, *, closed: bool) -> None:
        """points: [3 S + 1, 2], the last one the first where closed."""
        self._points = _without_standstill(points)
        self._closed = closed
        self._segments = (len(self._points) - 1) // 3
        self._found = dict(self._all())

    def within(self, tolerance: float) -> _Floats:
        """The fewest cubics [3 S' + 1, 2] that stay so near, in user units."""
        count = self._segments
        best: list[tuple[float, float]] = [(0.0, 0.0)] + [(np.inf, np.inf)] * count
        before = [0] * (count + 1)
        for end in range(1, count + 1):
            for start in range(max(0, end - _LONGEST), end):
                fit = self._found.get((start, end))
                if fit is None or fit[0] > tolerance:
                    continue
                # A closed run of one cubic is no shape to go on with.
                if self._closed and end - start == count and count > 1:
                    continue
                cost = best[start][0] + 1, best[start][1] + fit[0]
                if cost < best[end]:
                    best[end], before[end] = cost, start
        pieces, end = [], count
        while end:
            pieces.append(self._found[before[end], end][1])
            end = before[end]
        pieces.reverse()
        return np.vstack([*(piece[:3] for piece in pieces), self._points[-1:]])

    def _all(self) -> Iterator[tuple[tuple[int, int], tuple[float, _Floats]]]:
        """(first node, last node) -> how far away the cubic between them is, and itself."""
        points = self._points
        t = np.linspace(0, 1, _SAMPLES + 1)
        curves = [on_cubic(points[3 * s : 3 * s + 4], t) for s in range(self._segments)]
        leaving, arriving = self._tangents()
        for start in range(self._segments):
            yield (start, start + 1), (0.0, points[3 * start : 3 * start + 4])
            last = min(start + _LONGEST, self._segments)
            for end in range(start + 2, last + 1):
                samples = np.vstack([*(c[:-1] for c in curves[start:end]), curves[end - 1][-1:]])
                yield (start, end), _fitted(samples, leaving[start], arriving[end])

    def _tangents(self) -> tuple[_Floats, _Floats]:
        """[S + 1, 2] each: directions after and before every node, the same where it is smooth.

        0 where they may turn: at corners, and at the ends.
        """
        points, count = self._points, self._segments
        leaving, arriving = np.zeros((count + 1, 2)), np.zeros((count + 1, 2))
        for node in range(1, count):
            after = _direction(points[3 * node : 3 * node + 4])
            before = -_direction(
                points[3 * node : 3 * node - 4 : -1] if node > 1 else points[3::-1]
            )
            if after @ before > _SMOOTH:
                mean = after + before
                leaving[node] = arriving[node] = mean / np.linalg.norm(mean)
        if self._closed and count > 1:
            after, before = _direction(points[:4]), -_direction(points[:-5:-1])
            if after @ before > _SMOOTH:
                leaving[0] = arriving[-1] = (after + before) / np.linalg.norm(after + before)
        return leaving, arriving


def _without_standstill(points: _Floats) -> _Floats:
    """The run without cubics whose points are all in one place; one at least stays."""
    spread = [np.ptp(points[at : at + 4], axis=0).max() for at in range(0, len(points) - 1, 3)]
    kept = [at for at, size in enumerate(spread) if size > _STILL]
    if not kept or len(kept) == len(spread):
        return points if kept else points[:4]
    return np.vstack([*(points[3 * at : 3 * at + 3] for at in kept), points[-1:]])


def _direction(hull: _Floats) -> _Floats:
    """Where a cubic goes from its first point."""
    for point in hull[1:]:
        away = point - hull[0]
        length = np.linalg.norm(away)
        if length > _STILL:
            direction: _Floats = away / length
            return direction
    return np.zeros(2)


def _fitted(samples: _Floats, leaving: _Floats, arriving: _Floats) -> tuple[float, _Floats]:
    """Largest distance to the samples [N, 2], and the cubic [4, 2] with the given tangents."""
    steps = np.linalg.norm(np.diff(samples, axis=0), axis=1)
    total = steps.sum()
    if total <= _STILL:
        return np.inf, samples[[0, 0, -1, -1]]
    by_length = np.concatenate([[0.0], np.cumsum(steps) / total])
    best = np.inf, samples[[0, 0, -1, -1]]
    # As the segments ran, and evenly along the way: one of them is near what is wanted.
    for t in (np.linspace(0, 1, len(samples)), by_length):
        for _ in range(_ROUNDS):
            limits = 0.01 * total, 2 * total
            cubic = least_squares(samples, t, leaving, arriving, limits)
            t = nearer(cubic, samples, t)
            away = on_cubic(cubic, t) - samples
            error = float(np.sqrt((away**2).sum(axis=1).max()))
            if error < best[0]:
                best = error, cubic
    return best
