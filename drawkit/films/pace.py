"""How fast a hand draws: times of the marks, of the places along them, and of the pen's tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from drawkit import Scene
from drawkit.films.hand import Hand
from drawkit.films.marks import Mark, depths_of
from drawkit.scene.lengths import length_of, places_along
from drawkit.scene.motion import EASE, Key, MovingLayer, Track, eased
from drawkit.scene.path import Path

__all__ = ["TRACED", "keys_of", "pen_layer", "run_times", "times_of"]

_Floats = npt.NDArray[np.float64]

_LEAST = 0.02
"""Share of the longest mark that even a dot takes: a hand has to be put down."""
_AIR = 0.35
"""Time a way through the air takes, of that of a line as long, where a hand finds its way."""
_PAUSE = 3.0
"""Marks of middling length that a pause between two parts takes."""
TRACED = 0.7
"""Share of an area's time in which its outline is drawn."""
_AREA = 1.6
"""Times longer an area takes than its outline: it is filled."""
_BENDS = 1 / 3
"""Speed falls with this power of curvature: the two-thirds power law of hands (Lacquaniti 1983)."""
_SAMPLES = 33
_STOPS = 7
"""Keys along a line that is drawn faster and slower."""
_PEN_STEP = 0.03
"""Longer sides of the drawing between two keys of a pen."""
_PEN = 0.09
"""Length of the pen, in longer sides."""


def times_of(marks: Sequence[Mark], seconds: float, order: str) -> list[tuple[float, float]]:
    """Start and end of each mark, seconds: as long as its line, never no time at all."""
    lengths = np.array([mark.length * (_AREA if mark.area is not None else 1) for mark in marks])
    work = np.maximum(lengths, _LEAST * lengths.max(initial=0.0))
    work = np.where(work > 0, work, 1.0)
    before = np.zeros(len(marks))
    for at in range(1, len(marks)):
        if order == "hand":
            way = marks[at].ends[0] - marks[at - 1].ends[1]
            before[at] = _AIR * float(np.linalg.norm(way))
        elif order == "part" and marks[at].layer != marks[at - 1].layer:
            before[at] = _PAUSE * float(np.median(work))
    ends = np.cumsum(work + before)
    scale = seconds / ends[-1]
    return [
        (float((end - own) * scale), float(end * scale))
        for end, own in zip(ends, work, strict=True)
    ]


def keys_of(mark: Mark, start: float, end: float, hand: Hand) -> tuple[Key, ...]:
    """When how much of a line is drawn."""
    (run,) = mark.runs
    if hand.order != "hand":
        return Key(start, run, 0.0, EASE if hand.ease else None), Key(end, run)
    shares, times = _bends(run, hand.ease)
    return tuple(
        Key(start + (end - start) * float(time), run, float(share))
        for time, share in zip(times, shares, strict=True)
    )


def _drawn(run: Path, spent: _Floats, hand: Hand) -> _Floats:
    """The shares of a line that are drawn after shares of its time."""
    if hand.order == "hand":
        shares, times = _bends(run, hand.ease)
        return np.interp(spent, times, shares)
    return np.array([eased(one) for one in spent.tolist()]) if hand.ease else spent


def _bends(run: Path, ease: bool) -> tuple[_Floats, _Floats]:
    """Shares of a line, and shares of its time: slow in bends, and at the ends where eased."""
    along = np.linspace(0, 1, _SAMPLES)
    places = places_along(run, along)
    steps = np.diff(places, axis=0)
    turns = np.zeros(_SAMPLES)
    angle = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turns[1:-1] = np.abs(np.diff(angle))
    pace = (0.05 + turns) ** _BENDS
    if ease:
        pace = pace * (1 + 1.5 * np.abs(2 * along - 1) ** 6)
    spent = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2)])
    shares = np.linspace(0, 1, _STOPS)
    return shares, np.interp(shares, along, spent / spent[-1])


def run_times(mark: Mark, start: float, end: float) -> list[tuple[float, float]]:
    """When each line of a mark is drawn, one after the other."""
    lengths = np.array([length_of(run) for run in mark.runs]) + 1e-9
    ends = start + (end - start) * np.cumsum(lengths) / lengths.sum()
    return list(zip([start, *ends[:-1].tolist()], ends.tolist(), strict=True))


def pen_layer(
    marks: Sequence[Mark], times: Sequence[tuple[float, float]], scene: Scene, hand: Hand
) -> MovingLayer:
    """A pen whose tip is where a line is being drawn; it goes as the last one is."""
    side = max(scene.width, scene.height)
    at: list[float] = []
    places: list[_Floats] = []
    for mark, (start, end) in zip(marks, times, strict=True):
        traced = end if mark.area is None else start + (end - start) * TRACED
        for run, (begin, until) in zip(mark.runs, run_times(mark, start, traced), strict=True):
            count = int(np.clip(length_of(run) / (side * _PEN_STEP), 2, 24))
            spent = np.linspace(0, 1, count)
            at += (begin + (until - begin) * spent).tolist()
            places += list(places_along(run, _drawn(run, spent, hand)))
    tip, body = _pen(side)
    depths = tuple(
        (time, depth) for span, depth in zip(times, depths_of(marks), strict=True) for time in span
    )
    # An end and the next start are one time, but for what numbers are rounded by.
    moments = np.maximum.accumulate(at).tolist()
    keys = [
        [Key(time, _moved(part, place)) for time, place in zip(moments, places, strict=True)]
        for part in (body, tip)
    ]
    ends = times[-1][1]
    return MovingLayer("pen", tuple(Track(tuple(one), ends, depths) for one in keys))


def _pen(side: float) -> tuple[Path, Path]:
    """Tip and body of a pen that leans to the right, its point at 0, 0."""
    length, wide = _PEN * side, _PEN * side * 0.16
    along = np.array([0.6, -0.8])
    across = np.array([0.8, 0.6]) * wide / 2
    neck, end = along * length * 0.25, along * length
    tip = _polygon([np.zeros(2), neck + across, neck - across], (0.15, 0.15, 0.18, 1.0))
    corners = [neck + across, end + across, end - across, neck - across]
    return tip, _polygon(corners, (0.95, 0.72, 0.2, 1.0))


def _polygon(corners: list[_Floats], color: tuple[float, float, float, float]) -> Path:
    points = np.array(corners)
    ends = np.roll(points, -1, axis=0)
    thirds = [points + (ends - points) * t / 3 for t in range(3)]
    return Path(np.stack(thirds, axis=1).reshape(-1, 2), True, fill=color)


def _moved(path: Path, place: _Floats) -> Path:
    return replace(path, control_points=path.control_points + place)
