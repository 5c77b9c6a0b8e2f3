"""Pictures that become each other: they dissolve, as there are no paths that could move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit import Scene
from drawkit.films.camera import Camera
from drawkit.films.morphing import Turn
from drawkit.films.titles import Title, with_titles
from drawkit.scene import RasterLayer
from drawkit.scene.motion import EASE, Motion, eased

__all__ = ["Dissolve", "picture_of"]

_Floats = npt.NDArray[np.float32]
_LAST = 1e-3
"""Seconds that the last picture stays at least."""


class Dissolve:
    """Pictures one after the other, on a page of the first one's size.

    scenes: each of one layer of pixels. turns: how long each stays and changes; of the last,
    whether it is a loop. camera: what is seen of the page; beyond it is its paper. titles: words
    above it all.
    """

    def __init__(
        self,
        scenes: Sequence[Scene],
        turns: Sequence[Turn],
        camera: Camera | None = None,
        titles: Sequence[Title] = (),
    ) -> None:
        self._camera = camera
        self.loop = turns[-1].loop
        first = scenes[0]
        size = round(first.width), round(first.height)
        self._pictures = [_fitted(scene, size) for scene in scenes]
        self._turns = list(turns)
        self._starts = [0.0, *accumulate(turn.hold + turn.seconds for turn in turns)]
        self.seconds = self._starts[-1]
        if not self.loop:
            self.seconds += max(turns[-1].hold, _LAST) - turns[-1].hold - turns[-1].seconds
        self._page = replace(first, layers=())
        motion = Motion(
            first.width, first.height, (), self.seconds, first.background, first.metadata, self.loop
        )
        self._titles = with_titles(motion, titles) if titles else None

    def at(self, time: float) -> Scene:
        """What is shown at a time in seconds."""
        picture = self._picture(time)
        if self._camera is not None:
            picture = _seen(picture, self._camera.seen(np.array([time]))[0])
        layer = RasterLayer("picture", _levels(picture))
        above = () if self._titles is None else self._titles.at(time).layers
        return replace(self._page, layers=(layer, *above))

    def _picture(self, time: float) -> _Floats:
        """Premultiplied [H, W, 4], 0..1, at a time in seconds."""
        place = max(0, int(np.searchsorted(self._starts, time, side="right")) - 1)
        place = min(place, len(self._pictures) - 1)
        here, turn = self._pictures[place], self._turns[place]
        left = time - self._starts[place] - turn.hold
        last = place == len(self._pictures) - 1
        if left <= 0 or (last and not self.loop):
            return here
        share = min(left / turn.seconds, 1.0)
        share = eased(share, EASE) if turn.ease else share
        there = self._pictures[(place + 1) % len(self._pictures)]
        mixed: _Floats = here + np.float32(share) * (there - here)
        return mixed


def picture_of(scene: Scene) -> RasterLayer | None:
    """The pixels of a scene that is one picture and nothing else."""
    only = scene.layers[0] if len(scene.layers) == 1 else None
    return only if isinstance(only, RasterLayer) else None


def _fitted(scene: Scene, size: tuple[int, int]) -> _Floats:
    """The picture of a scene as large as fits, in the middle of the page; premultiplied."""
    layer = picture_of(scene)
    assert layer is not None
    values: _Floats = (layer.pixels / 255).astype(np.float32)
    values[..., :3] *= values[..., 3:]
    high, wide = values.shape[:2]
    if (wide, high) == size:
        return values
    scale = min(size[0] / wide, size[1] / high)
    own = max(1, round(wide * scale)), max(1, round(high * scale))
    sized = [
        np.asarray(Image.fromarray(values[..., at]).resize(own, Image.Resampling.BICUBIC))
        for at in range(4)
    ]
    page = np.zeros((size[1], size[0], 4), np.float32)
    left, top = (size[0] - own[0]) // 2, (size[1] - own[1]) // 2
    page[top : top + own[1], left : left + own[0]] = np.stack(sized, axis=-1).clip(0, 1)
    return page


def _seen(picture: _Floats, view: npt.NDArray[np.float64]) -> _Floats:
    """What a camera at x, y, with a zoom and a turn in degrees to the right, sees of a picture."""
    high, wide = picture.shape[:2]
    x, y, zoom, turn = view.tolist()
    angle = np.deg2rad(turn)
    cosine, sine = np.cos(angle) / zoom, np.sin(angle) / zoom
    middle = np.array([wide / 2, high / 2])
    way = np.array([[cosine, sine], [-sine, cosine]])
    start = np.array([x * wide, y * high]) - way @ middle
    places = (*way[0], start[0], *way[1], start[1])
    planes = [
        Image.fromarray(np.ascontiguousarray(picture[..., at])).transform(
            (wide, high), Image.Transform.AFFINE, places, Image.Resampling.BILINEAR
        )
        for at in range(4)
    ]
    seen: _Floats = np.stack([np.asarray(plane) for plane in planes], axis=-1).astype(np.float32)
    return seen


def _levels(picture: _Floats) -> npt.NDArray[np.uint8]:
    """Straight RGBA, 0..255."""
    straight = picture.copy()
    straight[..., :3] /= np.maximum(picture[..., 3:], 1e-6)
    levels: npt.NDArray[np.uint8] = np.rint(straight.clip(0, 1) * 255).astype(np.uint8)
    return levels
