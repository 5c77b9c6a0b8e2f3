"""Scenes as pixels, for whoever wants a picture: no gradients, but outlines of every kind.

Of each path is found how much of a pixel it covers: exactly across, in `_ROWS` steps down. Unlike
the rasterizer that drawings are optimized through it takes thousands of runs a path, ends and
corners of any kind, and layers in layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatchmethod

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.pictures.compose import premultiplied
from drawkit.pictures.outline import edges_of, flattened, stroke_polygons
from drawkit.scene import (
    AnyLayer,
    CellLayer,
    GroupLayer,
    Path,
    PathLayer,
    RasterLayer,
    Rgba,
    Scene,
    Subpath,
)
from drawkit.scene.cells import cell_map

__all__ = ["picture_of"]

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.float32]
_ROWS = 8
"""Steps down of a pixel, the middle of each being looked at."""
_THIN, _FINE_ROWS = 0.5, 64
"""Pixels: thinner lines are looked at in finer steps."""
_BAND = 128
"""Rows of pixels at once: long edges would fill the memory."""
_HAIR = 0.05
"""Pixels: a still thinner line is as wide and fainter."""


def picture_of(
    scene: Scene, width: int, height: int, *, scale: float | None = None, paper: bool = True
) -> Picture:
    """Premultiplied RGBA [height, width, 4], 0..1, of a scene stretched to that size.

    scale: pixels of a unit, from the top left on, instead of stretching; it is 1 where the size is
    that of the scene, rounded. paper: whether the background lies below where it is not painted
    too; without it what is not drawn stays clear.
    """
    if scale is None and (width, height) == (round(scene.width), round(scene.height)):
        scale = 1.0
    picture = np.zeros((height, width, 4), np.float32)
    below = paper or scene.background.painted
    if below and scene.background.color is not None:
        picture[:] = (*scene.background.color, 1.0)
    across = width / scene.width if scale is None else scale
    down = height / scene.height if scale is None else scale
    sheet = _Sheet(width, height, across, down)
    for layer in scene.layers:
        sheet.show(layer, picture)
    return picture


@dataclass(frozen=True)
class _Sheet:
    """A picture's size, and how many pixels a unit is across and down."""

    width: int
    height: int
    across: float
    down: float

    def show(self, layer: AnyLayer, picture: Picture) -> None:
        """Put a layer on top of a picture, in place."""
        if not layer.visible or layer.opacity == 0:
            return
        if layer.opacity == 1:
            self._draw(layer, picture)
            return
        own = np.zeros_like(picture)
        self._draw(layer, own)
        _over(picture, own * np.float32(layer.opacity))

    @singledispatchmethod
    def _draw(self, layer: AnyLayer, picture: Picture) -> None:
        raise TypeError(f"no way to draw a {type(layer).__name__}")

    @_draw.register
    def _(self, layer: PathLayer, picture: Picture) -> None:
        for path in layer.paths:
            if path.fill is not None and path.fill[3] > 0:
                edges = edges_of(self._corners(run)[0][:-1] for run in path.subpaths)
                self._paint(picture, edges, path.fill_rule == "evenodd", path.fill)
            if path.stroke is not None and path.stroke[3] > 0:
                self._line(picture, path, path.stroke)

    @_draw.register
    def _(self, layer: GroupLayer, picture: Picture) -> None:
        for inner in layer.layers:
            self.show(inner, picture)

    @_draw.register
    def _(self, layer: RasterLayer, picture: Picture) -> None:
        left, top, width, height = layer.box
        places = self.across * left, self.down * top, self.across * width, self.down * height
        _over(picture, _placed(premultiplied(layer.pixels), places, self.width, self.height))

    @_draw.register
    def _(self, layer: CellLayer, picture: Picture) -> None:
        rows, columns = layer.grid.indices.shape
        size = max(1, self.width // columns), max(1, self.height // rows)
        cells = layer.grid.rgba()[cell_map(layer.grid.cell, rows, columns, size, layer.grid.tile)]
        shape = cells.shape[1] / cells.shape[0]
        box = 0.0, 0.0, float(self.width), self.width / shape * self.down / self.across
        _over(picture, _placed(premultiplied(cells), box, self.width, self.height))

    def _corners(self, run: Subpath) -> tuple[Floats, bool]:
        """A run's corners in pixels; an open one is closed by a straight side where filled."""
        scaled = Subpath(run.control_points * [self.across, self.down], run.closed)
        corners = flattened(scaled)
        return (corners, True) if run.closed else (np.vstack([corners, corners[:1]]), False)

    def _line(self, picture: Picture, path: Path, stroke: Rgba) -> None:
        width = path.stroke_width * (self.across * self.down) ** 0.5
        radius = max(width, _HAIR) / 2
        red, green, blue, alpha = stroke
        faint = (red, green, blue, alpha * min(width / _HAIR, 1.0))
        polygons: list[Floats] = []
        for run in path.subpaths:
            corners, closed = self._corners(run)
            corners = corners if closed else corners[:-1]
            polygons += stroke_polygons(
                corners, closed, radius, path.linecap, path.linejoin, path.miterlimit
            )
        rows = _ROWS if width >= _THIN else _FINE_ROWS
        self._paint(picture, edges_of(polygons), False, faint, rows)

    def _paint(
        self, picture: Picture, edges: Floats, even_odd: bool, rgba: Rgba, rows: int = _ROWS
    ) -> None:
        """Paint the inside of an outline [E, 4]."""
        ink = np.array([*rgba[:3], 1.0], np.float32)
        for box, share in _coverage(edges, even_odd, self.width, self.height, rows):
            part = picture[box]
            alpha = (share * np.float32(rgba[3]))[..., None]
            part += alpha * (ink - part)


def _over(picture: Picture, own: Picture) -> None:
    picture *= 1 - own[..., 3:]
    picture += own


def _coverage(
    edges: Floats, even_odd: bool, width: int, height: int, rows: int
) -> Iterator[tuple[tuple[slice, slice], Picture]]:
    """Which part of the sheet an outline [E, 4] can touch, and how much of each pixel there."""
    edges = edges[np.isfinite(edges).all(axis=1)]
    level = edges[:, 1] == edges[:, 3]
    edges = edges[~level]
    if not len(edges):
        return
    low_y, high_y = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    low_x, high_x = edges[:, [0, 2]].min(), edges[:, [0, 2]].max()
    left, right = (int(v) for v in np.clip([np.floor(low_x), np.ceil(high_x)], 0, width))
    top = int(np.clip(np.floor(low_y.min()), 0, height))
    bottom = int(np.clip(np.ceil(high_y.max()), 0, height))
    if left >= right:
        return
    band = _BAND * _ROWS // rows
    for start in range(top, bottom, band):
        end = min(start + band, bottom)
        touched = (low_y < end) & (high_y > start)
        share = _shares(edges[touched], even_odd, (left, start, right, end), rows)
        yield (slice(start, end), slice(left, right)), share


def _shares(edges: Floats, even_odd: bool, box: tuple[int, int, int, int], rows: int) -> Picture:
    """[h, w] how much of each pixel of a box lies inside."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    way = np.where(edges[:, 3] > edges[:, 1], 1, -1)
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    first = np.clip(np.ceil((low - top) * rows - 0.5), 0, height * rows).astype(np.intp)
    last = np.clip(np.ceil((high - top) * rows - 0.5), 0, height * rows).astype(np.intp)
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    x0, y0, x1, y1 = edges[edge].T
    y = (row + 0.5) / rows + top
    x = np.clip(x0 + (y - y0) / (y1 - y0) * (x1 - x0) - left, 0, width)
    order = np.argsort(row * (width + 2.0) + x, kind="stable")
    x, row, turns = x[order], row[order], np.cumsum(way[edge[order]])
    inside = turns % 2 != 0 if even_odd else turns != 0
    # Where a stretch of the inside begins (+1) or ends (-1); before the first it is outside.
    change = np.diff(inside.astype(np.int8), prepend=np.int8(0))
    at = np.flatnonzero(change)
    x, pixel_row, sign = x[at], row[at] // rows, change[at] / rows
    column = np.minimum(x.astype(np.intp), width)
    part = x - column
    place = pixel_row * (width + 2) + column
    size = height * (width + 2)
    sums = np.bincount(place, sign * (1 - part), size) + np.bincount(place + 1, sign * part, size)
    share = np.cumsum(sums.reshape(height, width + 2), axis=1)[:, :width]
    return np.clip(share, 0, 1).astype(np.float32)


def _placed(
    picture: Picture, box: tuple[float, float, float, float], width: int, height: int
) -> Picture:
    """A premultiplied picture stretched into a box of pixels on an empty sheet."""
    left, top, across, down = box
    rows, columns = picture.shape[:2]
    mode = Image.Resampling.NEAREST if across >= columns else Image.Resampling.BILINEAR
    data = (columns / across, 0.0, -left * columns / across, 0.0, rows / down, -top * rows / down)
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(picture[..., at])).transform(
                (width, height), Image.Transform.AFFINE, data, mode
            )
        )
        for at in range(4)
    ]
    return np.stack(channels, axis=-1)
