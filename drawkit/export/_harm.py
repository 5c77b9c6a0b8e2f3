"""What each path of a scene could be instead, with fewer nodes, and how much one would see of it.

Seen is the path through what lies on top of it in its own layer: what other layers hide today may
show tomorrow. All is estimated from one small picture a path.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import resvg_py
import svgwrite
from PIL import Image
from svgwrite.extensions.inkscape import INKSCAPE_NAMESPACE

from drawkit.export._fewer_cubics import Fits
from drawkit.export._primitives import primitive
from drawkit.export._svg_layers import Page, add_layer
from drawkit.scene import AnyLayer, GroupLayer, Path, PathLayer, Scene, Subpath

__all__ = ["HIDDEN", "Choice", "choices_of", "without_hidden"]

_Levels = npt.NDArray[np.float32]

_SIDE = 128  # px of the small pictures
_CLOSE = 224  # of those by which a path is found hidden: coarser, edges blur into changes
_TOLERANCES = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0)
"""Px of a drawing of 224 px."""
_USUAL_SIDE = 224
HIDDEN = 0.001
"""Share of the picture that a path changes at most if nobody misses it."""
_DECIMALS = 2
_GAP, _INSIDE = 16.0, 0.98
"""Levels by which a gap is found at a glance, however small its share, and how much of its most a
path covers of a pixel within it: rims of paths under others like them may change by more."""
_LEVEL = 1.0
"""Levels of 255 that count as a change."""


@dataclass(frozen=True)
class Choice:
    """harm: levels of 255 in the mean of the picture."""

    path: Path
    nodes: int
    harm: float


def without_hidden(scene: Scene, share: float = HIDDEN) -> Scene:
    """The scene without the paths that nobody would miss, found from the top down.

    What lies under a path that goes is from then on seen, and stays. share: of the picture, 0..1,
    less than which a path may change.
    """
    gone: set[tuple[int, int]] = set()
    below = _ground(_papers(scene), scene, _CLOSE)
    most = share * below.shape[0] * below.shape[1]
    for layer in _layers_of_paths(scene.layers):
        pieces = []
        for path in layer.paths:
            picture = _small(path, scene, _CLOSE)
            box = _touched(picture)
            own, ground = picture[box], below[box].copy()
            pieces.append((box, own, ground))
            below[box] = np.tile(own[..., :3], 2) + (1 - own[..., 3:] / 255) * ground
        clear = np.ones(below.shape[:2], np.float32)
        for at in range(len(pieces))[::-1]:
            box, own, ground = pieces[at]
            harm = _harm(own, np.zeros_like(own), ground, clear[box])
            worst = harm.max(axis=-1, initial=0)
            if (worst > _LEVEL).sum() < most and not _leaves_gap(worst, own[..., 3]):
                gone.add((id(layer), at))
            else:
                clear[box] *= 1 - own[..., 3] / 255
    return replace(scene, layers=_less(scene.layers, gone))


def _leaves_gap(change: _Levels, alpha: _Levels) -> bool:
    """Whether a change [H, W] is plain where a path covers the pixel, not just on its rim."""
    inside = alpha >= alpha.max(initial=0) * _INSIDE
    return bool((change[inside] > _GAP).any())


def _touched(picture: _Levels) -> tuple[slice, slice]:
    """The rows and columns that a path paints in."""
    painted = picture[..., 3] > 0
    found = [np.flatnonzero(painted.any(axis=axis)) for axis in (1, 0)]
    rows, columns = (slice(at[0], at[-1] + 1) if len(at) else slice(0) for at in found)
    return rows, columns


def choices_of(scene: Scene) -> dict[int, list[Choice]]:
    """By the identity of each path that may be changed: itself, and what it could be instead."""
    found: dict[int, list[Choice]] = {}
    for layer, own, grounds in _painted(scene):
        clear = np.ones(own[0].shape[:2], np.float32)
        for path, picture, ground in zip(layer.paths[::-1], own[::-1], grounds[::-1], strict=True):
            found[id(path)] = list(_choices(path, picture, ground, clear, scene))
            clear = (clear * (1 - picture[..., 3] / 255)).astype(np.float32)
    return found


def _painted(scene: Scene) -> Iterator[tuple[PathLayer, list[_Levels], list[_Levels]]]:
    """Each layer with the small picture of every path, and of what lies below it [H, W, 6].

    That is on the scene's own paper, and on one as unlike it as can be: white strokes on white
    paper are there too, as the paper may be another one tomorrow.
    """
    below = _ground(_papers(scene), scene, _SIDE)
    for layer in _layers_of_paths(scene.layers):
        own = [_small(path, scene) for path in layer.paths]
        grounds = []
        for picture in own:
            grounds.append(below)
            color = np.tile(picture[..., :3], 2)
            below = (color + (1 - picture[..., 3:] / 255) * below).astype(np.float32)
        yield layer, own, grounds


def _papers(scene: Scene) -> npt.NDArray[np.float64]:
    """[6] the scene's own paper, and one as unlike it as can be; 0..1."""
    paper = np.ones(3) if scene.background.color is None else np.array(scene.background.color)
    return np.concatenate([paper, np.where(paper < 0.5, 1.0, 0.0)])


def _less(layers: tuple[AnyLayer, ...], gone: set[tuple[int, int]]) -> tuple[AnyLayer, ...]:
    kept: list[AnyLayer] = []
    for layer in layers:
        if isinstance(layer, GroupLayer):
            kept.append(replace(layer, layers=_less(layer.layers, gone)))
        elif isinstance(layer, PathLayer):
            paths = tuple(p for at, p in enumerate(layer.paths) if (id(layer), at) not in gone)
            kept.append(replace(layer, paths=paths))
        else:
            kept.append(layer)
    return tuple(kept)


def _layers_of_paths(layers: tuple[AnyLayer, ...]) -> Iterator[PathLayer]:
    """Those that are visible and may be changed, lowest first."""
    for layer in layers:
        if layer.locked or not layer.visible:
            continue
        if isinstance(layer, GroupLayer):
            yield from _layers_of_paths(layer.layers)
        elif isinstance(layer, PathLayer) and layer.paths:
            yield layer


def _choices(
    path: Path, picture: _Levels, below: _Levels, clear: _Levels, scene: Scene
) -> Iterator[Choice]:
    yield Choice(path, _nodes(path), 0.0)
    if primitive(path, _DECIMALS) is not None:
        return
    runs = []
    for run in path.subpaths:
        points = run.control_points
        closed = np.vstack([points, points[:1]]) if run.closed else points
        runs.append((run, Fits(closed, closed=run.closed)))
    fewest = _nodes(path)
    for tolerance in _TOLERANCES:
        fitted = [
            fits.within(tolerance * max(scene.width, scene.height) / _USUAL_SIDE)
            for _, fits in runs
        ]
        again = [
            Subpath(new[:-1] if run.closed else new, closed=run.closed)
            for (run, _), new in zip(runs, fitted, strict=True)
        ]
        other = replace(path, control_points=again[0].control_points, more=tuple(again[1:]))
        if _nodes(other) < fewest:
            fewest = _nodes(other)
            harm = _harm(picture, _small(other, scene), below, clear)[..., :3]
            yield Choice(other, fewest, float(harm.mean()))


def _harm(before: _Levels, after: _Levels, below: _Levels, clear: _Levels) -> _Levels:
    """[H, W, 6] levels by which the picture changes, as seen through what lies on top."""
    change = before - after
    color = np.tile(change[..., :3], 2)
    seen: _Levels = np.abs(color - change[..., 3:] / 255 * below) * clear[..., None]
    return seen


def _ground(papers: npt.NDArray[np.float64], scene: Scene, side: int) -> _Levels:
    shape = (*_small(None, scene, side).shape[:2], len(papers))
    return np.broadcast_to(papers * 255, shape).astype(np.float32)


def _small(path: Path | None, scene: Scene, side: int = _SIDE) -> _Levels:
    """[H, W, 4] premultiplied, 0..255, of one path alone, its longer side so many px."""
    drawing = svgwrite.Drawing(
        size=(scene.width, scene.height), viewBox=f"0 0 {scene.width} {scene.height}", debug=False
    )
    drawing["xmlns:inkscape"] = INKSCAPE_NAMESPACE
    if path is not None:
        add_layer(PathLayer("a", (path,)), Page(drawing, scene.width, 2))
    wide = scene.width >= scene.height
    png = resvg_py.svg_to_bytes(
        svg_string=drawing.tostring(),
        width=side if wide else None,
        height=None if wide else side,
        skip_system_fonts=True,
    )
    rgba = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), np.float32)
    return np.concatenate([rgba[..., :3] * rgba[..., 3:] / 255, rgba[..., 3:]], axis=-1)


def _nodes(path: Path) -> int:
    return sum(run.segments + (not run.closed) for run in path.subpaths)
