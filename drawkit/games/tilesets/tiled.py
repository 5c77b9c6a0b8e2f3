"""Tiled: a tileset with its terrain as a wangset, and maps that use it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from drawkit.games.sprites import Sheet
from drawkit.games.sprites.tiled import VERSION, tile_ids, tileset_json
from drawkit.games.tilesets import Tileset, TilesetFormat, tileset_formats
from drawkit.games.tilesets.masks import NEIGHBORS, terrain_masks

__all__ = ["TiledTerrain", "TiledTerrainConfig", "tiled_map"]

_NONE, _TERRAIN, _GROUND = 0, 1, 2
_FULL = {"blob47": 255, "edge16": 85}


@dataclass(frozen=True)
class TiledTerrainConfig:
    """colors: how Tiled marks the terrain and the ground in its terrain view."""

    colors: tuple[str, str] = ("#40b040", "#a08050")


@tileset_formats.register("tiled", config=TiledTerrainConfig)
class TiledTerrain(TilesetFormat):
    """Tiled tileset (.tsj) with a wangset, for its terrain brush."""

    suffix: ClassVar[str] = ".tsj"

    def __init__(self, config: TiledTerrainConfig = TiledTerrainConfig()) -> None:
        self._config = config

    def text(self, tileset: Tileset, sheet: Sheet, image: str) -> str:
        """The whole file."""
        ids = tile_ids(sheet)
        unset = _NONE if tileset.ground is None else _GROUND
        tiles = [
            {"tileid": tile, "wangid": _wang_id(mask, unset, tileset)}
            for tile, mask in zip(ids, tileset.masks, strict=False)
        ]
        full = ids[tileset.masks.index(_FULL[tileset.kind])]
        colors = [self._color(tileset.name, 0, full)]
        if tileset.ground is not None:
            colors.append(self._color("ground", 1, ids[-1]))
            tiles.append({"tileid": ids[-1], "wangid": _wang_id(0, unset, tileset)})
        wangset = {
            "name": tileset.name,
            "type": "mixed" if tileset.kind == "blob47" else "edge",
            "tile": full,
            "colors": colors,
            "wangtiles": tiles,
        }
        data = {**tileset_json(sheet, image), "wangsets": [wangset]}
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    def _color(self, name: str, number: int, tile: int) -> dict[str, Any]:
        color = self._config.colors[number]
        return {"name": name, "color": color, "probability": 1, "tile": tile}


def tiled_map(
    tileset: Tileset,
    sheet: Sheet,
    terrain: npt.NDArray[np.bool_],
    tileset_file: str,
    *,
    beyond: bool = True,
) -> str:
    """A Tiled map (.tmj) of where the terrain is; `tileset_file` is the .tsj in the same folder.

    terrain: [rows, columns]. beyond: whether it goes on outside the map.
    """
    ids = tile_ids(sheet)
    tiles = {mask: 1 + tile for mask, tile in zip(tileset.masks, ids, strict=False)}
    tiles[-1] = 0 if tileset.ground is None else 1 + ids[-1]
    rows, columns = terrain.shape
    masks = terrain_masks(terrain, tileset.kind, beyond=beyond)
    layer = {
        "id": 1,
        "name": tileset.name,
        "type": "tilelayer",
        "x": 0,
        "y": 0,
        "width": columns,
        "height": rows,
        "opacity": 1,
        "visible": True,
        "data": [tiles[mask] for mask in masks.ravel().tolist()],
    }
    data = {
        "type": "map",
        **VERSION,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "compressionlevel": -1,
        "width": columns,
        "height": rows,
        "tilewidth": sheet.regions[0].width,
        "tileheight": sheet.regions[0].height,
        "nextlayerid": 2,
        "nextobjectid": 1,
        "tilesets": [{"firstgid": 1, "source": tileset_file}],
        "layers": [layer],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _wang_id(mask: int, unset: int, tileset: Tileset) -> list[int]:
    """Eight colours clockwise from the top, as masks count them; an edge set names no corners."""
    corners = _NONE if tileset.kind == "edge16" else unset
    return [
        _TERRAIN if mask & bit else corners if down and right else unset
        for bit, (down, right) in NEIGHBORS.items()
    ]
