"""Any film as paths that move, for formats of vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.export._outline import grid_outlines
from drawkit.scene import AnyLayer, CellLayer, GroupLayer, Path, PathLayer, Scene, Subpath
from drawkit.scene.film import Film
from drawkit.scene.motion import Key, Motion, MovingLayer, Track, form_of

__all__ = ["Flat", "flat_layers", "motion_of"]

Flat = list[tuple[str, float, tuple[Path, ...], bool]]
"""Name, opacity and paths of each layer, the lowest first; whether they are cells."""


def motion_of(film: Film, kind: str) -> Motion:
    """The film's own motion; else each path becomes the one in its place in the next frame.

    It does so evenly, where it has the same numbers of control points; cells, and all that has
    not, give way at once. Raises `InputError` for pictures of pixels; kind: the format's name.
    """
    if film.motion is not None:
        return film.motion
    times = np.concatenate([[0.0], np.cumsum(film.durations) / 1000]).tolist()
    rows = [flat_layers(frame.scene, kind) for frame in film.frames]
    layers: list[MovingLayer] = []
    start = 0
    for at in range(1, len(rows) + 1):
        if at < len(rows) and _shape(rows[at]) == _shape(rows[start]):
            continue
        until = None if at == len(rows) else times[at]
        for place, (name, opacity, _, _) in enumerate(rows[start]):
            columns = zip(*(row[place][2] for row in rows[start:at]), strict=True)
            tracks = tuple(_track(column, times[start:at], until) for column in columns)
            layers.append(MovingLayer(name, tracks, opacity))
        start = at
    first = film.first
    return Motion(
        first.width,
        first.height,
        tuple(layers),
        times[-1],
        first.background,
        film.metadata,
        film.loop,
    )


def _track(paths: tuple[Path, ...], times: list[float], until: float | None) -> Track:
    """A path through several frames; where it stands still only the ends are kept."""
    keys = [Key(at, path) for at, path in zip(times, paths, strict=True)]
    kept = [
        key
        for place, key in enumerate(keys)
        if place in (0, len(keys) - 1)
        or not (key.path is keys[place - 1].path and key.path is keys[place + 1].path)
    ]
    if all(key.path is kept[0].path for key in kept):
        kept = kept[:1]
    return Track(tuple(kept), until)


def _shape(row: Flat) -> tuple[object, ...]:
    """Rows of one shape become each other."""
    return tuple(
        (name, opacity, id(paths) if cells else tuple(map(form_of, paths)))
        for name, opacity, paths, cells in row
    )


def flat_layers(scene: Scene, kind: str) -> Flat:
    """The layers that are shown, those of groups one by one, cells as a path a colour.

    Raises `InputError` for pictures of pixels; kind: who asks, `lottie`.
    """
    found: Flat = []

    def add(layer: AnyLayer, opacity: float) -> None:
        if not layer.visible:
            return
        whole = opacity * layer.opacity
        if isinstance(layer, GroupLayer):
            for inner in layer.layers:
                add(inner, whole)
        elif isinstance(layer, PathLayer):
            found.append((layer.name, whole, layer.paths, False))
        elif isinstance(layer, CellLayer):
            found.append((layer.name, whole, _cells(layer, scene.width), True))
        else:
            raise InputError(
                f"{kind} takes films of paths and of cells, got {layer.contents} in layer "
                f"'{layer.name}'; gif, webp, apng, mp4 and webm take all"
            )

    for layer in scene.layers:
        add(layer, 1.0)
    return found


def _cells(layer: CellLayer, width: float) -> tuple[Path, ...]:
    """A path a colour, each with all above it below it, so that no seam shows."""
    paths = []
    for index, loops in grid_outlines(layer.grid, width):
        first, *more = (_polygon(np.array(corners, float)) for corners in loops)
        red, green, blue = (channel / 255 for channel in layer.grid.palette[index])
        paths.append(
            Path(first.control_points, True, fill=(red, green, blue, 1.0), more=tuple(more))
        )
    return tuple(paths)


def _polygon(corners: npt.NDArray[np.float64]) -> Subpath:
    ends = np.roll(corners, -1, axis=0)
    thirds = [corners + (ends - corners) * t / 3 for t in range(3)]
    return Subpath(np.stack(thirds, axis=1).reshape(-1, 2), True)
