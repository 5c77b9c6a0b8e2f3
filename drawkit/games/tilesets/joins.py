"""Whether the tiles of a set join: every pair that a map can hold, touching side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from drawkit.games.tilesets import Tileset
from drawkit.games.tilesets.masks import may_stand_beside
from drawkit.scene.grid import Indices

__all__ = ["Mismatch", "mismatches"]


@dataclass(frozen=True)
class Mismatch:
    """Two tiles whose touching cells differ; None is the ground. cells: how many of them."""

    first: int | None
    second: int | None
    place: Literal["beside", "below"]
    cells: int


def mismatches(tileset: Tileset) -> list[Mismatch]:
    """Every pair that may stand beside or below each other and does not join; empty is good.

    Compared are the roles of touching cells (other material, terrain, lines of the border), not
    their colours: a seamless material differs from column to column.
    """
    width, height = tileset.size
    roles: dict[int | None, Indices] = dict(zip(tileset.masks, tileset.roles, strict=True))
    roles[None] = np.zeros((height, width), np.uint8)
    found = []
    for first, here in roles.items():
        for second, there in roles.items():
            if may_stand_beside(first, second, tileset.kind):
                wrong = int((here[:, -1] != there[:, 0]).sum())
                if wrong:
                    found.append(Mismatch(first, second, "beside", wrong))
            if may_stand_beside(_turned(first), _turned(second), tileset.kind):
                wrong = int((here[-1] != there[0]).sum())
                if wrong:
                    found.append(Mismatch(first, second, "below", wrong))
    return found


def _turned(mask: int | None) -> int | None:
    """The mask of the map turned a quarter to the left: what was below is now at the right."""
    return None if mask is None else (mask >> 2 | mask << 6) & 255
