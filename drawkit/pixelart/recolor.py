"""Pixel art in other colours: each cell takes the nearest that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from drawkit.color import srgb_to_oklab
from drawkit.scene.grid import Frame, Grid, Rgb

__all__ = ["recolored"]


def recolored(grid: Grid, palette: Sequence[Rgb], transparent: int | None = None) -> Grid:
    """The same cells over `palette`: each colour becomes the nearest, by OKLab.

    transparent: the index of the palette that shows nothing, as `Grid` has it; no colour becomes
    that one, and what shows nothing does. Where it is None, empty cells become opaque too.
    """
    own, others = (srgb_to_oklab(np.array(colors) / 255) for colors in (grid.palette, palette))
    apart = np.square(own[:, None] - others).sum(axis=2)
    if transparent is not None:
        apart[:, transparent] = np.inf
    table = apart.argmin(axis=1)
    if grid.transparent is not None and transparent is not None:
        table[grid.transparent] = transparent
    table = table.astype(np.uint8)
    frames = tuple(Frame(table[frame.indices], frame.duration_ms) for frame in grid.frames)
    return replace(
        grid, frames=frames, palette=tuple(palette), transparent=transparent, swatch_names=()
    )
