"""Films that several tests write: small, of few frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scenes import small_grid_scene

from drawkit.films.camera import Camera, View, with_camera
from drawkit.scene import Background, Path, Scene
from drawkit.scene.film import Film, FilmFrame
from drawkit.scene.motion import EASE, Key, Motion, MovingLayer, Track

__all__ = ["growing", "growing_on_nothing", "motion", "moved_cells", "seen_by_a_camera"]


def motion() -> Motion:
    """A thick line that is drawn, a box that fades in and a triangle that becomes another."""
    curve = Path(
        np.array([[10, 40], [40, -20], [70, 90], [110, 30]]),
        stroke=(0.1, 0.3, 0.8, 0.8),
        stroke_width=9,
    )
    box = _closed([[20, 50], [60, 50], [60, 75], [20, 75]], (0.9, 0.4, 0.1))
    clear = replace(box, fill=(0.9, 0.4, 0.1, 0.0))
    left = _closed([[70, 50], [90, 50], [80, 75]], (0.1, 0.6, 0.2))
    right = _closed([[80, 45], [110, 60], [90, 78]], (0.8, 0.1, 0.5))
    lines = (Track((Key(0, curve, 0), Key(0.5, curve, 0.3), Key(1, curve, 1))),)
    shapes = (
        Track((Key(0.2, clear), Key(0.8, box))),
        Track((Key(0, left, ease=EASE), Key(1, right)), until=1.2),
    )
    layers = (MovingLayer("lines", lines), MovingLayer("shapes", shapes, 0.7))
    return Motion(120, 80, layers, 1.5, Background((1.0, 1.0, 0.9)))


def growing() -> Film:
    """It, at twelve frames a second."""
    return Film.moving(motion(), 12)


def seen_by_a_camera() -> Film:
    """The same, zoomed, turned and moved; its layers lie in two depths."""
    lines, shapes = motion().layers
    far, near = ((0.0, 0.2),), ((0.0, 0.9),)
    layers = (
        replace(lines, tracks=tuple(replace(track, depths=far) for track in lines.tracks)),
        replace(shapes, tracks=tuple(replace(track, depths=near) for track in shapes.tracks)),
    )
    views = View(0.2), View(0.8, 0.7, 0.6, 1.7, 20.0), View(1.4, 0.3, 0.6, 0.8, -10.0, None)
    return Film.moving(with_camera(replace(motion(), layers=layers), Camera(views, 0.5)), 12)


def growing_on_nothing() -> Film:
    """The same where there is no paper."""
    return Film.moving(replace(motion(), background=Background(None)), 12)


def moved_cells() -> Film:
    """Pixel art whose frames have not the same colours."""
    first = small_grid_scene()
    grid = first.grid
    assert grid is not None
    frames = Film.of(first).frames
    other = frames[1].scene
    assert other.grid is not None
    palette = tuple((255 - r, g, b) for r, g, b in other.grid.palette)
    layer = replace(other.layers[0], grid=replace(other.grid, palette=palette))  # type: ignore
    changed: Scene = replace(other, layers=(layer,))
    return Film((frames[0], FilmFrame(changed, 80), frames[2]))


def _closed(corners: list[list[float]], color: tuple[float, float, float]) -> Path:
    points = np.array(corners, float)
    sides = zip(points, np.roll(points, -1, axis=0), strict=True)
    curves = [a + (b - a) * t / 3 for a, b in sides for t in range(3)]
    return Path(np.array(curves), True, fill=(*color, 1.0))
