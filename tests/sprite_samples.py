"""Sprites that several tests pack: an animated knight, a door, an odd-sized potion."""

from __future__ import annotations

import dataclasses

import numpy as np
from scenes import random_grid, small_grid_scene

from drawkit.games.sprites import Sprite
from drawkit.scene.grid import Grid

__all__ = ["game", "knight"]


def knight() -> Sprite:
    grid = small_grid_scene().grid
    assert grid is not None
    return Sprite("knight", grid)


def game(*, one_palette: bool = False) -> list[Sprite]:
    """Three sprites of different sizes; names that need escaping."""
    sprites = [
        knight(),
        Sprite('a "big" \\ door', _with_room(random_grid(1, (7, 11), colors=4, transparent=2))),
        Sprite("Trank & Öl", random_grid(2, (4, 3), colors=4, transparent=2)),
    ]
    if not one_palette:
        return sprites
    palette = sprites[0].grid.palette
    return [Sprite(s.name, _repainted(s.grid, palette)) for s in sprites]


def _with_room(grid: Grid) -> Grid:
    """Empty cells around the picture, on each side a different number, for trimming."""
    assert grid.transparent is not None
    wide = np.pad(grid.indices, ((2, 1), (3, 4)), constant_values=grid.transparent)
    return Grid.still(wide, grid.palette, grid.transparent)


def _repainted(grid: Grid, palette: tuple[tuple[int, int, int], ...]) -> Grid:
    return dataclasses.replace(grid, palette=palette)
