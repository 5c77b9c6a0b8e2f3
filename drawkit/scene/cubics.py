"""Single cubics along places: the least squares and the nearer parameters of Schneider's fit.

P. J. Schneider, "An Algorithm for Automatically Fitting Digitized Curves" (Graphics Gems, 1990).
Where curves begin and end, and how far they may reach, is the business of whoever fits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["least_squares", "nearer", "on_cubic"]

_Floats = npt.NDArray[np.float64]

_STILL = 1e-9


def on_cubic(cubic: _Floats, t: _Floats) -> _Floats:
    """The places [N, 2] of a cubic [4, 2] at parameters [N], 0..1."""
    places: _Floats = _weights(t) @ cubic
    return places


def least_squares(
    places: _Floats,
    t: _Floats,
    leaving: _Floats,
    arriving: _Floats,
    limits: tuple[float, float],
) -> _Floats:
    """The cubic [4, 2] from the first to the last of [N, 2] that is nearest to all, at `t` [N].

    leaving, arriving: unit directions of travel at the ends; 0: any. limits: shortest and longest
    handle; what turns back or reaches far makes loops that were not there.
    """
    first, last = places[0], places[-1]
    weights = _weights(t)
    ends = weights[:, :2].sum(axis=1)[:, None] * first + weights[:, 2:].sum(axis=1)[:, None] * last
    columns, ways = [], []
    for weight, way in ((weights[:, 1], leaving), (weights[:, 2], -arriving)):
        for axis in [way] if way.any() else np.eye(2):
            columns.append((weight[:, None] * axis).reshape(-1))
            ways.append(axis)
    matrix = np.stack(columns, axis=1)
    found = np.linalg.lstsq(matrix, (places - ends).reshape(-1), rcond=None)[0]
    handles, at = [], 0
    for way in (leaving, arriving):
        if way.any():
            handles.append(np.clip(found[at], *limits) * ways[at])
            at += 1
        else:
            free = found[at : at + 2]
            handles.append(free * min(1.0, limits[1] / max(float(np.linalg.norm(free)), _STILL)))
            at += 2
    return np.array([first, first + handles[0], last + handles[1], last])


def nearer(cubic: _Floats, places: _Floats, t: _Floats) -> _Floats:
    """Parameters nearer to the places by a step of Newton's, in order."""
    first = 3 * np.diff(cubic, axis=0)
    second = 2 * np.diff(first, axis=0)
    u = 1 - t
    off = on_cubic(cubic, t) - places
    speed = np.stack([u * u, 2 * u * t, t * t], axis=1) @ first
    turn = np.stack([u, t], axis=1) @ second
    slope = (speed**2).sum(axis=1) + (off * turn).sum(axis=1)
    step = (off * speed).sum(axis=1) / np.where(np.abs(slope) < _STILL, np.inf, slope)
    return np.maximum.accumulate(np.clip(t - step, 0, 1))


def _weights(t: _Floats) -> _Floats:
    """Bernstein's [N, 4]."""
    u = 1 - t
    near, far = u * u, t * t
    return np.stack([near * u, 3 * near * t, 3 * u * far, far * t], axis=1)
