"""Drawings that become each other: each path one that lies near, has its colour and is as large.

So what a person sees moves little, and the one thing turns into the other instead of dissolving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from drawkit import InputError, Scene
from drawkit.export._motions import Flat, flat_layers
from drawkit.films.alike import made_alike
from drawkit.films.assignment import shared_out
from drawkit.scene import Background
from drawkit.scene.lengths import length_of
from drawkit.scene.motion import (
    EASE,
    Ease,
    Key,
    Motion,
    MovingLayer,
    Track,
    between,
    parted,
)
from drawkit.scene.path import Path, Rgba, Subpath

__all__ = ["Turn", "morphed"]

_Floats = npt.NDArray[np.float64]

_MOST_PATHS = 3000
_MOMENT = 1e-3
"""Seconds that the last drawing stays where none stays."""
_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "place": 2.0,
        "color": 1.0,
        "length": 0.25,
        "width": 0.2,
        "way": 0.2,
        "rank": 0.3,
        "area": 2.0,
    }
)
"""What counts how much: the place in the figure, from side to side; black and white; twice the
length and the width; the direction, where it is straight; the lowest and the highest; a line and
an area."""
_CHANGES = (0.3, 0.75)
"""Shares of the way between which paths change their order: all at once would be seen."""
_EVENLY: Ease = (1 / 3, 1 / 3, 2 / 3, 2 / 3)
_LIKE_PAPER = 0.12
"""Up to so far from the paper's colour, 0..1, nobody sees a path alone."""


@dataclass(frozen=True)
class Turn:
    """How one drawing becomes the next; see `morph`."""

    seconds: float = 2.0
    hold: float = 0.5
    ease: bool = True
    loop: bool = False

    def lasts(self, drawings: int) -> float:
        """Seconds of so many drawings."""
        ways = drawings if self.loop else drawings - 1
        return ways * (self.hold + self.seconds) + (0 if self.loop else max(self.hold, _MOMENT))


@dataclass(frozen=True, eq=False)
class _Drawing:
    """A drawing fitted to the page: its layers, and all their paths in paint order."""

    layers: Flat
    paths: tuple[Path, ...]
    paper: tuple[float, float, float] | None

    def depth(self, place: int) -> float:
        """How near to a camera a path is, 0..1."""
        return (place + 0.5) / len(self.paths)


def morphed(
    scenes: Sequence[Scene],
    turn: Turn | Sequence[Turn],
    moving: Sequence[Scene] | None = None,
) -> Motion:
    """The scenes one after the other, each becoming the next, on a page of the first one's size.

    turn: of all of them, or of each; whether it is a loop the last one says. moving: the same
    scenes in paths that move better, for the ways between. Raises `InputError` for a scene without
    paths, or with more than three thousand.
    """
    first = scenes[0]
    turns = [turn] * len(scenes) if isinstance(turn, Turn) else list(turn)
    last = turns[-1]
    shown = [_fitted(scene, first) for scene in scenes]
    if moving is not None:
        ways = [_fitted(scene, first) for scene in moving]
        shown = [replace(way, layers=one.layers) for one, way in zip(shown, ways, strict=True)]
    stops = [*shown, shown[0]] if last.loop else shown
    layers: list[MovingLayer] = []
    at = 0.0
    papers: list[Key] = []
    for (here, there), turn in zip(pairwise(stops), turns, strict=False):
        if turn.hold > 0:
            layers += _held(here, at, at + turn.hold)
        papers += [
            Key(at, _sheet(first, here.paper)),
            Key(at + turn.hold, _sheet(first, here.paper)),
        ]
        at += turn.hold
        layers += _turning(here, there, at, turn, first)
        at += turn.seconds
    papers.append(Key(at, _sheet(first, stops[-1].paper)))
    if not last.loop:
        layers += _held(stops[-1], at, None)
        at += max(last.hold, _MOMENT)
    background = (scenes if moving is None else moving)[0].background
    if any(one.paper != shown[0].paper for one in shown):
        background = Background(None)
        layers.insert(0, MovingLayer("paper", (Track(tuple(papers)),), fixed=True))
    metadata = replace(first.metadata, title=" to ".join(_titles(scenes)))
    return Motion(first.width, first.height, tuple(layers), at, background, metadata, last.loop)


def _titles(scenes: Sequence[Scene]) -> list[str]:
    return [scene.metadata.title for scene in scenes if scene.metadata.title]


def _held(drawing: _Drawing, start: float, until: float | None) -> list[MovingLayer]:
    """A drawing that stands still, exactly as it is."""
    layers, place = [], 0
    for name, opacity, paths, _ in drawing.layers:
        depths = [((start, drawing.depth(place + at)),) for at in range(len(paths))]
        place += len(paths)
        tracks = (
            Track((Key(start, path),), until, depth)
            for path, depth in zip(paths, depths, strict=True)
        )
        layers.append(MovingLayer(name, tuple(tracks), opacity))
    return layers


def _turning(
    here: _Drawing, there: _Drawing, start: float, turn: Turn, page: Scene
) -> list[MovingLayer]:
    """The way from one to the other: at first in the order of the one, in the end of the other.

    Paths change from the one order to the other at times of their own, those on top first.

    Where a path becomes several, or several one, they share its opacity, so that they look like
    one where they lie on each other. What has the colour of the paper becomes nothing else: it
    would come out of nowhere.
    """
    ours_seen, theirs_seen = _seen(here), _seen(there)
    pairs = shared_out(
        _costs([here.paths[at] for at in ours_seen], [there.paths[at] for at in theirs_seen], page)
    )
    pairs = [(ours_seen[a], theirs_seen[b]) for a, b in pairs]
    out = np.bincount([a for a, _ in pairs], minlength=len(here.paths))
    into = np.bincount([b for _, b in pairs], minlength=len(there.paths))
    half, end = start + turn.seconds / 2, start + turn.seconds
    leaving, arriving = [], []
    for a in np.flatnonzero(out == 0).tolist():
        gone = Key(half, _faded(here.paths[a], 0.0))
        far = ((start, here.depth(a)),)
        leaving.append(((a, -1), Track((Key(start, here.paths[a]), gone), half, far)))
    for b in np.flatnonzero(into == 0).tolist():
        come = Key(half, _faded(there.paths[b], 0.0))
        far = ((end, there.depth(b)),)
        arriving.append(((b, -1), Track((come, Key(end, there.paths[b])), end, far)))
    ease = EASE if turn.ease else _EVENLY
    for a, b in pairs:
        ours, theirs = made_alike(
            _thinned(here.paths[a], int(out[a])), _thinned(there.paths[b], int(into[b]))
        )
        when = _CHANGES[0] + (_CHANGES[1] - _CHANGES[0]) * (1 - (b + 0.5) / len(there.paths))
        begun, ended, share = parted(ease, when)
        way = between(ours, theirs, share)
        # What a path is besides numbers (its caps, say) is that of the drawing it belongs to.
        after = replace(way, linecap=theirs.linecap, linejoin=theirs.linejoin)
        at = start + turn.seconds * when
        first = Key(start, ours, ease=begun if turn.ease else None), Key(at, way)
        depths = (start, here.depth(a)), (end, there.depth(b))
        leaving.append(((a, b), Track(first, at, depths)))
        second = Key(at, after, ease=ended if turn.ease else None), Key(end, theirs)
        arriving.append(((b, a), Track(second, end, depths)))
    return [
        MovingLayer(name, tuple(track for _, track in sorted(found, key=lambda one: one[0])))
        for name, found in (("leaving", leaving), ("arriving", arriving))
    ]


def _thinned(path: Path, copies: int) -> Path:
    """One of so many that look like the path where they all lie on each other."""
    if copies == 1:
        return path

    def thin(color: Rgba | None) -> Rgba | None:
        if color is None:
            return None
        return (*color[:3], 1 - (1 - min(max(color[3], 0.0), 1.0)) ** (1 / copies))

    return replace(path, stroke=thin(path.stroke), fill=thin(path.fill))


def _seen(drawing: _Drawing) -> list[int]:
    """The paths that stand out from the paper; all where none does."""
    paper = np.array((1.0, 1.0, 1.0) if drawing.paper is None else drawing.paper)
    found = []
    for at, path in enumerate(drawing.paths):
        paints = [paint for paint in (path.stroke, path.fill) if paint is not None]
        apart = [paint[3] * np.abs(np.array(paint[:3]) - paper).max() for paint in paints]
        if max(apart, default=0.0) > _LIKE_PAPER:
            found.append(at)
    return found or list(range(len(drawing.paths)))


def _costs(first: Sequence[Path], second: Sequence[Path], page: Scene) -> _Floats:
    """[N, M]: how much each of the first differs from each of the second."""
    diagonal = float(np.hypot(page.width, page.height))
    ours, theirs = _facts(first, diagonal), _facts(second, diagonal)
    costs = np.zeros((len(first), len(second)))
    for name, weight in _WEIGHTS.items():
        a, b = ours[name][:, None], theirs[name][None]
        costs += weight * np.sqrt(np.square(a - b).sum(axis=2))
    return costs


def _facts(paths: Sequence[Path], diagonal: float) -> dict[str, _Floats]:
    """What paths are compared by, [N, .] each; see `_WEIGHTS`."""
    points = [np.concatenate([run.control_points for run in path.subpaths]) for path in paths]
    middles = np.array([(one.min(axis=0) + one.max(axis=0)) / 2 for one in points])
    low, high = np.percentile(middles, (5, 95), axis=0)
    lengths = np.array([sum(length_of(run) for run in path.subpaths) for path in paths])
    widths = np.array(
        [p.stroke_width if p.fill is None else n / 4 for p, n in zip(paths, lengths, strict=True)]
    )
    ways = np.array([one[-1] - one[0] for one in points])
    angles = 2 * np.arctan2(ways[:, 1], ways[:, 0])
    # How straight: a ring and a curl have no direction.
    straight = np.linalg.norm(ways, axis=1) / np.maximum(lengths, 1e-9)
    paints = [path.fill if path.fill is not None else path.stroke for path in paths]
    return {
        "place": (middles - low) / np.maximum(high - low, diagonal * 0.05),
        "color": np.array([(0.0,) * 4 if paint is None else paint for paint in paints]),
        "length": np.log2(np.maximum(lengths / diagonal, 1e-3))[:, None],
        "width": np.log2(np.maximum(widths / diagonal, 1e-3))[:, None],
        "way": np.stack([np.cos(angles), np.sin(angles)], axis=1) * straight[:, None],
        "rank": np.linspace(0, 1, len(paths))[:, None],
        "area": np.array([[float(path.fill is not None)] for path in paths]),
    }


def _fitted(scene: Scene, page: Scene) -> _Drawing:
    """A scene as large as the page lets it be, in its middle."""
    layers = flat_layers(scene, "a morph")
    scale = min(page.width / scene.width, page.height / scene.height)
    shift = np.array([page.width - scene.width * scale, page.height - scene.height * scale]) / 2
    if scale != 1 or shift.any():
        layers = [
            (name, opacity, tuple(_scaled(path, scale, shift) for path in paths), cells)
            for name, opacity, paths, cells in layers
        ]
    paths = tuple(_faded(path, opacity) for _, opacity, some, _ in layers for path in some)
    if not 1 <= len(paths) <= _MOST_PATHS:
        raise InputError(f"a morph takes drawings of 1 to {_MOST_PATHS} paths, got {len(paths)}")
    return _Drawing(layers, paths, scene.background.color)


def _scaled(path: Path, scale: float, shift: _Floats) -> Path:
    def points(run: Subpath) -> _Floats:
        moved: _Floats = run.control_points * scale + shift
        return moved

    more = tuple(Subpath(points(run), run.closed) for run in path.more)
    width = path.stroke_width * scale
    return replace(path, control_points=points(path), stroke_width=width, more=more)


def _faded(path: Path, opacity: float) -> Path:
    """A path as translucent as a layer that it is alone in."""
    if opacity == 1:
        return path

    def dim(color: Rgba | None) -> Rgba | None:
        return None if color is None else (*color[:3], color[3] * opacity)

    return replace(path, stroke=dim(path.stroke), fill=dim(path.fill))


def _sheet(page: Scene, paper: tuple[float, float, float] | None) -> Path:
    """A rectangle over the page in the colour of its paper."""
    right, bottom = page.width, page.height
    corners = np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]], float)
    ends = np.roll(corners, -1, axis=0)
    points = np.stack([corners + (ends - corners) * t / 3 for t in range(3)], axis=1)
    color = (1.0, 1.0, 1.0, 0.0) if paper is None else (*paper, 1.0)
    return Path(points.reshape(-1, 2), True, fill=color)
