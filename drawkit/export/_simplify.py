"""The same picture from less: fewer nodes, nothing that cannot be seen.

What lies hidden under another layer stays, as it shows when that one is removed.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from drawkit.export._footprints import boxes
from drawkit.export._harm import HIDDEN, Choice, choices_of, without_hidden
from drawkit.scene import AnyLayer, GroupLayer, Path, PathLayer, Scene

__all__ = ["MOST", "Simpler", "node_count", "picture_difference", "seen_alone", "simplified"]

MOST = 1.0
"""Levels of 255, in the mean, by which the picture may change."""
_FOR_HIDDEN = 0.8  # of that, what leaving out hidden paths may take: it saves more than nodes do
_UNSEEN = 0.5 / 255  # opacity that changes no level
_DEAREST = 1.0  # levels of the whole picture that a node is worth at most
_ROUNDS = 12
_SHOWN = 448  # longer side in px at which pictures are compared, at least

_Levels = npt.NDArray[np.float64]
_Written = Callable[[Scene], str]


@dataclass(frozen=True)
class Simpler:
    """The simpler scene; nodes and bytes before and after; the difference in levels of 255."""

    scene: Scene
    nodes: tuple[int, int]
    size: tuple[int, int]
    difference: float

    def __str__(self) -> str:
        (nodes, fewer), (size, less) = self.nodes, self.size
        return (
            f"simplified: {nodes} nodes are {fewer}, {size / 1000:.1f} kB are {less / 1000:.1f} kB;"
            f" the picture differs by {self.difference:.2f} of 255 levels"
        )


def simplified(scene: Scene, before: _Written, after: _Written) -> Simpler:
    """The scene with as few nodes as its picture lets it have.

    before, after: the SVG of a scene as it would be written, and as it will be.
    """
    scene = replace(scene, source=None)  # its own text would not have the new paths
    plain = before(scene)
    shown = _picture(plain, scene)
    seen = replace(scene, layers=_seen(scene.layers, (scene.width, scene.height)))
    for share in (HIDDEN, HIDDEN / 4, 0.0):
        start = without_hidden(seen, share) if share else seen
        best = start, after(start)
        difference = _apart(shown, _picture(best[1], scene), scene)
        if difference <= MOST * _FOR_HIDDEN:
            break
    choices = choices_of(start)
    low, high = 0.0, _DEAREST
    for _ in range(_ROUNDS):
        # What a node may cost: the more, the fewer there are.
        price = (max(low, _DEAREST / 1e6) * high) ** 0.5
        simple = replace(start, layers=_chosen(start.layers, choices, price))
        text = after(simple)
        apart = _apart(shown, _picture(text, scene), scene)
        if apart <= MOST:
            low, best, difference = price, (simple, text), apart
        else:
            high = price
    nodes = node_count(scene), node_count(best[0])
    return Simpler(best[0], nodes, (len(plain.encode()), len(best[1].encode())), difference)


def seen_alone(scene: Scene, written: _Written) -> tuple[Scene, str]:
    """The scene without paths that nobody would miss, the others as they are; what to say of it.

    written: the SVG of a scene. Where the picture would change too much, it stays.
    """
    scene = replace(scene, source=None)
    fewer = without_hidden(replace(scene, layers=_seen(scene.layers, (scene.width, scene.height))))
    apart = picture_difference(written(scene), written(fewer), scene)
    if apart > MOST:
        return scene, f"all paths stay: without the hidden ones the picture differs by {apart:.2f}"
    counts = [sum(1 for _ in one.paths()) for one in (scene, fewer)]
    said = f"{counts[0]} paths are {counts[1]}; the picture differs by {apart:.2f} of 255 levels"
    return fewer, f"without the hidden: {said}"


def node_count(scene: Scene) -> int:
    """How many points the curves of a scene run through."""
    return sum(r.segments + (not r.closed) for path in scene.paths() for r in path.subpaths)


def picture_difference(one: str, other: str, scene: Scene) -> float:
    """Mean difference of two SVGs, as resvg shows them, in levels of 255."""
    return _apart(_picture(one, scene), _picture(other, scene), scene)


def _picture(svg: str, scene: Scene) -> _Levels:
    """[H, W, 4] premultiplied, 0..255."""
    side = max(scene.width, scene.height)
    wide = scene.width >= scene.height
    size = max(round(side), _SHOWN)
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=size if wide else None,
        height=None if wide else size,
        dpi=96,
        skip_system_fonts=True,
    )
    rgba = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), float)
    return np.concatenate([rgba[..., :3] * rgba[..., 3:] / 255, rgba[..., 3:]], axis=-1)


def _apart(one: _Levels, other: _Levels, scene: Scene) -> float:
    """On the scene's paper; where it has none, on white or on black, whichever shows more."""
    color = scene.background.color
    papers = np.array([[0.0] * 3, [1.0] * 3] if color is None else [color]) * 255
    change = one - other
    clear = change[..., 3:] / 255
    return float(max(np.abs(change[..., :3] - clear * paper).mean() for paper in papers))


def _seen(layers: tuple[AnyLayer, ...], size: tuple[float, float]) -> tuple[AnyLayer, ...]:
    """The layers without paths that show nothing wherever they are: clear, thin or outside."""
    kept: list[AnyLayer] = []
    for layer in layers:
        if layer.locked:
            kept.append(layer)
        elif isinstance(layer, GroupLayer):
            kept.append(replace(layer, layers=_seen(layer.layers, size)))
        elif isinstance(layer, PathLayer):
            edges = boxes(layer.paths)
            beside = (edges[:, :2] >= np.array(size)).any(axis=1) | (edges[:, 2:] <= 0).any(axis=1)
            paths = [layer.paths[at] for at in np.flatnonzero(~beside).tolist()]
            kept.append(replace(layer, paths=tuple(p for p in paths if _paints(p))))
        else:
            kept.append(layer)
    return tuple(kept)


def _paints(path: Path) -> bool:
    filled = path.fill is not None and path.fill[3] > _UNSEEN
    lined = path.stroke is not None and path.stroke[3] > _UNSEEN and path.stroke_width > 0
    return filled or lined


def _chosen(
    layers: tuple[AnyLayer, ...], choices: dict[int, list[Choice]], price: float
) -> tuple[AnyLayer, ...]:
    """The layers with the best choice for each path where a node costs so much."""
    done: list[AnyLayer] = []
    for layer in layers:
        if layer.locked or not layer.visible:
            done.append(layer)
        elif isinstance(layer, GroupLayer):
            done.append(replace(layer, layers=_chosen(layer.layers, choices, price)))
        elif isinstance(layer, PathLayer):
            best = (
                min(choices[id(path)], key=lambda choice: choice.harm + price * choice.nodes)
                for path in layer.paths
            )
            done.append(replace(layer, paths=tuple(choice.path for choice in best)))
        else:
            done.append(layer)
    return tuple(done)
