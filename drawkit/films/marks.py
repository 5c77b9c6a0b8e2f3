"""The marks of a drawing: what a hand puts down in one go, a line or an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from drawkit.export._motions import Flat
from drawkit.scene.lengths import closed_points, length_of
from drawkit.scene.path import Path, Subpath

__all__ = ["Mark", "depths_of", "marks_of", "turned"]

_OUTLINE = 0.004
"""Width of the line around an area, in longer sides of the drawing."""
_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class Mark:
    """runs: paths of one run each, only lined. area: what they are around, if anything.

    layer, place: where it lies among all layers, and among what is in that one. length: of all
    lines, user units.
    """

    runs: tuple[Path, ...]
    layer: int
    place: int
    length: float
    area: Path | None = None

    @property
    def ends(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Where the hand comes down, and where it lifts."""
        return closed_points(self.runs[0])[0], closed_points(self.runs[-1])[-1]

    @property
    def box(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Lowest and highest x and y of its control points."""
        points = np.concatenate([run.control_points for run in self.runs])
        return points.min(axis=0), points.max(axis=0)


def marks_of(layers: Flat, side: float) -> list[Mark]:
    """Everything that can be drawn, in paint order; what is clear all over is not.

    side: the longer one of the drawing. A path that is filled and lined is two marks or more.
    """
    marks: list[Mark] = []
    for layer, (_, _, paths, _) in enumerate(layers):
        place = 0
        for path in paths:
            for found in _of_path(path, side):
                length = sum(length_of(run) for run in found[0])
                if length > _LEAST or found[1] is None:
                    marks.append(Mark(found[0], layer, place, length, found[1]))
                    place += 1
    return marks


def depths_of(marks: Sequence[Mark]) -> list[float]:
    """How near to a camera each of all marks is, 0..1: by the order of paint, whenever drawn."""
    order = sorted(range(len(marks)), key=lambda at: (marks[at].layer, marks[at].place))
    depths = [0.0] * len(marks)
    for place, at in enumerate(order):
        depths[at] = (place + 0.5) / len(marks)
    return depths


def _of_path(path: Path, side: float) -> list[tuple[tuple[Path, ...], Path | None]]:
    found: list[tuple[tuple[Path, ...], Path | None]] = []
    if path.fill is not None and path.fill[3] > 0:
        area = replace(path, stroke=None, stroke_width=0.0)
        around = replace(
            path,
            stroke=path.fill,
            stroke_width=_OUTLINE * side,
            fill=None,
            linecap="round",
            linejoin="round",
        )
        found.append((tuple(_alone(around, run) for run in path.subpaths), area))
    if path.stroke is not None and path.stroke[3] > 0 and path.stroke_width > 0:
        line = replace(path, fill=None)
        found += [((_alone(line, run),), None) for run in path.subpaths]
    return found


def _alone(path: Path, run: Subpath) -> Path:
    """One run of a path, with the paint of the whole."""
    if run is path and not path.more:
        return path
    return replace(path, control_points=run.control_points, closed=run.closed, more=())


def turned(mark: Mark) -> Mark:
    """A line drawn from its other end."""
    (run,) = mark.runs
    back = replace(run, control_points=run.control_points[::-1].copy())
    return replace(mark, runs=(back,))
