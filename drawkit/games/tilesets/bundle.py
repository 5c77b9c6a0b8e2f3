"""All files of a tileset at once: its picture, what Tiled and Godot read, and a map to look at."""

from __future__ import annotations

from drawkit.games.sprites import Sheet
from drawkit.games.sprites.files import sheet_png
from drawkit.games.tilesets import Tileset, TilesetFormat
from drawkit.games.tilesets.build import build_tileset
from drawkit.games.tilesets.edge import edged
from drawkit.games.tilesets.godot import Godot3Terrain, Godot4Terrain
from drawkit.games.tilesets.maps import example_terrain
from drawkit.games.tilesets.masks import Kind
from drawkit.games.tilesets.tiled import TiledTerrain, tiled_map
from drawkit.scene.grid import Grid

__all__ = ["FILES", "terrain_of", "tileset_files"]

_PICTURE, _MAP = ".png", ".tmj"
_FORMATS: tuple[type[TilesetFormat], ...] = (TiledTerrain, Godot4Terrain, Godot3Terrain)
FILES = (_PICTURE, *(form.suffix for form in _FORMATS), _MAP)
"""Suffixes of the files, the picture's first."""

_ROWS, _COLUMNS = 14, 20


def terrain_of(
    name: str, material: Grid, ground: Grid | None, kind: Kind, *, fixed: bool, seed: int
) -> Tileset:
    """The tiles of a material on a ground or on nothing, with a border that suits them.

    fixed: use no colour beyond those of the grids' palette. seed: of the border's wandering.
    """
    parts = edged(material, ground, kind, fixed=fixed, seed=seed)
    return build_tileset(name, parts.material, parts.other, parts.border, kind)


def tileset_files(tileset: Tileset, sheet: Sheet, stem: str, seed: int) -> dict[str, bytes]:
    """What each of `FILES` holds, where all are called `stem`. seed: of the example map."""
    terrain = example_terrain(tileset.kind, seed, _ROWS, _COLUMNS)
    texts = {form.suffix: form().text(tileset, sheet, stem + _PICTURE) for form in _FORMATS}
    # Areas go on beyond the map; paths that did would turn into areas at its sides.
    texts[_MAP] = tiled_map(
        tileset,
        sheet,
        terrain,
        stem + TiledTerrain.suffix,
        beyond=tileset.kind != "edge16",
    )
    return {_PICTURE: sheet_png(sheet)} | {key: text.encode() for key, text in texts.items()}
