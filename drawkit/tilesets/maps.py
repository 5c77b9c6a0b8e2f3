"""Maps of a terrain: random ones, and their picture put together from the tiles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.grid import Grid
from drawkit.tilesets import Tileset
from drawkit.tilesets.masks import Kind, terrain_masks

__all__ = ["example_terrain", "map_picture", "random_paths", "random_terrain"]


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


def random_paths(
    rng: np.random.Generator, rows: int, columns: int, *, count: int = 4
) -> npt.NDArray[np.bool_]:
    """[rows, columns] of `count` paths, one cell wide, from side to side or from top to bottom."""
    paths = np.zeros((rows, columns), bool)
    for number in range(count):
        view = paths if number % 2 == 0 else paths.T
        length, wide = view.shape[1], view.shape[0]
        at = int(rng.integers(1, max(wide - 1, 2)))
        for step in range(length):
            view[at, step] = True
            if step % 4 == 3:  # a turn now and then, straight on between
                to = int(np.clip(at + rng.integers(-2, 3), 0, wide - 1))
                view[min(at, to) : max(at, to) + 1, step] = True
                at = to
    return paths


def example_terrain(kind: Kind, seed: int, rows: int, columns: int) -> npt.NDArray[np.bool_]:
    """[rows, columns] of a map that shows what the tiles of a kind are for; one for each seed."""
    rng = np.random.default_rng(seed)
    make = random_paths if kind == "edge16" else random_terrain
    return make(rng, rows, columns)


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
