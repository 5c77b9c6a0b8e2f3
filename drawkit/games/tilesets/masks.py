"""Masks: which neighbours of a tile hold its terrain, and which tiles a terrain needs."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError, suggestion

__all__ = [
    "CORNERS",
    "KINDS",
    "NEIGHBORS",
    "SIDES",
    "Kind",
    "kind_masks",
    "may_stand_beside",
    "normalized",
    "parse_kind",
    "terrain_masks",
]

Kind = Literal["blob47", "edge16"]
"""blob47 knows sides and corners: areas. edge16 knows sides alone: paths, walls, fences."""
KINDS: tuple[Kind, ...] = get_args(Kind)

NEIGHBORS = {
    1: (-1, 0),
    2: (-1, 1),
    4: (0, 1),
    8: (1, 1),
    16: (1, 0),
    32: (1, -1),
    64: (0, -1),
    128: (-1, -1),
}
"""Bit of each neighbour to its (row, column) offset: clockwise from the one above."""

SIDES = (1, 4, 16, 64)
CORNERS = (2, 8, 32, 128)


def parse_kind(text: str) -> Kind:
    """The kind of terrain of a name; `InputError` for all else."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise InputError(f"unknown terrain '{text}'{suggestion(text, KINDS)}")


def normalized(mask: int, kind: Kind) -> int:
    """The mask without corners that change nothing.

    edge16 has no corners; in blob47 one counts where both sides beside it are set.
    """
    kept = sum(mask & side for side in SIDES)
    if kind == "blob47":
        kept += sum(mask & corner for corner in CORNERS if _beside(corner) & ~mask == 0)
    return kept


def kind_masks(kind: Kind) -> tuple[int, ...]:
    """Every mask that needs a tile of its own, sorted: 47 or 16."""
    return tuple(sorted({normalized(mask, kind) for mask in range(256)}))


def terrain_masks(
    terrain: npt.NDArray[np.bool_], kind: Kind, *, beyond: bool = True
) -> npt.NDArray[np.int_]:
    """[H, W] of the normalized mask of each cell with terrain, -1 where there is none.

    beyond: whether the terrain goes on outside the map.
    """
    height, width = terrain.shape
    padded = np.pad(terrain, 1, constant_values=beyond)
    masks = np.zeros((height, width), int)
    for bit, (down, right) in NEIGHBORS.items():
        masks += bit * padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]
    table = np.array([normalized(mask, kind) for mask in range(256)])
    return np.where(terrain, table[masks], -1)


def may_stand_beside(left: int | None, right: int | None, kind: Kind) -> bool:
    """Whether a map can hold these two side by side; None is a cell without the terrain.

    For tiles one above the other turn both masks: `turned(above), turned(below)`.
    """
    if left is None or right is None:
        return not (left or 0) & 4 and not (right or 0) & 64
    if not left & 4 or not right & 64:
        return False
    if kind == "edge16":
        return True
    # Each tile's corner bits tell of the other's sides, where they count at all.
    for side, left_corner, right_corner in ((1, 2, 128), (16, 8, 32)):
        if left & side and bool(left & left_corner) != bool(right & side):
            return False
        if right & side and bool(right & right_corner) != bool(left & side):
            return False
    return True


def _beside(corner: int) -> int:
    """The two sides next to a corner."""
    return corner >> 1 | (corner << 1 if corner < 128 else 1)
