"""Godot: TileSet resources with the terrain, in the text forms of 4 (terrains) and 3 (autotile)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drawkit.config.limits import Share, check_limits
from drawkit.games.sprites import Region, Sheet
from drawkit.games.sprites.godot import quoted
from drawkit.games.sprites.tiled import tileset_json
from drawkit.games.tilesets import Tileset, TilesetFormat, tileset_formats
from drawkit.games.tilesets.masks import CORNERS

__all__ = ["Godot3Terrain", "Godot3TerrainConfig", "Godot4Terrain", "GodotTerrainConfig"]

_PEERING = {
    4: "right_side",
    8: "bottom_right_corner",
    16: "bottom_side",
    32: "bottom_left_corner",
    64: "left_side",
    128: "top_left_corner",
    1: "top_side",
    2: "top_right_corner",
}
_MATCH_CORNERS_AND_SIDES, _MATCH_SIDES = 0, 2

# Godot 3's bits: row by row from the top left, the tile itself in the middle.
_BITS_3 = {128: 1, 1: 2, 2: 4, 64: 8, 4: 32, 32: 64, 16: 128, 8: 256}
_CENTER_3 = 16
_IGNORE_3 = 16  # places to shift a bit that may be either
_BITMASK_3X3_MINIMAL, _BITMASK_3X3 = 1, 2
_SINGLE_TILE, _AUTO_TILE = 0, 1


@dataclass(frozen=True)
class GodotTerrainConfig:
    """color: how Godot 4 marks the terrain, RGB in 0..1."""

    color: tuple[Share, Share, Share] = (0.25, 0.7, 0.25)

    def __post_init__(self) -> None:
        check_limits(self, "godot4")


@tileset_formats.register("godot4", config=GodotTerrainConfig)
class Godot4Terrain(TilesetFormat):
    """Godot 4 TileSet resource (.tres) with a terrain set."""

    suffix: ClassVar[str] = ".tres"

    def __init__(self, config: GodotTerrainConfig = GodotTerrainConfig()) -> None:
        self._config = config

    def text(self, tileset: Tileset, sheet: Sheet, image: str) -> str:
        """The whole file."""
        atlas = tileset_json(sheet, image)
        width, height = atlas["tilewidth"], atlas["tileheight"]
        mode = _MATCH_CORNERS_AND_SIDES if tileset.kind == "blob47" else _MATCH_SIDES
        lines = [
            '[gd_resource type="TileSet" load_steps=3 format=3]',
            "",
            f'[ext_resource type="Texture2D" path={quoted(image)} id="1"]',
            "",
            '[sub_resource type="TileSetAtlasSource" id="atlas"]',
            'texture = ExtResource("1")',
        ]
        for name, value in (("margins", atlas["margin"]), ("separation", atlas["spacing"])):
            if value:
                lines.append(f"{name} = Vector2i({value}, {value})")
        lines.append(f"texture_region_size = Vector2i({width}, {height})")
        places = [_place(region, sheet) for region in sheet.regions]
        for (x, y), mask in zip(places, tileset.masks, strict=False):
            lines += [f"{x}:{y}/0 = 0", f"{x}:{y}/0/terrain_set = 0", f"{x}:{y}/0/terrain = 0"]
            lines += [
                f"{x}:{y}/0/terrains_peering_bit/{name} = 0"
                for bit, name in _PEERING.items()
                if mask & bit
            ]
        if tileset.ground is not None:
            lines.append("{}:{}/0 = 0".format(*places[-1]))
        red, green, blue = self._config.color
        lines += [
            "",
            "[resource]",
            f"tile_size = Vector2i({width}, {height})",
            f"terrain_set_0/mode = {mode}",
            f"terrain_set_0/terrain_0/name = {quoted(tileset.name)}",
            f"terrain_set_0/terrain_0/color = Color({red}, {green}, {blue}, 1)",
            'sources/0 = SubResource("atlas")',
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Godot3TerrainConfig:
    """Nothing to set."""


@tileset_formats.register("godot3", config=Godot3TerrainConfig)
class Godot3Terrain(TilesetFormat):
    """Godot 3 TileSet resource (.tres) with an autotile."""

    suffix: ClassVar[str] = ".godot3.tres"

    def __init__(self, config: Godot3TerrainConfig = Godot3TerrainConfig()) -> None:
        self._config = config

    def text(self, tileset: Tileset, sheet: Sheet, image: str) -> str:
        """The whole file."""
        atlas = tileset_json(sheet, image)
        width, height, spacing = atlas["tilewidth"], atlas["tileheight"], atlas["spacing"]
        places = [_place(region, sheet) for region in sheet.regions]
        across, down = (1 + max(place[axis] for place in places) for axis in (0, 1))
        size = (across * (width + spacing) - spacing, down * (height + spacing) - spacing)
        flags = ", ".join(
            f"Vector2( {x}, {y} ), {_flags(mask, tileset)}"
            for (x, y), mask in zip(places, tileset.masks, strict=False)
        )
        blob = tileset.kind == "blob47"
        full = places[tileset.masks.index(255 if blob else 85)]
        lines = [
            '[gd_resource type="TileSet" load_steps=2 format=2]',
            "",
            f'[ext_resource path={quoted(image)} type="Texture" id=1]',
            "",
            "[resource]",
            *_tile_head(0, tileset.name, (atlas["margin"], atlas["margin"], *size), _AUTO_TILE),
            f"0/autotile/bitmask_mode = {_BITMASK_3X3_MINIMAL if blob else _BITMASK_3X3}",
            f"0/autotile/bitmask_flags = [ {flags} ]",
            "0/autotile/icon_coordinate = Vector2( {}, {} )".format(*full),
            f"0/autotile/tile_size = Vector2( {width}, {height} )",
            f"0/autotile/spacing = {spacing}",
        ]
        if tileset.ground is not None:
            last = sheet.regions[-1]
            box = (last.x, last.y, last.width, last.height)
            lines += _tile_head(1, "ground", box, _SINGLE_TILE)
        return "\n".join(lines) + "\n"


def _tile_head(number: int, name: str, box: tuple[int, ...], mode: int) -> list[str]:
    region = ", ".join(map(str, box))
    return [
        f"{number}/name = {quoted(name)}",
        f"{number}/texture = ExtResource( 1 )",
        f"{number}/tex_offset = Vector2( 0, 0 )",
        f"{number}/modulate = Color( 1, 1, 1, 1 )",
        f"{number}/region = Rect2( {region} )",
        f"{number}/tile_mode = {mode}",
    ]


def _flags(mask: int, tileset: Tileset) -> int:
    """Godot 3's form of a mask; an edge set leaves the corners open."""
    flags = _CENTER_3 + sum(bit for ours, bit in _BITS_3.items() if mask & ours)
    if tileset.kind == "edge16":
        flags += sum(_BITS_3[corner] << _IGNORE_3 for corner in CORNERS)
    return flags


def _place(region: Region, sheet: Sheet) -> tuple[int, int]:
    """Column and row of a tile in the atlas."""
    atlas = tileset_json(sheet, "")
    x = (region.x - atlas["margin"]) // (region.width + atlas["spacing"])
    y = (region.y - atlas["margin"]) // (region.height + atlas["spacing"])
    return x, y
