"""What a picture is drawn with: its paper, its colours and how wide its marks are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import Palette, srgb_to_oklab
from drawkit.errors import InputError
from drawkit.palettes.extract import extract_swatches
from drawkit.pictures import premultiplied, read_picture

__all__ = ["PictureStyle", "measure_style"]

_SIDE = 224
"""Shorter side in px that stroke widths are meant for."""
_COLORS = 8
_EDGES = (10, 90)
"""Percentiles of the widths that pixels lie in: between them a style's pens are found."""
_WIDEST = 100.0

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PictureStyle:
    """What was measured: paper and colours as `#rrggbb`, widths in px of a 224 px drawing."""

    background: str
    colors: tuple[str, ...]
    min_width: float
    max_width: float


def measure_style(path: str | Path) -> PictureStyle:
    """Measure a picture file. Raises FileError or InputError where there is nothing to measure."""
    pixels = read_picture(path)
    if not pixels[..., 3].any():
        raise InputError(f"the picture '{path}' shows nothing: it is wholly transparent")
    flat = _flattened(pixels)
    opaque = np.concatenate([flat, np.full((*flat.shape[:2], 1), 255, np.uint8)], axis=-1)
    palette = Palette("picture", extract_swatches(opaque, _COLORS))
    nearest = _nearest(flat, palette)
    border = np.concatenate([nearest[0], nearest[-1], nearest[:, 0], nearest[:, -1]])
    paper = int(np.bincount(border).argmax())
    widths = _widths(nearest)[nearest != paper]
    low, high = np.percentile(widths, _EDGES) if len(widths) else (2.0, _WIDEST)
    counts = np.bincount(nearest.ravel(), minlength=len(palette))
    used = [int(at) for at in np.argsort(-counts, kind="stable") if at != paper]
    return PictureStyle(
        background=palette.codes[paper],
        colors=tuple(palette.codes[at] for at in used),
        min_width=round(float(np.clip(low, 0.5, _WIDEST)), 1),
        max_width=round(float(np.clip(high, 0.5, _WIDEST)), 1),
    )


def _flattened(pixels: _Pixels) -> _Pixels:
    """Straight RGBA on white, RGB [H, W, 3], its shorter side 224 px, its longer one 8 times that.

    Enlarged without new colours, made smaller by the mean of what a pixel covers.
    """
    step = max(1, min(pixels.shape[:2]) // (4 * _SIDE), max(pixels.shape[:2]) // (16 * _SIDE))
    values = premultiplied(pixels[::step, ::step])
    on_white = values[..., :3] + (1 - values[..., 3:])
    image = Image.fromarray((on_white * 255).round().astype(np.uint8))
    scale = _SIDE / min(image.size)
    most = 8 * _SIDE
    size = min(most, round(image.width * scale)), min(most, round(image.height * scale))
    way = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
    return np.asarray(image.resize(size, way))


def _nearest(flat: _Pixels, palette: Palette) -> npt.NDArray[np.intp]:
    """Which colour of the palette each pixel is: [H, W]."""
    lab, swatches = srgb_to_oklab(flat / 255.0), palette.to_oklab()
    distances = np.stack([((lab - swatch) ** 2).sum(axis=-1) for swatch in swatches], axis=-1)
    nearest: npt.NDArray[np.intp] = distances.argmin(axis=-1)
    return nearest


def _widths(areas: npt.NDArray[np.intp]) -> _Floats:
    """How wide the mark of one colour is that a pixel lies in, px: [H, W].

    A line of width w at an angle is w / sin wide across and w / cos down, so w follows from
    both: 1 / w^2 = 1 / across^2 + 1 / down^2.
    """
    across, down = _runs(areas), _runs(areas.T).T
    widths: _Floats = across * down / np.hypot(across, down)
    return widths


def _runs(areas: npt.NDArray[np.intp]) -> _Floats:
    """How many pixels of a row are alike about each one: [H, W]."""
    height, width = areas.shape
    begins = np.ones((height, width), bool)
    begins[:, 1:] = areas[:, 1:] != areas[:, :-1]
    number = np.cumsum(begins.ravel()) - 1
    lengths: _Floats = np.bincount(number)[number].reshape(height, width).astype(np.float64)
    return lengths
