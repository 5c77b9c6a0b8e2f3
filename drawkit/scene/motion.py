"""Paths that move: each with what it looks like at some times, and exactly so between them.

What a film of vectors is made of. Between two times every control point, colour and width changes
evenly, or by a curve (`Ease`) that SVG (SMIL) and Lottie take in the same numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from drawkit.scene import AnyLayer, Background, Metadata, PathLayer, Scene
from drawkit.scene.lengths import begun
from drawkit.scene.path import Path, Rgba, Subpath
from drawkit.scene.poses import Pose, pose_at, posed

__all__ = [
    "EASE",
    "Ease",
    "Key",
    "Motion",
    "MovingLayer",
    "Track",
    "between",
    "eased",
    "form_of",
    "parted",
]

_Floats = npt.NDArray[np.float64]

Ease = tuple[float, float, float, float]
"""Control points of the curve of a change over time, as CSS and SVG have them: x1, y1, x2, y2."""

EASE: Ease = (0.42, 0.0, 0.58, 1.0)
"""Slow at both ends: CSS calls it ease-in-out."""


@dataclass(frozen=True, eq=False)
class Key:
    """What a path is like at a time, `at` seconds.

    drawn: the share of each of its lines that is there, from its start, 0..1; only of paths
    without a fill. ease: how it changes on the way to the next key; None: evenly.
    """

    at: float
    path: Path
    drawn: float = 1.0
    ease: Ease | None = None


@dataclass(frozen=True, eq=False)
class Track:
    """A path over time: there from its first key on, as its last one says from then on.

    keys: in order of time, paths with the same numbers of control points and the same kinds of
    paint; two keys of one time are a jump. until: seconds at which it goes; None: it stays.
    depths: times, and how near it is to a camera then, 0 the farthest, 1 the nearest; none: in
    the middle. poses: how a camera sees it; none: as it is. Raises `ValueError` for keys that
    cannot become each other.
    """

    keys: tuple[Key, ...]
    until: float | None = None
    depths: tuple[tuple[float, float], ...] = ()
    poses: tuple[Pose, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys))
        if not self.keys:
            raise ValueError("a track needs a key at least")
        if any(a.at > b.at for a, b in zip(self.keys, self.keys[1:], strict=False)):
            raise ValueError("the keys of a track stand in order of time")
        if any(form_of(key.path) != form_of(self.keys[0].path) for key in self.keys[1:]):
            raise ValueError("the paths of a track have the same numbers of control points")

    def at(self, seconds: float) -> Path | None:
        """The path at a time, without a camera; None where it is not there."""
        keys = self.keys
        if seconds < keys[0].at or (self.until is not None and seconds >= self.until):
            return None
        place = bisect_right(keys, seconds, key=lambda key: key.at) - 1
        key = keys[place]
        if place == len(keys) - 1:
            return _shown(key.path, key.drawn)
        after = keys[place + 1]
        share = (seconds - key.at) / (after.at - key.at)
        if key.ease is not None:
            share = eased(share, key.ease)
        path = key.path if key.path is after.path else between(key.path, after.path, share)
        return _shown(path, key.drawn + (after.drawn - key.drawn) * share)


@dataclass(frozen=True)
class MovingLayer:
    """Tracks in paint order under one name.

    opacity: 0..1, of all of them as one picture. fixed: a camera leaves it where it is, as paper
    and titles are.
    """

    name: str
    tracks: tuple[Track, ...]
    opacity: float = 1.0
    fixed: bool = False


@dataclass(frozen=True)
class Motion:
    """Moving layers on a page, for so many seconds. loop: whether it begins again at its end."""

    width: float
    height: float
    layers: tuple[MovingLayer, ...]
    seconds: float
    background: Background = Background()
    metadata: Metadata = Metadata()
    loop: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """Of the page: what poses turn about."""
        return self.width / 2, self.height / 2

    def at(self, seconds: float) -> Scene:
        """The scene at a time; what stands still is the same object at every time."""
        layers: list[AnyLayer] = []
        seen: dict[int, Pose] = {}
        for layer in self.layers:
            there = []
            for track in layer.tracks:
                path = track.at(seconds)
                if path is not None and track.poses:
                    if id(track.poses) not in seen:
                        seen[id(track.poses)] = pose_at(track.poses, seconds)
                    path = posed(path, seen[id(track.poses)], self.middle)
                if path is not None:
                    there.append(path)
            layers.append(PathLayer(layer.name, tuple(there), opacity=layer.opacity))
        return Scene(self.width, self.height, tuple(layers), self.background, self.metadata)


def eased(share: float, ease: Ease = EASE) -> float:
    """How far an eased change is, 0..1, after a share of its time."""
    if not 0 < share < 1:
        return min(max(share, 0.0), 1.0)
    return _bezier(ease[1], ease[3], _at(share, ease))


def parted(ease: Ease, share: float) -> tuple[Ease, Ease, float]:
    """The curves before and after a share of the time, 0..1 but neither, and its value there."""
    t = _at(share, ease)
    rows = [np.array([(0.0, 0.0), ease[:2], ease[2:], (1.0, 1.0)])]
    while len(rows[-1]) > 1:
        rows.append(rows[-1][:-1] * (1 - t) + rows[-1][1:] * t)
    middle = rows[3][0]
    before = np.array([rows[1][0], rows[2][0]]) / middle
    after = (np.array([rows[2][-1], rows[1][-1]]) - middle) / (1 - middle)
    first, second = before.ravel().clip(0, 1).tolist(), after.ravel().clip(0, 1).tolist()
    return tuple(first), tuple(second), float(middle[1])


def _at(share: float, ease: Ease) -> float:
    """The parameter at which the curve is so far in time."""
    low, high = 0.0, 1.0
    for _ in range(40):
        t = (low + high) / 2
        if _bezier(ease[0], ease[2], t) < share:
            low = t
        else:
            high = t
    return (low + high) / 2


def form_of(path: Path) -> tuple[object, ...]:
    """What two paths must have in common to become each other: see `Track`."""
    runs = tuple((len(run.control_points), run.closed) for run in path.subpaths)
    return runs, path.stroke is None, path.fill is None


def between(first: Path, second: Path, share: float) -> Path:
    """The path on the way from the first to the second, whose `form_of` is the same."""
    more = tuple(
        Subpath(_mixed(a.control_points, b.control_points, share), a.closed)
        for a, b in zip(first.more, second.more, strict=True)
    )
    return replace(
        first,
        control_points=_mixed(first.control_points, second.control_points, share),
        stroke=_color(first.stroke, second.stroke, share),
        stroke_width=first.stroke_width + (second.stroke_width - first.stroke_width) * share,
        fill=_color(first.fill, second.fill, share),
        more=more,
    )


def _shown(path: Path, drawn: float) -> Path | None:
    if drawn >= 1:
        return path
    return begun(path, drawn) if drawn > 0 else None


def _mixed(first: npt.ArrayLike, second: npt.ArrayLike, share: float) -> _Floats:
    mixed: _Floats = np.asarray(first) * (1 - share) + np.asarray(second) * share
    return mixed


def _color(first: Rgba | None, second: Rgba | None, share: float) -> Rgba | None:
    if first is None or second is None:
        return None
    red, green, blue, alpha = _mixed(first, second, share).tolist()
    return red, green, blue, alpha


def _bezier(first: float, second: float, t: float) -> float:
    return 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t * t * second + t**3
