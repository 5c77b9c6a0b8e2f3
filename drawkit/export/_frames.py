"""The frames of a film as pixels, drawn from their paths at the size that is asked for.

Only what has changed since the frame before is drawn anew: in a drawing that grows stroke by stroke
that is little. The pixels are those of the whole picture, but for a few on edges that the renderer
rounds otherwise where a path reaches out of what it draws.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import numpy as np
import resvg_py
from PIL import Image

from drawkit.color import format_hex
from drawkit.errors import InputError
from drawkit.export._changes import Box, Pixels
from drawkit.export._footprints import boxes
from drawkit.export._indexed import scale_for
from drawkit.export._svg_layers import OPACITY_DECIMALS, paint, path_data
from drawkit.export._text import plain_number
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import AnyLayer, GroupLayer, Path, PathLayer, Scene
from drawkit.scene.cells import cell_size, enlarged
from drawkit.scene.film import FilmFrame

__all__ = ["FILM_SIDE", "Pictures"]

FILM_SIDE = 512
"""Longer side in px of a film, where nothing is asked for."""
_MARGIN = 2
"""Pixels around what has changed: antialiased edges reach over."""
_PLACES = 6
"""Digits after the point of the part of the page that is drawn."""


class Pictures:
    """Draws one frame after the other, straight RGBA [H, W, 4], all of one size.

    Of pixel art a cell is `PngConfig.scale` pixels, or as many as `size` holds.
    """

    def __init__(self, first: Scene, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()):
        self._svg = svg
        self._png = PngConfig(FILM_SIDE if png.size is None and png.scale is None else png.size)
        if first.grid is not None:
            scale = scale_for(first.grid, self._png.size, png.scale)
            self._png = PngConfig(scale=scale)
            across, down = cell_size(first.grid.cell, scale)
            columns, rows = first.grid.size
            self.size = columns * across, rows * down
        else:
            side = self._png.size if self._png.size is not None else FILM_SIDE
            ratio = side / max(first.width, first.height)
            self.size = max(1, round(first.width * ratio)), max(1, round(first.height * ratio))
        # Pixels need not be squares by a hair: width and height are rounded.
        self._scale = self.size[0] / first.width, self.size[1] / first.height
        self._known: dict[int, _Known] = {}
        self._before: list[int] = []
        self._shape: object = None
        self._picture: Pixels | None = None

    def of(self, scene: Scene) -> Pixels:
        """The picture of the next frame; not to be changed."""
        if scene.grid is not None and self._png.scale is not None:
            grid = scene.grid
            self._picture = grid.rgba(enlarged(grid, grid.indices, self._png.scale))
        elif all(map(_of_paths, scene.layers)):
            self._picture = self._of_paths(scene)
        else:
            self._picture = self._of_anything(scene)
        return self._picture

    def all(self, frames: Iterable[FilmFrame]) -> Iterator[Pixels]:
        """The pictures of several."""
        for frame in frames:
            yield self.of(frame.scene)

    def _of_anything(self, scene: Scene) -> Pixels:
        wide = scene.width >= scene.height
        config = PngConfig(size=self.size[0] if wide else self.size[1])
        with Image.open(io.BytesIO(png_bytes(scene, config, self._svg))) as image:
            return np.asarray(image.convert("RGBA").resize(self.size))

    def _of_paths(self, scene: Scene) -> Pixels:
        known: dict[int, _Known] = {}
        for path in scene.paths():
            found = self._known.get(id(path))
            known[id(path)] = _Known(path, self._svg.decimals) if found is None else found
        order, shape = list(known), (_switches(scene.layers), scene.background)
        left, top, right, bottom = whole = 0, 0, *self.size
        if self._picture is not None and shape == self._shape:
            moved = set(order) ^ set(self._before)
            if not moved:
                return self._picture
            all_known = {**self._known, **known}
            left, top, right, bottom = self._around([all_known[one] for one in moved])
        picture = self._picture
        if right > left and bottom > top:
            part = self._part(scene, known, (left, top, right, bottom))
            if (left, top, right, bottom) == whole or picture is None:
                picture = part
            else:
                picture = picture.copy()
                picture[top:bottom, left:right] = part
        assert picture is not None
        self._known, self._before, self._shape = known, order, shape
        return picture

    def _around(self, found: list[_Known]) -> Box:
        """The pixels that some paths may colour."""
        around = np.array([one.box for one in found]) * np.tile(self._scale, 2)
        low = np.floor(around[:, :2].min(axis=0)) - _MARGIN
        high = np.ceil(around[:, 2:].max(axis=0)) + _MARGIN
        width, height = self.size
        left, top = np.clip(low, 0, self.size).astype(int).tolist()
        right, bottom = np.clip(high, 0, (width, height)).astype(int).tolist()
        return left, top, right, bottom

    def _part(self, scene: Scene, known: dict[int, _Known], box: Box) -> Pixels:
        left, top, right, bottom = box
        across, down = 1 / self._scale[0], 1 / self._scale[1]
        sides = left * across, top * down, (right - left) * across, (bottom - top) * down
        view = " ".join(plain_number(side, _PLACES) for side in sides)
        reached = sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3]
        body = "".join(_text(layer, known, reached) for layer in scene.layers)
        paper = scene.background.color
        text = (
            '<svg xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="none"'
            f' width="{right - left}" height="{bottom - top}" viewBox="{view}">{body}</svg>'
        )
        try:
            png = resvg_py.svg_to_bytes(
                svg_string=text,
                background=None if paper is None else format_hex(paper),
                dpi=96,
                skip_system_fonts=True,
            )
        except ValueError as error:
            raise InputError(f"the film cannot be rendered: {error}") from error
        with Image.open(io.BytesIO(bytes(png))) as image:
            return np.asarray(image.convert("RGBA"))


class _Known:
    """A path as text, and the box that it lies in; kept while it stands still."""

    def __init__(self, path: Path, decimals: int) -> None:
        self.path = path  # so that no other object gets its id
        (box,) = boxes((path,)).tolist()
        self.box: tuple[float, float, float, float] = tuple(box)
        data = " ".join(path_data(run, decimals) for run in path.subpaths)
        attributes = "".join(f' {k}="{v}"' for k, v in paint(path, decimals).items())
        self.text = f'<path d="{data}"{attributes}/>'

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether it reaches into a box, by a margin."""
        left, top, right, bottom = self.box
        edge = (box[2] - box[0]) * 0.01
        across = left <= box[2] + edge and right >= box[0] - edge
        return across and top <= box[3] + edge and bottom >= box[1] - edge


def _of_paths(layer: AnyLayer) -> bool:
    if isinstance(layer, GroupLayer):
        return all(map(_of_paths, layer.layers))
    return isinstance(layer, PathLayer)


def _switches(layers: Iterable[AnyLayer]) -> tuple[object, ...]:
    """What else of layers than their paths shows in a picture."""
    return tuple(
        (layer.visible, layer.opacity, _switches(getattr(layer, "layers", ()))) for layer in layers
    )


def _text(layer: AnyLayer, known: dict[int, _Known], box: tuple[float, float, float, float]) -> str:
    if not layer.visible:
        return ""
    if isinstance(layer, GroupLayer):
        inner = "".join(_text(one, known, box) for one in layer.layers)
    else:
        assert isinstance(layer, PathLayer)
        found = (known[id(path)] for path in layer.paths)
        inner = "".join(one.text for one in found if one.meets(box))
    if layer.opacity == 1 or not inner:
        return inner
    return f'<g opacity="{plain_number(layer.opacity, OPACITY_DECIMALS)}">{inner}</g>'
