"""A camera over a film of paths: it pans, zooms and turns, and paths stay paths.

What it sees beyond the page is the page's paper, which stands still. With parallax what lies on top
is nearer, and moves more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from drawkit import InputError
from drawkit.scene.motion import EASE, Ease, Motion, Track, eased
from drawkit.scene.poses import Pose

__all__ = ["Camera", "View", "with_camera"]

_Floats = npt.NDArray[np.float64]
_Depths = tuple[tuple[float, float], ...]

_STEPS = 60
"""Moments a second that are looked at: poses stand where a straight way leaves the camera's."""
_LEAST_STEPS = 8
_PLANES = 24
"""Steps of depth: what lies in one of them is moved together."""
_OFF = 0.0003
"""Longer sides of the page that a corner may be off between two poses."""


@dataclass(frozen=True)
class View:
    """What a camera looks at, at a time in seconds.

    x, y: shares of the page, in its middle 0.5. zoom: how many times larger. turn: degrees that
    the picture is turned to the right. ease: of the way to the next view; None: evenly.
    """

    at: float
    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0
    turn: float = 0.0
    ease: Ease | None = EASE


@dataclass(frozen=True)
class Camera:
    """Views in order of time; between them zoom changes by the same factor in the same time.

    Two views of one time are a cut. parallax: 0..1, how much more what is nearest moves than what
    lies in the middle, and how much less what is farthest. Raises `ValueError` for no view, or for
    views out of order.
    """

    views: tuple[View, ...]
    parallax: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "views", tuple(self.views))
        if not self.views:
            raise ValueError("a camera needs a view at least")
        if any(a.at > b.at for a, b in pairwise(self.views)):
            raise ValueError("the views of a camera stand in order of time")

    def seen(self, times: _Floats, before: bool = False) -> _Floats:
        """[N, 4]: x, y, zoom and turn at times [N] in seconds; before: at a cut, what was."""
        views = self.views
        starts = np.array([view.at for view in views])
        places = np.searchsorted(starts, times, side="left" if before else "right") - 1
        return np.array(
            [
                _between(
                    views[max(place, 0)], views[min(max(place + 1, 0), len(views) - 1)], float(time)
                )
                for place, time in zip(places.tolist(), times, strict=True)
            ]
        )


def with_camera(motion: Motion, camera: Camera) -> Motion:
    """The same film as a camera sees it; layers that are `fixed` stay where they are.

    Raises `InputError` where the film has a camera already.
    """
    if any(track.poses for layer in motion.layers for track in layer.tracks):
        raise InputError("the film has a camera already")
    known: dict[object, tuple[Pose, ...]] = {}

    def seen(track: Track) -> Track:
        span, depths = (0.0, motion.seconds), _planes(track) if camera.parallax else ()
        if depths and track.until is not None:
            span = track.keys[0].at, min(track.until, motion.seconds)
        if (span, depths) not in known:
            known[span, depths] = _poses(motion, camera, span, depths)
        return replace(track, poses=known[span, depths])

    layers = tuple(
        layer if layer.fixed else replace(layer, tracks=tuple(map(seen, layer.tracks)))
        for layer in motion.layers
    )
    return replace(motion, layers=layers)


def _planes(track: Track) -> _Depths:
    """How near a track is, in so few steps that many share one; one that stays has no time."""
    depths = [(at, round(depth * _PLANES) / _PLANES) for at, depth in track.depths]
    if len({depth for _, depth in depths}) == 1:
        depths = [(0.0, depths[0][1])]
    return tuple(depths)


def _between(first: View, second: View, time: float) -> tuple[float, float, float, float]:
    """On the way from one view to the next: every place on the picture moves in a straight line.

    So the middle does not change evenly where zoom does: it goes with 1 / zoom.
    """
    if second.at <= first.at or time <= first.at:
        return first.x, first.y, first.zoom, first.turn
    share = min((time - first.at) / (second.at - first.at), 1.0)
    if first.ease is not None:
        share = eased(share, first.ease)
    grown = np.log(second.zoom / first.zoom)
    near = share if abs(grown) < 1e-6 else np.expm1(-share * grown) / np.expm1(-grown)
    return (
        first.x + (second.x - first.x) * near,
        first.y + (second.y - first.y) * near,
        first.zoom * np.exp(grown * share),
        first.turn + (second.turn - first.turn) * share,
    )


def _poses(
    motion: Motion, camera: Camera, span: tuple[float, float], depths: _Depths
) -> tuple[Pose, ...]:
    """As few poses as show what lies so deep as the camera sees it, in a span of time."""
    start, until = span
    cuts = [
        view.at
        for view, after in pairwise(camera.views)
        if view.at == after.at and start < view.at < until
    ]
    poses: list[Pose] = []
    edges = [start, *dict.fromkeys(cuts), max(until, start)]
    for begin, end in pairwise(edges):
        count = max(_LEAST_STEPS, round((end - begin) * _STEPS)) + 1
        inside = [view.at for view in camera.views if begin < view.at < end]
        times = np.unique(np.concatenate([np.linspace(begin, end, count), inside]))
        poses += _fewer(times, _laid(motion, camera, depths, times), motion)
    if all(replace(pose, at=0.0) == replace(poses[0], at=0.0) for pose in poses):
        return (poses[0],)
    return tuple(poses)


def _laid(motion: Motion, camera: Camera, depths: _Depths, times: _Floats) -> _Floats:
    """[N, 4]: how the page lies, as `Pose` has it."""
    seen = camera.seen(times)
    seen[-1] = camera.seen(times[-1:], before=True)[0]
    near = np.ones(len(times))
    if depths:
        whens, nearer = np.array(depths).T
        near += camera.parallax * (2 * np.interp(times, whens, nearer) - 1)
    zoom = seen[:, 2] ** near
    away = (0.5 - seen[:, :2]) * near[:, None] * (motion.width, motion.height)
    angle = np.radians(seen[:, 3])
    across, down = np.cos(angle), np.sin(angle)
    x = zoom * (across * away[:, 0] - down * away[:, 1])
    y = zoom * (down * away[:, 0] + across * away[:, 1])
    return np.stack([x, y, zoom, seen[:, 3]], axis=1)


def _fewer(times: _Floats, laid: _Floats, motion: Motion) -> list[Pose]:
    """Those moments between which straight ways stay near what is `laid`."""
    reach = float(np.hypot(motion.width, motion.height)) / 2
    most = _OFF * max(motion.width, motion.height)

    def near(first: int, last: int) -> bool:
        between = slice(first, last + 1)
        share = ((times[between] - times[first]) / (times[last] - times[first]))[:, None]
        off = np.abs(laid[between] - (laid[first] * (1 - share) + laid[last] * share))
        zoom = laid[between, 2]
        corner = np.hypot(off[:, 0], off[:, 1]) + reach * (off[:, 2] + zoom * np.radians(off[:, 3]))
        return bool(corner.max() <= most)

    kept = [0]
    while kept[-1] < len(times) - 1:
        good, bad = kept[-1] + 1, len(times)
        step = 1
        while good + step < bad and near(kept[-1], good + step):
            good, step = good + step, 2 * step
        bad = min(bad, good + step)
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if near(kept[-1], middle) else (good, middle)
        kept.append(good)
    return [Pose(float(times[at]), *_rounded(laid[at])) for at in kept]


def _rounded(row: Sequence[float]) -> list[float]:
    return [round(float(value), 6) for value in row]
