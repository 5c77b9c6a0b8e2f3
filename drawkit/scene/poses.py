"""How a camera sees paths over time: moved, grown and turned about the middle of the page.

Between two poses all four numbers change evenly, as SVG (animateTransform) and Lottie have it, so
that every format shows the same.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from drawkit.scene.path import Path, Subpath

__all__ = ["Pose", "pose_at", "posed"]

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """How the page lies at a time, `at` seconds.

    x, y: where its middle has moved, user units. zoom: times larger, above 0. turn: degrees, to
    the right. Two of one time are a cut.
    """

    at: float
    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    turn: float = 0.0


def pose_at(poses: tuple[Pose, ...], seconds: float) -> Pose:
    """The pose at a time; before the first as the first is, after the last as the last."""
    place = bisect_right(poses, seconds, key=lambda pose: pose.at) - 1
    if place < 0 or place == len(poses) - 1:
        return poses[max(place, 0)]
    first, second = poses[place], poses[place + 1]
    share = (seconds - first.at) / (second.at - first.at)

    def mixed(a: float, b: float) -> float:
        return a + (b - a) * share

    return Pose(
        seconds,
        mixed(first.x, second.x),
        mixed(first.y, second.y),
        mixed(first.zoom, second.zoom),
        mixed(first.turn, second.turn),
    )


def posed(path: Path, pose: Pose, middle: tuple[float, float]) -> Path:
    """A path as it is seen; the very same where nothing moves. middle: of the page."""
    if (pose.x, pose.y, pose.zoom, pose.turn) == (0, 0, 1, 0):
        return path
    angle = math.radians(pose.turn)
    across, down = pose.zoom * math.cos(angle), pose.zoom * math.sin(angle)
    matrix = np.array([[across, down], [-down, across]])
    shift = np.array([middle[0] + pose.x, middle[1] + pose.y]) - np.array(middle) @ matrix

    def points(run: Subpath) -> _Floats:
        moved: _Floats = run.control_points @ matrix + shift
        return moved

    return replace(
        path,
        control_points=points(path),
        stroke_width=path.stroke_width * pose.zoom,
        more=tuple(Subpath(points(run), run.closed) for run in path.more),
    )
