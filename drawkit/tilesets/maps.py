"""Maps of a terrain: random ones, and their picture put together from the tiles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.grid import Grid
from drawkit.tilesets import Tileset
from drawkit.tilesets.masks import terrain_masks

__all__ = ["map_picture", "random_terrain"]


def random_terrain(
    rng: np.random.Generator, rows: int, columns: int, *, cover: float = 0.55, smooth: int = 2
) -> npt.NDArray[np.bool_]:
    """[rows, columns] of where the terrain is: noise, then `smooth` rounds of majority votes.

    With `smooth` 0 every tile of a set turns up; more rounds make larger islands.
    """
    terrain: npt.NDArray[np.bool_] = rng.random((rows, columns)) < cover
    for _ in range(smooth):
        padded = np.pad(terrain, 1, mode="edge").astype(int)
        votes = sum(padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3))
        terrain = np.asarray(votes) >= 5
    return terrain


def map_picture(tileset: Tileset, terrain: npt.NDArray[np.bool_], *, beyond: bool = True) -> Grid:
    """The whole map as one grid; where no terrain is, the ground or nothing."""
    masks = terrain_masks(terrain, tileset.kind, beyond=beyond)
    first = tileset.tiles[0]
    if tileset.ground is not None:
        ground = tileset.ground.indices
    elif first.transparent is not None:
        ground = np.full(first.indices.shape, first.transparent, np.uint8)
    else:
        raise InputError("a tileset without ground needs a transparent colour")
    tiles = dict(zip(tileset.masks, (tile.indices for tile in tileset.tiles), strict=True))
    rows = [np.hstack([tiles.get(mask, ground) for mask in row]) for row in masks.tolist()]
    return Grid.still(np.vstack(rows), first.palette, first.transparent)
