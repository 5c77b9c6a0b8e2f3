"""Lottie 1.0.1, the JSON that apps and web pages play: paths with keyframes, no picture in it.

Specification: https://lottie.github.io/lottie-spec/1.0.1/. Styles and modifiers of a group act on
the shapes before them, and what stands first lies on top.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar

import numpy as np

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import InputError
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._motions import motion_of
from drawkit.export._poses import layer_poses, runs_of, track_poses
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig
from drawkit.scene import Path, Scene, Subpath
from drawkit.scene.film import Film
from drawkit.scene.lengths import closed_points
from drawkit.scene.motion import Ease, Key, Motion, MovingLayer, Track
from drawkit.scene.poses import Pose

__all__ = ["LottieConfig", "LottieExporter", "lottie_text"]

_VERSION = 10001  # 1.0.1
_CAPS = {"butt": 1, "round": 2, "square": 3}
_JOINS = {"miter": 1, "round": 2, "bevel": 3}
_LEAST = 1e-3
"""Frames between two keys of one time: players want them apart."""
_COLOR_DECIMALS = 4


@dataclass(frozen=True)
class LottieConfig:
    """How finely time is told; digits of numbers are those of the SVG."""

    fps: Annotated[float, Limits(1, 120)] = 24.0
    """Frames a second that it says it has; players draw as many as they like."""

    def __post_init__(self) -> None:
        check_limits(self, "export.lottie")


@exporters.register("lottie", config=LottieConfig)
class LottieExporter(Exporter):
    """Lottie animation of paths, as apps play it."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: LottieConfig = LottieConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config, self._svg = config, svg

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write the frames of pixel art; any other scene stands still."""
        self.write_film(Film.of(scene), path)

    def write_film(self, film: Film, path: FilePath) -> None:
        """Write what moves in `film`."""
        text = lottie_text(motion_of(film, "lottie"), self._config.fps, self._svg.decimals)
        write_whole(path, text.encode("utf-8"))


def lottie_text(motion: Motion, fps: float = 24, decimals: int = 2) -> str:
    """The whole file. Raises `InputError` for numbers that are not finite."""
    width, height = max(1, round(motion.width)), max(1, round(motion.height))
    scale = [100 * width / motion.width, 100 * height / motion.height]
    writer = _Writer(fps, decimals, motion.seconds)
    end = max(1.0, round(motion.seconds * fps, 4))
    layers: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    for poses, found in runs_of(motion.layers, layer_poses):
        if poses:
            seen.append({**_layer("camera", 100, None, [], end), "ind": len(seen) + 1})
            seen[-1]["ks"] |= writer.seen(poses, motion.middle, scale)
        for layer in found:
            if layer.tracks:
                shapes = writer.layer(layer, poses, motion.middle)
                layers.append(_layer(layer.name, layer.opacity * 100, shapes, scale, end))
                if poses:
                    layers[-1]["parent"] = len(seen)
    if motion.background.color is not None:
        layers.insert(0, _layer("paper", 100, [_paper(motion)], scale, end))
    told = provenance.told(motion.metadata)
    whole: dict[str, Any] = {
        "v": "5.7.0",  # what players of before the standard look for
        "ver": _VERSION,
        "fr": _number(fps, 4),
        "ip": 0,
        "op": _number(end, 4),
        "w": width,
        "h": height,
        "nm": told.title or "film",
        "layers": [*seen, *layers[::-1]],
        "assets": [],
    }
    if told.description:
        whole["metadata"] = {"description": told.description, "generator": told.software}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def _layer(
    name: str, opacity: float, shapes: list[Any] | None, scale: list[float], end: float
) -> dict[str, Any]:
    """A layer of shapes; without any one that others hang on."""
    return {
        "ty": 3 if shapes is None else 4,
        "nm": name,
        "ip": 0,
        "op": _number(end, 4),
        "st": 0,
        "ks": {
            "o": _still(_number(opacity, 1)),
            "p": _still([0, 0]),
            "a": _still([0, 0]),
            "s": _still([_number(side, 4) for side in scale]),
            "r": _still(0),
        },
        **({} if shapes is None else {"shapes": shapes}),
    }


def _paper(motion: Motion) -> dict[str, Any]:
    assert motion.background.color is not None
    sides = [_number(motion.width, 4), _number(motion.height, 4)]
    middle = [_number(motion.width / 2, 4), _number(motion.height / 2, 4)]
    color = [_number(channel, _COLOR_DECIMALS) for channel in motion.background.color]
    rect = {"ty": "rc", "p": _still(middle), "s": _still(sides), "r": _still(0)}
    fill = {"ty": "fl", "c": _still(color), "o": _still(100), "r": 1}
    return {"ty": "gr", "nm": "paper", "it": [rect, fill, _transform(_still(100))]}


class _Writer:
    """Tracks as groups of shapes, times in frames."""

    def __init__(self, fps: float, decimals: int, seconds: float) -> None:
        self._fps, self._decimals, self._seconds = fps, decimals, seconds

    def layer(
        self, layer: MovingLayer, poses: tuple[Pose, ...], middle: tuple[float, float]
    ) -> list[Any]:
        """The groups of a layer, the highest first; poses: that it has as a whole."""
        groups: list[Any] = []
        for own, tracks in runs_of(layer.tracks[::-1], track_poses):
            inner = [self._group(track) for track in tracks]
            if own and own is not poses:
                seen = {"ty": "tr", **self.seen(own, middle), "o": _still(100)}
                inner = [{"ty": "gr", "nm": "camera", "it": [*inner, seen]}]
            groups += inner
        return groups

    def seen(
        self,
        poses: tuple[Pose, ...],
        middle: tuple[float, float],
        scale: Sequence[float] = (100, 100),
    ) -> dict[str, Any]:
        """The transform of what a camera sees. scale: percent of units."""
        across, down = (part / 100 for part in scale)
        places = [
            [
                _number((middle[0] + pose.x) * across, self._decimals),
                _number((middle[1] + pose.y) * down, self._decimals),
            ]
            for pose in poses
        ]
        zooms = [[_number(100 * pose.zoom, 2)] * 2 for pose in poses]
        turns = [[_number(pose.turn, self._decimals + 1)] for pose in poses]
        times, eases = [pose.at for pose in poses], [None] * len(poses)
        center = [
            _number(middle[0] * across, self._decimals),
            _number(middle[1] * down, self._decimals),
        ]
        return {
            "a": _still(center),
            "p": self._keyed(times, places, eases),
            "s": self._keyed(times, zooms, eases),
            "r": self._keyed(times, turns, eases),
        }

    def _group(self, track: Track) -> dict[str, Any]:
        keys = track.keys
        path = keys[0].path
        items: list[dict[str, Any]] = []
        for place in range(len(path.subpaths)):
            runs = self._change(keys, _run_at(place), self._shape)
            items.append({"ty": "sh", "ks": runs})
        if any(key.drawn < 1 for key in keys):
            ends = self._change(
                keys, lambda key: key.drawn, lambda share: [_number(100 * share, 3)]
            )
            items.append({"ty": "tm", "s": _still(0), "e": ends, "o": _still(0), "m": 1})
        if path.stroke is not None:
            items.append(
                {
                    "ty": "st",
                    **self._paint(keys, lambda p: p.stroke),
                    "w": self._change(keys, lambda key: key.path.stroke_width, self._one),
                    "lc": _CAPS[path.linecap],
                    "lj": _JOINS[path.linejoin],
                    "ml": _number(path.miterlimit, 3),
                }
            )
        if path.fill is not None:
            rule = 2 if path.fill_rule == "evenodd" else 1
            items.append({"ty": "fl", **self._paint(keys, lambda p: p.fill), "r": rule})
        items.append(_transform(self._there(track)))
        return {"ty": "gr", "nm": path.label or "path", "it": items}

    def _paint(self, keys: Sequence[Key], of: Callable[[Path], Any]) -> dict[str, Any]:
        def color(rgba: Any) -> list[float]:
            return [_number(min(max(channel, 0), 1), _COLOR_DECIMALS) for channel in rgba[:3]]

        def opacity(rgba: Any) -> list[float]:
            return [_number(100 * min(max(rgba[3], 0), 1), 1)]

        return {
            "c": self._change(keys, lambda key: of(key.path), color),
            "o": self._change(keys, lambda key: of(key.path), opacity),
        }

    def _there(self, track: Track) -> dict[str, Any]:
        """The opacity of a group: nothing before its first key, and once it goes."""
        jumps: list[tuple[float, int]] = [(0.0, 100)]
        if track.keys[0].at > 0:
            jumps = [(0.0, 0), (track.keys[0].at, 100)]
        if track.until is not None and track.until < self._seconds:
            jumps.append((track.until, 0))
        if len(jumps) == 1:
            return _still(100)
        frames = [{"t": self._time(at), "s": [value], "h": 1} for at, value in jumps]
        return {"a": 1, "k": frames}

    def _change(
        self, keys: Sequence[Key], of: Callable[[Key], Any], write: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """A property: still, or a keyframe for each key."""
        times, eases = [key.at for key in keys], [key.ease for key in keys]
        return self._keyed(times, [write(of(key)) for key in keys], eases)

    def _keyed(
        self, times: Sequence[float], values: Sequence[Any], eases: Sequence[Ease | None]
    ) -> dict[str, Any]:
        """A property that is still, or has a keyframe for each value."""
        if all(value == values[0] for value in values):
            only = values[0]
            single = isinstance(only, list) and len(only) == 1 and not isinstance(only[0], dict)
            return _still(only[0] if single or isinstance(only[0], dict) else only)
        frames: list[dict[str, Any]] = []
        for place, (at, value, ease) in enumerate(zip(times, values, eases, strict=True)):
            time = self._time(at)
            if frames and time <= frames[-1]["t"]:
                time = _number(frames[-1]["t"] + _LEAST, 4)
            frame: dict[str, Any] = {"t": time, "s": value}
            if place < len(times) - 1:
                x1, y1, x2, y2 = (0.0, 0.0, 1.0, 1.0) if ease is None else ease
                frame |= {"o": {"x": [x1], "y": [y1]}, "i": {"x": [x2], "y": [y2]}}
            frames.append(frame)
        return {"a": 1, "k": frames}

    def _shape(self, run: Subpath) -> list[dict[str, Any]]:
        """Vertices, and their handles relative to them."""
        points = closed_points(run)
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
        return [
            {
                "c": run.closed,
                "v": self._pairs(knots),
                "i": self._pairs(into),
                "o": self._pairs(out),
            }
        ]

    def _pairs(self, points: Any) -> list[list[float]]:
        return [
            [_number(x, self._decimals), _number(y, self._decimals)] for x, y in points.tolist()
        ]

    def _one(self, value: float) -> list[float]:
        return [_number(max(value, 0.0), self._decimals)]

    def _time(self, seconds: float) -> float:
        return _number(seconds * self._fps, 3)


def _run_at(place: int) -> Callable[[Key], Subpath]:
    return lambda key: key.path.subpaths[place]


def _transform(opacity: dict[str, Any]) -> dict[str, Any]:
    return {
        "ty": "tr",
        "p": _still([0, 0]),
        "a": _still([0, 0]),
        "s": _still([100, 100]),
        "r": _still(0),
        "o": opacity,
    }


def _still(value: Any) -> dict[str, Any]:
    return {"a": 0, "k": value}


def _number(value: float, decimals: int) -> float:
    """Rounded, whole numbers without a point."""
    if not math.isfinite(value):
        raise InputError("a number of the film is not finite")
    number = round(float(value), decimals)
    return int(number) if number == int(number) else number
