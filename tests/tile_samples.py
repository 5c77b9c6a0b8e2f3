"""A mossy terrain on stone, as several tests use it."""

from __future__ import annotations

import numpy as np

from drawkit.games.tilesets import Tileset
from drawkit.games.tilesets.build import BorderConfig, build_tileset
from drawkit.games.tilesets.masks import Kind
from drawkit.scene.grid import Grid

__all__ = ["MOSS", "STONE", "moss_tiles"]

_PALETTE = [
    (40, 90, 40),
    (60, 120, 50),
    (110, 110, 120),
    (130, 130, 140),
    (20, 40, 30),
    (150, 200, 90),
    (80, 150, 60),
]
_NOISE = np.random.default_rng(0).integers(0, 2, (2, 16, 16))
MOSS = Grid.still(_NOISE[0], _PALETTE)
STONE = Grid.still(2 + _NOISE[1], _PALETTE)


def moss_tiles(kind: Kind, *, ground: bool = True) -> Tileset:
    """Tiles with a dark line around the moss; on stone, or on nothing."""
    return build_tileset("moss", MOSS, STONE if ground else None, BorderConfig(line=(4,)), kind)
