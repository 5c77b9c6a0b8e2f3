"""What a tile repeats: paths that reach over a side come in at the other one; cut where calm."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from drawkit.pictures.seamless import Tile, calmest_cut
from drawkit.scene.grid import Grid

__all__ = ["copied", "copies_in_tile", "cut_calmly"]


def copies_in_tile(
    low: Tensor, high: Tensor, size: tuple[int, int], tile: Tile
) -> tuple[Tensor, Tensor]:
    """[C] the path and [C, 2] px to move it by, for every place where a path shows on the sheet.

    low, high: [paths, 2] px of the boxes around the paths, whose middles lie on the sheet along
    tiled axes. size: width and height of the sheet in px. In paint order, each path's own place
    among its copies, so that it lies over and under the same ones on both sides of a seam.
    """
    sides = torch.tensor(size, dtype=low.dtype)
    steps = [torch.tensor([-1.0, 0.0, 1.0] if tiled else [0.0]) for tiled in tile]
    moves = torch.cartesian_prod(*steps).view(-1, 2) * sides  # [M, 2]
    # What touches the sheet's edge from outside may still lend it the half pixel of its own edge.
    near = (high[:, None] + moves + 1 > 0) & (low[:, None] + moves - 1 < sides)
    shows = near.all(dim=2) | (moves == 0).all(dim=1)  # [paths, M]
    path, move = shows.nonzero(as_tuple=True)
    return path, moves[move]


def copied(points: Tensor, owner: Tensor, path: Tensor, place: Tensor) -> Tensor:
    """[K', 2] the points of each copy, one after the other. points: [K, 2] px; owner: [K] sorted.

    path, place: of `copies_in_tile`.
    """
    counts = owner.bincount()
    starts = counts.cumsum(0) - counts
    own = counts[path]
    copy = torch.arange(len(path)).repeat_interleave(own)
    within = torch.arange(len(copy)) - (own.cumsum(0) - own)[copy]
    return points[starts[path][copy] + within] + place[copy]


def cut_calmly(grid: Grid) -> Grid:
    """The same endless pattern as a still tile whose seams are no stronger than edges inside."""
    picture = torch.from_numpy(grid.rgba() / 255.0).permute(2, 0, 1)[None]
    # Rows half a cell aside, and triangles in turn up and down, move by two.
    step = (1, 1) if grid.cell in ("rect", "knit") else (2, 2 if grid.cell == "tri" else 1)
    rolls = calmest_cut(picture, grid.tile, step)
    if rolls == (0, 0):
        return grid
    rolled = np.roll(grid.indices, rolls, axis=(0, 1))
    return Grid.still(rolled, grid.palette, grid.transparent, grid.cell, grid.tile)
