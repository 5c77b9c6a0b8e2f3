"""Light on a terrain: its border catches it from above left, and throws a shadow on the ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Indices

__all__ = ["DARK", "LIT", "SHADOW", "lit_roles", "shaded"]

LIT, DARK, SHADOW = 253, 254, 255
"""Roles of terrain that faces the light, of terrain that turns away, of ground in the shadow."""

_Flags = npt.NDArray[np.bool_]


def lit_roles(roles: Indices, face: int, shadow: int) -> Indices:
    """Roles [H, W] with the terrain beside its border's lines lit or dark, and its shadow.

    face: how many cells high the dark side is that one sees from the front, at the lower end.
    shadow: how many cells of the ground below the terrain lie in it. What lies beyond the tile
    is taken to be like the tile's side, as it is wherever tiles join.
    """
    outside = roles != 1
    above, left, below, right = _around(outside)
    for _ in range(face - 1):
        below = below | _around(below)[2]
    result = roles.copy()
    terrain = ~outside
    result[terrain & (below | right)] = DARK
    result[terrain & (above | (left & ~below))] = LIT
    covered = roles != 0
    reached = covered
    for _ in range(shadow):
        reached = reached | _around(reached)[0]
    result[reached & ~covered] = SHADOW
    # The tile below knows of no shadow.
    result[-1] = np.where(result[-1] == SHADOW, 0, result[-1])
    return result


def shaded(
    picture: npt.NDArray[np.integer], roles: Indices, lighter: Indices, darker: Indices
) -> npt.NDArray[np.integer]:
    """Palette indices [H, W] with those of lit and dark cells replaced by their table [P]."""
    picture = np.where(roles == LIT, lighter[picture], picture)
    return np.where((roles == DARK) | (roles == SHADOW), darker[picture], picture)


def _around(flags: _Flags) -> tuple[_Flags, _Flags, _Flags, _Flags]:
    """Whether the cell above, left of, below and right of each one is set."""
    padded = np.pad(flags, 1, mode="edge")
    return padded[:-2, 1:-1], padded[1:-1, :-2], padded[2:, 1:-1], padded[1:-1, 2:]
