"""Paths in a layer for each region of the drawing, named after what is drawn there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.export._footprints import boxes
from drawkit.export._layering import divided
from drawkit.scene import Path, Scene

__all__ = ["Place", "in_regions"]


@dataclass(frozen=True, eq=False)
class Place:
    """A region with its name. box: left, top, right, bottom as shares of the sheet.

    mask: [H, W] of the whole sheet, True where it is; None: all of the box.
    """

    name: str
    box: tuple[float, float, float, float]
    mask: npt.NDArray[np.bool_] | None = None


def in_regions(scene: Scene, places: Sequence[Place], rest: str, *, single: bool) -> Scene:
    """The scene with its plain layers of paths divided by the places in which the paths lie.

    single: a layer each, `rest` the lowest, then the places in order: paths of two places that
    touch may change their order. Else the picture stays as it is, and a place may need several
    layers. A path belongs to the place that most of its box lies in, and to `rest` where most of
    it lies in none; of places over each other to the later one.
    """

    def kinds(paths: tuple[Path, ...], scene: Scene) -> list[str]:
        size = np.array([scene.width, scene.height, scene.width, scene.height])
        found = (boxes(paths) / size).clip(0, 1)
        best, names = np.full(len(paths), 0.5), [rest] * len(paths)
        for place in places:
            share = np.array([_inside(box, place) for box in found])
            for at in np.flatnonzero(share >= best).tolist():
                names[at] = place.name
            best = np.maximum(best, share)
        return names

    return divided(scene, kinds, [rest, *(place.name for place in places)] if single else None)


def _inside(box: npt.NDArray[np.float64], place: Place) -> float:
    """The share of a box that lies in a place."""
    low = np.maximum(box[:2], place.box[:2])
    high = np.minimum(box[2:], place.box[2:])
    sides = np.maximum(box[2:] - box[:2], 1e-9)
    share = float(np.prod(np.maximum(high - low, 0) / sides))
    if place.mask is None or not share:
        return share
    rows, columns = place.mask.shape
    left, top = (low * (columns, rows)).astype(int)
    right, bottom = np.ceil(high * (columns, rows)).astype(int)
    return share * float(place.mask[top : bottom + 1, left : right + 1].mean())
