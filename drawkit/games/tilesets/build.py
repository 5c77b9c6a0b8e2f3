"""From one seamless material and what lies around it to all the tiles of its terrain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import InputError
from drawkit.games.tilesets import Tileset
from drawkit.games.tilesets.light import lit_roles, shaded
from drawkit.games.tilesets.masks import Kind, kind_masks
from drawkit.scene.grid import Grid, Indices

__all__ = ["BorderConfig", "build_tileset"]

_SMALLEST = 8
"""Cells of a tile's side: two borders, two round corners and something between them."""


Cells = Annotated[int, Limits(0, 4096)]
Index = Annotated[int, Limits(0, 255)]


@dataclass(frozen=True)
class BorderConfig:
    """How a terrain ends. inset: cells between its border and the tile's side, None an eighth.

    rounding: radius of its outer corners in cells, None as inset. roughness: cells by which the
    border wanders between the corners. line: palette indices of the border's lines from the
    outside in, none for none. seed: of the wandering. lighter, darker: for each palette index the
    one that it becomes in the light along the border and away from it; none for no light.
    face: height of the dark side at the lower border in cells. shadow: cells that the terrain's
    shadow falls down on the ground.
    """

    inset: Annotated[int, Limits(1, 4096)] | None = None
    rounding: Cells | None = None
    roughness: Cells = 1
    line: tuple[Index, ...] = ()
    seed: Annotated[int, Limits(0, 2**53)] = 0
    lighter: tuple[Index, ...] = ()
    darker: tuple[Index, ...] = ()
    face: Annotated[int, Limits(1, 4096)] = 1
    shadow: Cells = 0

    def __post_init__(self) -> None:
        check_limits(self, "border")


def build_tileset(
    name: str,
    material: Grid,
    other: Grid | None = None,
    config: BorderConfig = BorderConfig(),
    kind: Kind = "blob47",
) -> Tileset:
    """A tile for every mask of `kind`: the material, its border, and the other one around it.

    material, other: seamless squares of cells of one size and palette; without `other` the tiles
    are transparent there. Raises `InputError` where they do not fit each other or the border.
    """
    _check_colors(len(material.palette), config)
    material, empty = _prepared(material, other)
    height, width = material.indices.shape
    inset, rounding = _measures(min(height, width), config)
    # One for each colour, and one more where the transparent one has been added.
    tables = [np.array([*table, empty], np.uint8) for table in (config.lighter, config.darker)]
    shadow = 0 if other is None else config.shadow  # nothing is there that could darken
    outside = np.full((height, width), empty, np.uint8) if other is None else other.indices
    depths = _depths((height, width), inset, config)
    tiles, roles = [], []
    for mask in kind_masks(kind):
        role = _with_lines(_inside(mask, depths, inset, rounding), len(config.line))
        picture = np.where(role == 0, outside, material.indices)
        for number, index in enumerate(config.line, start=2):
            picture = np.where(role == number, index, picture)
        if config.lighter:
            role = lit_roles(role, config.face, shadow)
            picture = shaded(picture, role, *tables)
        tiles.append(Grid.still(picture, material.palette, material.transparent))
        roles.append(role)
    return Tileset(name, kind, kind_masks(kind), tuple(tiles), tuple(roles), other)


def _check_colors(count: int, config: BorderConfig) -> None:
    """Refuse indices beyond the palette, and tables that do not fit it."""
    tables = (config.lighter, config.darker)
    if any(not 0 <= index < count for index in (*config.line, *config.lighter, *config.darker)):
        raise InputError(f"lines and tables of a border are palette indices below {count}")
    if any(tables) and {len(table) for table in tables} != {count}:
        raise InputError(f"lighter and darker name one of {count} colours for each, or none")


def _prepared(material: Grid, other: Grid | None) -> tuple[Grid, int]:
    """The material with a transparent colour in its palette where that is needed, and its index."""
    for grid in (material, other):
        if grid is not None and grid.cell != "rect":
            raise InputError(f"tiles are of square cells, got {grid.cell}")
    if other is not None:
        if other.size != material.size:
            sizes = f"{material.size} and {other.size}"
            raise InputError(f"the materials of a tileset have one size, got {sizes}")
        if (other.palette, other.transparent) != (material.palette, material.transparent):
            raise InputError("the materials of a tileset have one palette; got two")
        return material, 0
    if material.transparent is not None:
        return material, material.transparent
    if len(material.palette) == 256:
        raise InputError("256 colours leave none for transparent; give 255 or another material")
    palette = (*material.palette, (0, 0, 0))
    return Grid.still(material.indices, palette, len(palette) - 1), len(palette) - 1


def _measures(side: int, config: BorderConfig) -> tuple[int, int]:
    """Inset and rounding in cells, checked against the tile's shorter side."""
    if side < _SMALLEST:
        raise InputError(f"tiles are at least {_SMALLEST} cells wide and high, got {side}")
    inset = max(side // 8, 1) if config.inset is None else config.inset
    rounding = inset if config.rounding is None else config.rounding
    lines = len(config.line) + (1 if config.lighter else 0)
    if config.lighter and config.shadow and config.shadow >= max(inset - config.roughness, 1):
        raise InputError(
            f"a shadow of {config.shadow} cells leaves the tile: the inset is {inset},"
            f" the roughness {config.roughness}"
        )
    if 2 * (inset + rounding) > side or 2 * (inset + config.roughness + lines) >= side:
        raise InputError(
            f"a border of inset {inset}, rounding {rounding}, roughness {config.roughness} and"
            f" {lines} lines leaves nothing of a tile of {side} cells"
        )
    return inset, rounding


def _depths(
    shape: tuple[int, int], inset: int, config: BorderConfig
) -> dict[int, npt.NDArray[np.int_]]:
    """How far the other material reaches in from each side, at each place along it.

    Near the tile's corners it is the inset, whatever the seed, so that neighbours join.
    """
    height, width = shape
    found = {}
    for side, length in ((1, width), (4, height), (16, width), (64, height)):
        rng = np.random.default_rng((config.seed, side))
        depth = np.full(length, inset)
        start = max(length // 4, inset + 1)
        level = 0
        # Steps of one cell, at most every other cell, and back before the corner comes.
        for place in range(start, length - start, 2):
            room = min(config.roughness, (length - start - place) // 2)
            level = int(np.clip(level + rng.integers(-1, 2), -room, room))
            depth[place : place + 2] = max(inset + level, 1)
        depth[length - start :] = inset
        found[side] = depth
    return found


def _inside(
    mask: int, depths: dict[int, npt.NDArray[np.int_]], inset: int, rounding: int
) -> npt.NDArray[np.bool_]:
    """[H, W] of the cells that belong to the terrain."""
    height, width = len(depths[4]), len(depths[1])
    rows, columns = np.indices((height, width))
    # Distance from each side, of the middle of the cells from each corner.
    distance = {1: rows, 4: width - 1 - columns, 16: height - 1 - rows, 64: columns}
    inside = np.ones((height, width), bool)
    for side, along in ((1, columns), (4, rows), (16, columns), (64, rows)):
        if not mask & side:
            inside &= distance[side] >= depths[side][along]
    for corner, one, two in ((2, 1, 4), (8, 4, 16), (32, 16, 64), (128, 64, 1)):
        across, down = distance[one] + 0.5, distance[two] + 0.5
        if mask & one and mask & two:
            if not mask & corner:
                inside &= across**2 + down**2 >= inset**2
        elif not mask & one and not mask & two:
            center = inset + rounding
            near = (across < center) & (down < center)
            inside &= ~near | ((across - center) ** 2 + (down - center) ** 2 <= rounding**2)
    return inside


def _with_lines(inside: npt.NDArray[np.bool_], lines: int) -> Indices:
    """Roles: 0 outside, 1 inside, 2... the rings along the border from the outside in."""
    roles = inside.astype(np.uint8)
    reached = ~inside
    for number in range(2, 2 + lines):
        padded = np.pad(reached, 1, mode="edge")
        beside = padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
        roles[beside & ~reached] = number
        reached |= beside
    return roles
