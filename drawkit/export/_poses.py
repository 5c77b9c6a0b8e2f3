"""What stands side by side and is seen by a camera in the same way, so that it is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from drawkit.scene.motion import MovingLayer, Track
from drawkit.scene.poses import Pose

__all__ = ["layer_poses", "runs_of", "track_poses"]

T = TypeVar("T")


def layer_poses(layer: MovingLayer) -> tuple[Pose, ...]:
    """Those that all tracks of a layer share; none where they differ."""
    first = layer.tracks[0].poses if layer.tracks else ()
    return first if all(track.poses is first for track in layer.tracks) else ()


def track_poses(track: Track) -> tuple[Pose, ...]:
    """Its own."""
    return track.poses


def runs_of(
    items: Iterable[T], poses_of: Callable[[T], tuple[Pose, ...]]
) -> list[tuple[tuple[Pose, ...], list[T]]]:
    """The items in their order, neighbours with the same poses together."""
    found: list[tuple[tuple[Pose, ...], list[T]]] = []
    for item in items:
        poses = poses_of(item)
        if found and found[-1][0] is poses:
            found[-1][1].append(item)
        else:
            found.append((poses, [item]))
    return found
