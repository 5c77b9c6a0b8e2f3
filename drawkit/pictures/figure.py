"""The thing in a picture: cut from its ground, in the middle of a sheet with some room around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.color import srgb_to_oklab
from drawkit.errors import InputError
from drawkit.pictures.compose import fitted_pixels, reduced

__all__ = ["FigureSheet", "Ground", "figure_sheet"]

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]
Ground = str
"""How the ground was told: `alpha`, `plain` (one colour around it), `none` (all is the thing)."""

_SIDE = 384
"""Px of the longer side: what a line is drawn in is about 1 % of it."""
_ROOM = 0.04
"""Room around the thing, as a share of the longer side."""
_OPAQUE, _CLEAR = 128, 16
_LOOKED_AT = 512 * 512
_SAME = 0.05
"""Difference in OKLab up to which a place is as the ground at the border."""
_PLAIN = 0.85
"""Share of the border that must have the ground's colour."""
_MOST = 0.97
"""Share of the picture that the ground may be at most: else nothing would be left."""
_SMALLEST = 16


@dataclass(frozen=True, eq=False)
class FigureSheet:
    """picture: [H, W, 4] premultiplied RGBA 0..1, its longer side 384 px; ground: how it is cut."""

    picture: _Floats
    ground: Ground

    @property
    def pixels(self) -> _Pixels:
        """The same as straight RGBA, 0..255."""
        alpha = self.picture[..., 3:]
        straight = self.picture[..., :3] / np.maximum(alpha, 1 / 255)
        found: _Pixels = np.rint(np.concatenate([straight, alpha], axis=2).clip(0, 1) * 255).astype(
            np.uint8
        )
        return found


def figure_sheet(pixels: _Pixels) -> FigureSheet:
    """Straight RGBA [H, W, 4], 0..255, cut to the thing in it.

    What is clear is ground; in an opaque picture what has one colour and reaches the border. Where
    there is no such colour all is the thing, to the border. Raises InputError for a picture that
    is wholly clear, or of one colour.
    """
    pixels = reduced(pixels, 4 * _LOOKED_AT)
    shown = pixels[..., 3] >= _CLEAR
    if not shown.any():
        raise InputError("the picture is wholly transparent: there is nothing to sketch")
    seen = pixels[shown]
    if (pixels[..., 3] >= _OPAQUE).all() and (np.ptp(seen[:, :3].astype(int), axis=0) < 8).all():
        raise InputError("the picture is of one colour: there is nothing to sketch")
    if not shown.all():
        return FigureSheet(_on_sheet(_cut(pixels, shown)), "alpha")
    ground = _ground(pixels)
    if ground is None:
        return FigureSheet(_on_sheet(pixels, room=0.0), "none")
    cut = pixels.copy()
    cut[ground, 3] = 0
    return FigureSheet(_on_sheet(_cut(cut, ~ground)), "plain")


def _cut(pixels: _Pixels, shown: npt.NDArray[np.bool_]) -> _Pixels:
    """The smallest upright part that holds all that is shown."""
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _ground(pixels: _Pixels) -> npt.NDArray[np.bool_] | None:
    """[H, W] what is one colour with the border and reaches it; None where there is no such."""
    lab = srgb_to_oklab(pixels[..., :3] / 255.0)
    edge = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    color = np.median(edge, axis=0)
    alike = np.linalg.norm(lab - color, axis=-1) < _SAME
    around = np.concatenate([alike[0], alike[-1], alike[:, 0], alike[:, -1]])
    if around.mean() < _PLAIN:
        return None
    ground = _reached(alike)
    return ground if ground.mean() < _MOST else None


def _reached(free: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """What of [H, W] can be come to from its border, by sweeps over rows and columns."""
    found = np.zeros_like(free)
    found[[0, -1]], found[:, [0, -1]] = free[[0, -1]], free[:, [0, -1]]
    while True:
        before = int(found.sum())
        for axis in (0, 1):
            for way in (1, -1):
                _swept(found if axis == 0 else found.T, free if axis == 0 else free.T, way)
        if int(found.sum()) == before:
            return found


def _swept(found: npt.NDArray[np.bool_], free: npt.NDArray[np.bool_], way: int) -> None:
    """Go on from each row to the next one, in place."""
    rows = range(1, len(found)) if way == 1 else range(len(found) - 2, -1, -1)
    for row in rows:
        found[row] |= found[row - way] & free[row]


def _on_sheet(pixels: _Pixels, room: float = _ROOM) -> _Floats:
    """Premultiplied, its longer side 384 px with the room around."""
    height, width = pixels.shape[:2]
    free = round(_SIDE * room)
    side = _SIDE - 2 * free
    scale = side / max(height, width)
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (side - high) // 2, (side - wide) // 2
    inner = fitted_pixels(pixels, side, side)[top : top + high, left : left + wide]
    # What is as thin as a hair gets a sheet that can be drawn on.
    down, across = (max(free, -(-(_SMALLEST - length) // 2)) for length in (high, wide))
    return np.pad(inner, ((down, down), (across, across), (0, 0)))
