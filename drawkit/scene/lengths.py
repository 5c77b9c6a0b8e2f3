"""How long curves are, and their beginnings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from drawkit.scene.cubics import on_cubic
from drawkit.scene.path import Path, Subpath

__all__ = ["begun", "closed_points", "length_of", "places_along"]

_Floats = npt.NDArray[np.float64]
_PIECES = 24
"""Straight pieces a curve is measured in."""


def length_of(run: Subpath) -> float:
    """How long a run of curves is, in user units."""
    return float(_measured(run)[1][-1])


def places_along(run: Subpath, shares: npt.ArrayLike) -> _Floats:
    """The places [N, 2] at shares of its length [N], 0..1."""
    places, far = _measured(run)
    wanted = np.asarray(shares, float) * far[-1]
    return np.stack([np.interp(wanted, far, places[:, axis]) for axis in (0, 1)], axis=1)


def begun(path: Path, share: float) -> Path:
    """The first `share` of each of its runs by length, 0..1, exactly as it lies; without a fill."""
    first, *more = (_begun(run, share) for run in path.subpaths)
    return replace(
        path,
        control_points=first.control_points,
        closed=False,
        fill=None,
        more=tuple(more),
    )


def _begun(run: Subpath, share: float) -> Subpath:
    points = closed_points(run)
    _, far = _measured(run)
    wanted = share * far[-1]
    at = int(np.searchsorted(far, wanted, side="right")) - 1
    if at >= len(far) - 1:
        return Subpath(points)
    piece = far[at + 1] - far[at]
    segment, step = divmod(at, _PIECES)
    t = (step + (wanted - far[at]) / piece if piece else step) / _PIECES
    cubic = points[3 * segment : 3 * segment + 4]
    return Subpath(np.concatenate([points[: 3 * segment], _head(cubic, t)]))


def _head(cubic: _Floats, t: float) -> _Floats:
    """De Casteljau's first half, cut at t."""
    rows = [cubic]
    while len(rows[-1]) > 1:
        rows.append(rows[-1][:-1] * (1 - t) + rows[-1][1:] * t)
    return np.array([row[0] for row in rows])


def closed_points(run: Subpath) -> _Floats:
    """[3 S + 1, 2], those of a closed run with its first point again at the end."""
    points = run.control_points
    return np.vstack([points, points[:1]]) if run.closed else points


def _measured(run: Subpath) -> tuple[_Floats, _Floats]:
    """Places along a run, and how far each is from its start."""
    points = closed_points(run)
    t = np.linspace(0, 1, _PIECES + 1)
    rows = [on_cubic(points[at : at + 4], t)[:-1] for at in range(0, len(points) - 1, 3)]
    places = np.concatenate([*rows, points[-1:]])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    return places, np.concatenate([[0.0], np.cumsum(steps)])
