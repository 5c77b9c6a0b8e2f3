"""Maps of a terrain: random ones, and their picture put together from the tiles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.games.tilesets import Tileset
from drawkit.games.tilesets.masks import Kind, terrain_masks
from drawkit.scene.grid import Grid

__all__ = ["example_terrain", "map_picture", "random_paths", "random_terrain"]


_APART = 3
"""Cells from one line on which paths run to the next."""


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
    """[rows, columns] of `count` paths, one cell wide, from side to side or from top to bottom.

    All run on lines that are three cells apart, so that none widens to an area beside another.
    """
    paths = np.zeros((rows, columns), bool)
    for number in range(count):
        view = paths if number % 2 == 0 else paths.T
        lines = np.arange(1, max(len(view) - 1, 2), _APART)
        line = int(rng.integers(len(lines)))
        for step in range(view.shape[1]):
            view[lines[line], step] = True
            if step % _APART == 1:  # on a line across: go on, or along it to the next one
                to = int(np.clip(line + rng.integers(-1, 2), 0, len(lines) - 1))
                low, high = sorted((lines[line], lines[to]))
                view[low : high + 1, step] = True
                line = to
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
