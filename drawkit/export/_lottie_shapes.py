"""Tracks as Lottie's groups of shapes, times in frames.

Styles and modifiers of a group act on the shapes before them, and what stands first lies on top.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.export._poses import layer_poses, runs_of, track_poses
from drawkit.scene import Path, Subpath
from drawkit.scene.lengths import closed_points
from drawkit.scene.motion import Ease, Key, Motion, MovingLayer, Track
from drawkit.scene.poses import Pose

__all__ = ["Page", "ShapeWriter", "number", "paper_shapes", "still"]

_CAPS = {"butt": 1, "round": 2, "square": 3}
_JOINS = {"miter": 1, "round": 2, "bevel": 3}
_EVENLY: Ease = (0.0, 0.0, 1.0, 1.0)
_FRAME_DECIMALS, _COLOR_DECIMALS, _EASE_DECIMALS = 2, 3, 3
_LEAST = 0.01
"""Frames between two keys of one time: players want them apart."""
_TURN_DECIMALS, _ZOOM_DECIMALS, _SEEN_DECIMALS = 3, 2, 1
_WHOLE = {"ty": "tr", "o": {"a": 0, "k": 100}}
"""The transform at the end of a group; lottie-web needs its opacity, all else it takes as usual."""


@dataclass(frozen=True)
class Page:
    """The page of a file: whole pixels, and how many a user unit has across and down."""

    width: int
    height: int
    scale: tuple[float, float]
    middle: tuple[float, float]

    @classmethod
    def of(cls, motion: Motion, side: int) -> Page:
        """One with a longer side of so many pixels."""
        ratio = side / max(motion.width, motion.height)
        width, height = (max(1, round(one * ratio)) for one in (motion.width, motion.height))
        scale = width / motion.width, height / motion.height
        return cls(width, height, scale, motion.middle)


class ShapeWriter:
    """Writes the shapes of one file. seconds: how long it lasts."""

    def __init__(self, page: Page, fps: float, seconds: float) -> None:
        self._page, self._fps, self._seconds = page, fps, seconds
        self._scale = np.array(page.scale)
        self._wide = math.sqrt(page.scale[0] * page.scale[1])

    def span(self, start: float, until: float | None, *, start_too: bool = True) -> dict[str, Any]:
        """From when until when something is there."""
        end = max(1.0, number(self._seconds * self._fps, 4))
        last = end if until is None else min(self._time(until), end)
        return {"ip": self._time(start), "op": last, **({"st": 0} if start_too else {})}

    def layer(self, layer: MovingLayer, start: float, until: float | None) -> list[Any]:
        """The groups of a layer that is there for so long, the highest first."""
        poses = layer_poses(layer)
        groups: list[Any] = []
        for own, tracks in runs_of(layer.tracks[::-1], track_poses):
            inner = [self._group(track, start, until) for track in tracks if _is_seen(track)]
            if inner and own and own is not poses:
                inner = [{"ty": "gr", "it": [*inner, {**_WHOLE, **self.seen(own)}]}]
            groups += inner
        return groups

    def seen(self, poses: tuple[Pose, ...]) -> dict[str, Any]:
        """The transform of what a camera sees."""
        middle = np.array(self._page.middle)
        shifts = np.array([(pose.x, pose.y) for pose in poses])
        spots = (middle + shifts) * self._scale
        places = [[number(side, _SEEN_DECIMALS) for side in spot.tolist()] for spot in spots]
        zooms = [[number(100 * pose.zoom, _ZOOM_DECIMALS)] * 2 for pose in poses]
        turns = [[number(pose.turn, _TURN_DECIMALS)] for pose in poses]
        times, eases = [pose.at for pose in poses], [None] * len(poses)
        center = [number(side, _SEEN_DECIMALS) for side in (middle * self._scale).tolist()]
        return {
            "a": still(center),
            "p": self._keyed(times, places, eases),
            "s": self._keyed(times, zooms, eases),
            "r": self._keyed(times, turns, eases),
        }

    def _group(self, track: Track, start: float, until: float | None) -> dict[str, Any]:
        keys = track.keys
        path = keys[0].path
        items: list[dict[str, Any]] = []
        for place in range(len(path.subpaths)):
            items.append({"ty": "sh", "ks": self._change(keys, _run_at(place), self._shape)})
        if any(key.drawn < 1 for key in keys):
            ends = self._change(keys, lambda key: key.drawn, lambda share: [number(100 * share, 2)])
            items.append({"ty": "tm", "s": still(0), "e": ends, "o": still(0), "m": 1})
        if path.stroke is not None:
            join: dict[str, Any] = {"lj": _JOINS[path.linejoin]}
            if path.linejoin == "miter":
                join["ml"] = number(path.miterlimit, 3)
            wide = self._change(keys, lambda key: key.path.stroke_width, self._width)
            paint = self._paint(keys, lambda p: p.stroke)
            items.append({"ty": "st", **paint, "w": wide, "lc": _CAPS[path.linecap], **join})
        if path.fill is not None:
            rule = {"r": 2} if path.fill_rule == "evenodd" else {}
            items.append({"ty": "fl", **self._paint(keys, lambda p: p.fill), **rule})
        items.append({**_WHOLE, **self._there(track, start, until)})
        return {"ty": "gr", "it": items}

    def _paint(self, keys: Sequence[Key], of: Callable[[Path], Any]) -> dict[str, Any]:
        def color(rgba: Any) -> list[float]:
            return [number(min(max(channel, 0), 1), _COLOR_DECIMALS) for channel in rgba[:3]]

        def opacity(rgba: Any) -> list[float]:
            return [number(100 * min(max(rgba[3], 0), 1), 1)]

        return {
            "c": self._change(keys, lambda key: of(key.path), color),
            "o": self._change(keys, lambda key: of(key.path), opacity),
        }

    def _there(self, track: Track, start: float, until: float | None) -> dict[str, Any]:
        """The opacity of a group: nothing where its layer is there, and it is not."""
        jumps: list[tuple[float, int]] = [(start, 100)]
        if track.keys[0].at > start:
            jumps = [(start, 0), (track.keys[0].at, 100)]
        ends = self._seconds if until is None else until
        if track.until is not None and track.until < ends:
            jumps.append((track.until, 0))
        if len(jumps) == 1:
            return {}
        frames = [{"t": self._time(at), "s": [value], "h": 1} for at, value in jumps]
        return {"o": {"a": 1, "k": frames}}

    def _change(
        self, keys: Sequence[Key], of: Callable[[Key], Any], write: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """A property: still, or keyframes where the keys are."""
        known: dict[int, Any] = {}  # what stands still is written once

        def written(key: Key) -> Any:
            value = of(key)
            if id(value) not in known:
                known[id(value)] = value, write(value)
            return known[id(value)][1]

        times, eases = [key.at for key in keys], [key.ease for key in keys]
        return self._keyed(times, [written(key) for key in keys], eases)

    def _keyed(
        self, times: Sequence[float], values: Sequence[Any], eases: Sequence[Ease | None]
    ) -> dict[str, Any]:
        """A property that is still, or has a keyframe for each value that is not as both beside."""
        if all(value == values[0] for value in values):
            only = values[0]
            single = isinstance(only, list) and len(only) == 1
            return still(only[0] if single else only)
        last = len(values) - 1
        kept = [
            at
            for at, value in enumerate(values)
            if not (
                (at == 0 or value == values[at - 1]) and (at == last or value == values[at + 1])
            )
        ]
        frames: list[dict[str, Any]] = []
        for at in kept:
            time = self._time(times[at])
            if frames and time <= frames[-1]["t"]:
                time = number(frames[-1]["t"] + _LEAST, _FRAME_DECIMALS)
            frame: dict[str, Any] = {"t": time, "s": values[at]}
            if at != kept[-1]:
                frame |= _way(values[at] == values[at + 1], eases[at])
            frames.append(frame)
        return {"a": 1, "k": frames}

    def _shape(self, run: Subpath) -> list[dict[str, Any]]:
        """Vertices, and their handles relative to them."""
        points = self._placed(closed_points(run))
        knots = points[::3] if not run.closed else points[:-1:3]
        out = np.zeros_like(knots)
        into = np.zeros_like(knots)
        count = len(points) // 3
        out[:count] = (points[1::3] - points[:-1:3])[: len(out)]
        arriving = points[2::3] - points[3::3]
        if run.closed:
            into = np.roll(arriving, 1, axis=0)
        else:
            into[1:] = arriving
        shape = {"v": knots.tolist(), "i": into.tolist(), "o": out.tolist()}
        return [{"c": True, **shape} if run.closed else shape]

    def _placed(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Whole places on the page."""
        placed = points * self._scale
        if not np.isfinite(placed).all():
            raise InputError("a number of the film is not finite")
        whole: npt.NDArray[np.int64] = np.rint(placed.clip(-1e9, 1e9)).astype(np.int64)
        return whole

    def _width(self, value: float) -> list[float]:
        return [number(max(value, 0.0) * self._wide, 1)]

    def _time(self, seconds: float) -> float:
        return number(seconds * self._fps, _FRAME_DECIMALS)


def _way(stays: bool, ease: Ease | None) -> dict[str, Any]:
    """How a value goes on to the next one."""
    if stays:
        return {"h": 1}
    x1, y1, x2, y2 = (number(one, _EASE_DECIMALS) for one in (_EVENLY if ease is None else ease))
    return {"o": {"x": x1, "y": y1}, "i": {"x": x2, "y": y2}}


def _is_seen(track: Track) -> bool:
    """Whether anything of it is ever painted."""
    paints = [p for key in track.keys for p in (key.path.stroke, key.path.fill) if p is not None]
    return any(paint[3] > 0 for paint in paints)


def _run_at(place: int) -> Callable[[Key], Subpath]:
    return lambda key: key.path.subpaths[place]


def paper_shapes(page: Page, color: tuple[float, float, float]) -> list[Any]:
    """A rectangle over the page."""
    middle = [number(page.width / 2, 1), number(page.height / 2, 1)]
    rect = {"ty": "rc", "p": still(middle), "s": still([page.width, page.height]), "r": still(0)}
    paint = [number(channel, 4) for channel in color]
    fill = {"ty": "fl", "c": still(paint), "o": still(100)}
    return [{"ty": "gr", "it": [rect, fill, _WHOLE]}]


def still(value: Any) -> dict[str, Any]:
    """A property that does not change."""
    return {"a": 0, "k": value}


def number(value: float, decimals: int) -> float:
    """Rounded, whole numbers without a point. Raises `InputError` for what is not finite."""
    if not math.isfinite(value):
        raise InputError("a number of the film is not finite")
    rounded = round(float(value), decimals)
    return int(rounded) if rounded == int(rounded) else rounded
