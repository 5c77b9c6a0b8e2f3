"""Seamless materials that users have already: a tile's picture as a grid of cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.errors import InputError
from drawkit.pictures import read_picture
from drawkit.pictures.seamless import pixels_seam
from drawkit.pixelart.pixelate import MAX_CELLS, pixelate
from drawkit.scene.grid import Grid

__all__ = ["read_material"]

_STRONGEST = 1.5
"""Step across a seam over the strongest edge inside, from which on a picture is no tile.

Up to 1 nothing shows; of good tiles with few rows one in so many has its strongest edge there.
"""


def read_material(
    path: str | Path,
    size: tuple[int, int] | None = None,
    *,
    palette: Palette | None = None,
    colors: int | None = None,
) -> Grid:
    """A picture file as an opaque grid of `size` cells, by default one for each of its pixels.

    Its own colours stay where they are few and neither palette nor `colors` is given. Raises
    `InputError` where it cannot be read, is transparent in places, too large or not seamless.
    """
    pixels = read_picture(path)
    height, width = pixels.shape[:2]
    if (pixels[..., 3] < 255).any():
        raise InputError(f"the picture '{path}' is transparent in places; a material is opaque")
    if size is None and max(width, height) > MAX_CELLS:
        raise InputError(f"the picture '{path}' is {width}x{height}; give --size in cells")
    wanted = (width, height) if size is None else size
    if width * wanted[1] != height * wanted[0]:
        given = f"{width}x{height}"
        raise InputError(f"the picture '{path}' of {given} does not fill {wanted[0]}x{wanted[1]}")
    seam = pixels_seam(pixels)
    if seam > _STRONGEST:
        raise InputError(
            f"the picture '{path}' is not seamless: the step at its sides is {seam:.1f} times"
            f" the strongest one inside; allowed: {_STRONGEST:g}"
        )
    if palette is None and colors is None and wanted == (width, height):
        own = np.unique(pixels[..., :3].reshape(-1, 3), axis=0)
        if len(own) < MAX_SWATCHES:  # one is left for what is transparent
            index = {tuple(color): at for at, color in enumerate(own.tolist())}
            cells = [[index[tuple(c)] for c in row] for row in pixels[..., :3].tolist()]
            return Grid.still(cells, own.tolist())
    return pixelate(pixels, wanted, palette=palette, colors=colors)
