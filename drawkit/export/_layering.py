"""Paths in other layers: by colour, by size, by part; the picture stays as it is.

Paths that touch keep their order of painting. So a kind may need more than one layer, `red` and
`red 2`; of all orders that show the same picture, one with few layers is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from drawkit.color import color_name, format_hex, srgb_to_oklab
from drawkit.export._footprints import boxes, touching
from drawkit.scene import AnyLayer, GroupLayer, Path, PathLayer, Rgba, Scene

__all__ = ["divided", "has_no_switches", "is_plain", "regrouped"]

_FEW_COLORS = 12
"""So many colours get a layer each; more of them go by their names."""
_PARTS = 8


Kinds = Callable[[tuple[Path, ...], Scene], list[str]]


def regrouped(scene: Scene, by: str) -> Scene:
    """The scene with its plain layers of paths divided by `role`, `color`, `size` or `part`.

    Layers that are locked, hidden or translucent, and those of cells and pixels, stay. So do
    several plain ones where parts are wanted: they are those that the drawing knows.
    """
    if by == "part" and sum(map(is_plain, _ungrouped(scene.layers))) > 1:
        return scene
    return divided(scene, _KINDS[by])


def divided(scene: Scene, kinds: Kinds, order: Sequence[str] | None = None) -> Scene:
    """The scene with its plain layers of paths divided by kind, each layer of the kind's name.

    kinds: the name of each path's kind. order: of the layers, one a kind; None: any that shows
    the same picture.
    """
    layers: list[AnyLayer] = []
    for plain, run in groupby(_ungrouped(scene.layers), is_plain):
        if not plain:
            layers += run
            continue
        paths = tuple(p for layer in run if isinstance(layer, PathLayer) for p in layer.paths)
        if paths and order is not None:
            own = kinds(paths, scene)
            for name in dict.fromkeys(order):
                some = tuple(path for path, kind in zip(paths, own, strict=True) if kind == name)
                layers += [PathLayer(name, some)] if some else []
        elif paths:
            layers += _divided(paths, kinds(paths, scene), (scene.width, scene.height))
    return replace(scene, layers=tuple(layers))


def is_plain(layer: AnyLayer) -> bool:
    """Whether a layer is of paths, and shows them as if it were not there."""
    return isinstance(layer, PathLayer) and has_no_switches(layer)


def has_no_switches(layer: AnyLayer) -> bool:
    """Whether a layer is visible, may be changed, and is as opaque as what is in it."""
    return layer.visible and not layer.locked and layer.opacity == 1


def _ungrouped(layers: Sequence[AnyLayer]) -> Iterator[AnyLayer]:
    """The layers in groups that do nothing as if they were in none."""
    for layer in layers:
        if isinstance(layer, GroupLayer) and has_no_switches(layer):
            yield from _ungrouped(layer.layers)
        else:
            yield layer


def _divided(
    paths: tuple[Path, ...], kinds: list[str], size: tuple[float, float]
) -> list[AnyLayer]:
    """Layers of one kind each, in an order that shows the same picture."""
    counts: dict[str, int] = {}
    layers: list[AnyLayer] = []
    for kind, rows in _runs(kinds, touching(paths, size)):
        counts[kind] = counts.get(kind, 0) + 1
        name = kind if counts[kind] == 1 else f"{kind} {counts[kind]}"
        layers.append(PathLayer(name, tuple(paths[row] for row in rows)))
    return layers


def _runs(
    kinds: list[str], touch: npt.NDArray[np.bool_]
) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
    """Kind and rows of each layer, greedily the longest that can be painted next.

    touch: [N, N], symmetric.
    """
    names = list(dict.fromkeys(kinds))
    kind = np.array([names.index(k) for k in kinds])
    below = np.tril(touch, -1)  # row waits for column
    waits = np.stack([below[:, kind == k].sum(axis=1) for k in range(len(names))], axis=1)
    left = np.ones(len(kinds), bool)
    while left.any():
        found = [_paintable(k, kind, left, below, waits) for k in range(len(names))]
        # Of equals the one whose first path comes first, so that the order is nearly the old one.
        best = max(range(len(names)), key=lambda k: (len(found[k]), -found[k][:1].sum()))
        rows = found[best]
        yield names[best], rows
        left[rows] = False
        waits[:, best] -= below[:, rows].sum(axis=1)


def _paintable(
    k: int,
    kind: npt.NDArray[np.intp],
    left: npt.NDArray[np.bool_],
    below: npt.NDArray[np.bool_],
    waits: npt.NDArray[np.intp],
) -> npt.NDArray[np.intp]:
    """Paths of kind `k` that wait for nothing but paths of the same kind that can be painted."""
    rows = np.flatnonzero(left & (kind == k))
    stuck = waits[rows].sum(axis=1) > waits[rows, k]
    among = below[np.ix_(rows, rows)]
    while True:
        more = stuck | (among @ stuck)
        if (more == stuck).all():
            free: npt.NDArray[np.intp] = rows[~stuck]
            return free
        stuck = more


def _by_role(paths: tuple[Path, ...], scene: Scene) -> list[str]:
    return ["strokes" if path.fill is None else "shapes" for path in paths]


def _by_color(paths: tuple[Path, ...], scene: Scene) -> list[str]:
    codes = [format_hex(_color(path)[:3]) for path in paths]
    names = [color_name(_color(path)) for path in paths]
    if len(set(codes)) > _FEW_COLORS:
        return names
    return [f"{name} {code}" for name, code in zip(names, codes, strict=True)]


def _by_size(paths: tuple[Path, ...], scene: Scene) -> list[str]:
    found = boxes(paths)
    share = (found[:, 2:] - found[:, :2]).max(axis=1) / max(scene.width, scene.height)
    return ["large" if s >= 0.5 else "medium" if s >= 0.2 else "small" for s in share]


def _by_part(paths: tuple[Path, ...], scene: Scene) -> list[str]:
    """What the paths are called, `eye` for `eye 1` and `eye-2`; where none has a name, by place.

    Without names, paths that are near one another and alike in colour are a part.
    """
    if any(path.label for path in paths):
        return [re.sub(r"[\s_-]*\d+$", "", path.label) or "other" for path in paths]
    found = boxes(paths)
    centers = (found[:, :2] + found[:, 2:]) / 2 / max(scene.width, scene.height)
    colors = srgb_to_oklab(np.clip([_color(path)[:3] for path in paths], 0, 1))
    return [f"part {part + 1}" for part in _clusters(np.hstack([centers, 0.5 * colors]))]


def _clusters(points: npt.NDArray[np.float64]) -> list[int]:
    """K-means from starts far apart (Gonzalez 1985), numbered as they first appear."""
    starts = [int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmin())]
    apart = np.linalg.norm(points - points[starts[0]], axis=1)
    while len(starts) < min(_PARTS, len(points)) and apart.max() > 0:
        starts.append(int(apart.argmax()))
        apart = np.minimum(apart, np.linalg.norm(points - points[starts[-1]], axis=1))
    middles = points[starts]
    for _ in range(20):
        own = np.linalg.norm(points[:, None] - middles, axis=2).argmin(axis=1)
        middles = np.array(
            [
                points[own == k].mean(axis=0) if (own == k).any() else m
                for k, m in enumerate(middles)
            ]
        )
    order = list(dict.fromkeys(own.tolist()))
    return [order.index(k) for k in own.tolist()]


def _color(path: Path) -> Rgba:
    """What a path is seen by: its fill, else its line."""
    return path.fill or path.stroke or (0.0, 0.0, 0.0, 0.0)


_KINDS: Mapping[str, Kinds] = MappingProxyType(
    {"role": _by_role, "color": _by_color, "size": _by_size, "part": _by_part}
)
