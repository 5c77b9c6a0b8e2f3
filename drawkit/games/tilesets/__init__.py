"""Tiles of a terrain that join: which tile stands where, and what each looks like.

    tileset = build_tileset("moss", material, stone, BorderConfig(line=(3,)), kind="blob47")
    sheet = tileset_sheet(tileset)
    save_tileset(tileset, sheet, Path("moss.png"), [TiledTerrain(), Godot4Terrain()])

The mask of a tile says which of its eight neighbours hold the same terrain. A new file format is
one file here: a class with `suffix` and `text` and `@tileset_formats.register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from drawkit.games.sprites import Sheet
from drawkit.games.tilesets.masks import Kind
from drawkit.registry import Registry
from drawkit.scene.grid import Grid, Indices

__all__ = ["TILE_SIZE", "Tileset", "TilesetFormat", "tileset_formats"]

TILE_SIZE = (16, 16)
"""The cells that tiles have in most maps, across and down."""

tileset_formats = Registry("tileset format", "drawkit.games.tilesets")


@dataclass(frozen=True, eq=False)
class Tileset:
    """Tiles of one terrain over one palette.

    tiles: a grid of one frame for each of `masks`. roles: for each tile [H, W] uint8: 0 the other
    material, 1 the terrain, 2 and more the lines of its border from the outside in, and those of
    `light`. ground: the other material alone, None where it is transparent.
    """

    name: str
    kind: Kind
    masks: tuple[int, ...]
    tiles: tuple[Grid, ...]
    roles: tuple[Indices, ...]
    ground: Grid | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a tile in cells."""
        return self.tiles[0].size


class TilesetFormat(ABC):
    """Writes the terrain of a tileset in one format; built from its own frozen config."""

    suffix: ClassVar[str]
    """What follows the tileset's name: `.tsj`. No two formats have the same."""

    @abstractmethod
    def text(self, tileset: Tileset, sheet: Sheet, image: str) -> str:
        """The whole file. sheet: of `tileset_sheet`; image: its picture in the same folder."""
