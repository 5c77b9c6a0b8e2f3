"""A finished drawing as if somebody drew it: one line after the other, areas after their outline.

What lies above stays above, whatever is drawn first. An area is traced by a thin line in its
colour, and fills as that closes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from drawkit import InputError, Scene
from drawkit.export._motions import Flat, flat_layers
from drawkit.films.hand import Hand
from drawkit.films.hand_order import ordered
from drawkit.films.marks import Mark, depths_of, marks_of, turned
from drawkit.films.pace import TRACED, keys_of, pen_layer, run_times, times_of
from drawkit.scene.motion import Key, Motion, MovingLayer, Track

__all__ = ["drawn_by_hand"]

_FILLS = 0.55
"""Share after which it begins to fill."""


def drawn_by_hand(scene: Scene, hand: Hand) -> Motion:
    """The scene as paths that are drawn one after the other; `InputError` where it has none."""
    layers = flat_layers(scene, "a film by hand")
    marks = marks_of(layers, max(scene.width, scene.height))
    if not marks:
        raise InputError("the drawing has no paths that could be drawn")
    order = ordered(marks, layers, hand.order, (scene.width, scene.height))
    drawn = [turned(marks[at]) if back else marks[at] for at, back in order]
    times = times_of(drawn, hand.seconds, hand.order)
    depths = depths_of(drawn)
    tracks: list[list[tuple[tuple[int, int], Track]]] = [[] for _ in layers]
    for mark, (start, end), depth in zip(drawn, times, depths, strict=True):
        for place, track in enumerate(_tracks(mark, start, end, hand)):
            near = replace(track, depths=((start, depth),))
            tracks[mark.layer].append(((mark.place, place), near))
    moving = [_layer(layers, at, found) for at, found in enumerate(tracks)]
    if hand.pen:
        moving.append(pen_layer(drawn, times, scene, hand))
    return Motion(
        scene.width,
        scene.height,
        tuple(moving),
        hand.seconds + hand.hold,
        scene.background,
        scene.metadata,
        hand.loop,
    )


def _layer(layers: Flat, at: int, found: list[tuple[tuple[int, int], Track]]) -> MovingLayer:
    """A layer with its tracks in paint order, whenever they are drawn."""
    name, opacity, _, _ = layers[at]
    found.sort(key=lambda one: one[0])
    return MovingLayer(name, tuple(track for _, track in found), opacity)


def _tracks(mark: Mark, start: float, end: float, hand: Hand) -> list[Track]:
    """What a mark is in the film: a line that grows; of an area its fill, and the line around."""
    if mark.area is None:
        return [Track(keys_of(mark, start, end, hand))]
    area = mark.area
    assert area.fill is not None
    begin, traced = start + (end - start) * _FILLS, start + (end - start) * TRACED
    clear = replace(area, fill=(*area.fill[:3], 0.0))
    fill = Track((Key(begin, clear), Key(end, area)))
    around = []
    for run, (first, until) in zip(mark.runs, run_times(mark, start, traced), strict=True):
        keys = keys_of(replace(mark, runs=(run,)), first, until, hand)
        last = keys[-1].path
        assert last.stroke is not None
        gone = replace(last, stroke=(*last.stroke[:3], 0.0))
        around.append(Track((*keys, Key(end, gone)), until=np.nextafter(end, np.inf)))
    return [fill, *around]
