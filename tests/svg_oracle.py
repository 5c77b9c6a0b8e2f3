"""resvg's picture of an SVG, and drawkit's of what it read of it."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from drawkit.pictures import premultiplied
from drawkit.pictures.of_scene import picture_of
from drawkit.pictures.svg import SvgFile, svg_file

__all__ = ["apart", "by_drawkit", "by_resvg", "svg"]

Picture = npt.NDArray[np.float32]


def svg(body: str, attributes: str = 'width="100" height="80"') -> str:
    """A document around some elements."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f" {attributes}>{body}</svg>"
    )


def by_resvg(text: str, zoom: float = 1.0) -> Picture:
    """Premultiplied RGBA [H, W, 4], 0..1."""
    data = bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=zoom, dpi=96.0, font_size=16.0))
    return premultiplied(np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")))


def by_drawkit(found: SvgFile, like: Picture, zoom: float = 1.0) -> Picture:
    """The same of what was read, as large as `like`."""
    scale = zoom * found.pixels[0] / found.scene.width
    height, width = like.shape[:2]
    return picture_of(found.scene, width, height, scale=scale, paper=False)


def apart(text: str, zoom: float = 1.0) -> float:
    """Mean difference of the two, in levels of 255."""
    wanted = by_resvg(text, zoom)
    found = by_drawkit(svg_file(text.encode()), wanted, zoom)
    return float(np.abs(found - wanted).mean() * 255)
