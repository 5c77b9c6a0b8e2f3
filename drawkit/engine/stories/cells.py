"""Pixel art as blocks that can move: a row of cells in one colour is a rectangle."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path as FilePath

import numpy as np
import numpy.typing as npt

from drawkit.pictures import read_picture
from drawkit.scene import Background, Path, PathLayer, Scene

__all__ = ["blocks_of"]

_Pixels = npt.NDArray[np.uint8]
_OVER = 0.12
"""Cells by which a block lies below its neighbours, so that no seam shows."""
_Color = tuple[int, int, int, int]


def blocks_of(scene: Scene, png: FilePath) -> Scene:
    """The same drawing of square cells, a unit each, in blocks on the colour that is around it.

    png: what it looks like; of any size, as cells are looked at in their middles.
    """
    cells = _cells(read_picture(png), round(scene.width), round(scene.height))
    edge = np.concatenate([cells[0], cells[-1], cells[:, 0], cells[:, -1]])
    colors, counts = np.unique(edge, axis=0, return_counts=True)
    ground = _color(colors[counts.argmax()])
    paths = []
    for y, row in enumerate(cells):
        x = 0
        for color, same in groupby(map(_color, row)):
            wide = len(list(same))
            if color != ground and color[3]:
                paths.append(_block(x, y, wide, color))
            x += wide
    paper = scene.background
    if ground[3]:
        red, green, blue = (channel / 255 for channel in ground[:3])
        paper = Background((red, green, blue))
    layers = (PathLayer("cells", tuple(paths)),)
    return Scene(scene.width, scene.height, layers, paper, scene.metadata)


def _cells(pixels: _Pixels, columns: int, rows: int) -> _Pixels:
    high, wide = pixels.shape[:2]
    ys = ((np.arange(rows) + 0.5) * high / rows).astype(int)
    xs = ((np.arange(columns) + 0.5) * wide / columns).astype(int)
    return pixels[np.ix_(ys, xs)]


def _color(pixel: _Pixels) -> _Color:
    red, green, blue, alpha = (int(channel) for channel in pixel)
    return (red, green, blue, alpha) if alpha else (0, 0, 0, 0)


def _block(x: int, y: int, wide: int, color: _Color) -> Path:
    right, bottom = x + wide + _OVER, y + 1 + _OVER
    corners = np.array([[x, y], [right, y], [right, bottom], [x, bottom]], float)
    ends = np.roll(corners, -1, axis=0)
    thirds = [corners + (ends - corners) * t / 3 for t in range(3)]
    red, green, blue, alpha = (channel / 255 for channel in color)
    points = np.stack(thirds, axis=1).reshape(-1, 2)
    return Path(points, True, fill=(red, green, blue, alpha))
