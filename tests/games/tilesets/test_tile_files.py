"""Tilesets in Tiled and Godot: their programs read them, field by field and pixel by pixel."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from programs import godot3, needs, tiled, tmxrasterizer
from tile_samples import moss_tiles

from drawkit.errors import InputError
from drawkit.games.sprites.pack import PackConfig
from drawkit.games.tilesets import TilesetFormat, tileset_formats
from drawkit.games.tilesets.files import save_tileset, tileset_sheet
from drawkit.games.tilesets.godot import Godot3Terrain, Godot4Terrain
from drawkit.games.tilesets.maps import map_picture, random_terrain
from drawkit.games.tilesets.masks import KINDS, NEIGHBORS, Kind, terrain_masks
from drawkit.games.tilesets.tiled import TiledTerrain, tiled_map

EVERY = pytest.mark.parametrize("kind", KINDS)
LAYOUTS = pytest.mark.parametrize(
    "config",
    [
        PackConfig(padding=0),
        PackConfig(padding=0, extrude=1),
        PackConfig(padding=3, extrude=2, power_of_two=True, columns=7),
        PackConfig(padding=0, scale=2, indexed=True),
    ],
    ids=["plain", "extruded", "spaced", "indexed"],
)
TERRAIN = random_terrain(np.random.default_rng(5), 14, 17, smooth=1)


def test_the_formats_are_there() -> None:
    assert tileset_formats.names() == ("godot3", "godot4", "tiled")
    for name in tileset_formats.names():
        plugin = tileset_formats.get(name)
        assert issubclass(plugin.cls, TilesetFormat)
        assert plugin.summary
        plugin.cls(plugin.config())


@EVERY
@LAYOUTS
@pytest.mark.parametrize("ground", [True, False])
def test_tiled_json(kind: Kind, config: PackConfig, ground: bool) -> None:
    tiles = moss_tiles(kind, ground=ground)
    sheet = tileset_sheet(tiles, config)
    data = json.loads(TiledTerrain().text(tiles, sheet, "moss.png"))
    assert (data["type"], data["name"], data["image"]) == ("tileset", "moss", "moss.png")
    assert (data["imagewidth"], data["imageheight"]) == sheet.size
    assert data["margin"] == config.extrude
    assert data["spacing"] == config.padding + 2 * config.extrude
    pitch = data["tilewidth"] + data["spacing"]
    for region, entry in zip(sheet.regions, data["wangsets"][0]["wangtiles"], strict=True):
        column, row = entry["tileid"] % data["columns"], entry["tileid"] // data["columns"]
        assert data["margin"] + column * pitch == region.x
        assert data["margin"] + row * pitch == region.y
    wangset = data["wangsets"][0]
    assert wangset["type"] == {"blob47": "mixed", "edge16": "edge"}[kind]
    assert len(wangset["colors"]) == 1 + ground
    for mask, entry in zip(tiles.masks, wangset["wangtiles"], strict=False):
        named = [mask >> place & 1 for place in range(8)]
        assert [int(color == 1) for color in entry["wangid"]] == named
        assert (0 in entry["wangid"]) == ((not ground and mask != 255) or kind == "edge16")


@EVERY
def test_colours_of_a_map_agree_where_tiles_touch(kind: Kind) -> None:
    """What Tiled itself asks of a wangset: one colour on each shared side and corner."""
    tiles = moss_tiles(kind)
    data = json.loads(TiledTerrain().text(tiles, tileset_sheet(tiles), "moss.png"))
    entries = [entry["wangid"] for entry in data["wangsets"][0]["wangtiles"]]
    ids = dict(zip((*tiles.masks, -1), entries, strict=True))
    masks = terrain_masks(TERRAIN, kind)
    for y, x in np.ndindex(13, 16):
        here, right, below = (ids[int(m)] for m in (masks[y, x], masks[y, x + 1], masks[y + 1, x]))
        assert [here[i] for i in (1, 2, 3)] == [right[i] for i in (7, 6, 5)]
        assert [here[i] for i in (5, 4, 3)] == [below[i] for i in (7, 0, 1)]


@pytest.mark.slow
@needs("tmxrasterizer")
@EVERY
@LAYOUTS
@pytest.mark.parametrize("ground", [True, False])
def test_tiled_draws_the_map(kind: Kind, config: PackConfig, ground: bool, tmp_path: Path) -> None:
    tiles = moss_tiles(kind, ground=ground)
    sheet = tileset_sheet(tiles, config)
    save_tileset(tiles, sheet, tmp_path / "moss.png", [TiledTerrain()])
    (tmp_path / "map.tmj").write_text(tiled_map(tiles, sheet, TERRAIN, "moss.tsj"))
    tmxrasterizer(tmp_path, "map.tmj", "map.png")
    drawn = np.asarray(Image.open(tmp_path / "map.png").convert("RGBA")).copy()
    drawn[drawn[..., 3] == 0] = 0
    scale = config.scale or 1
    expected = map_picture(tiles, TERRAIN).rgba()
    expected = expected.repeat(scale, axis=0).repeat(scale, axis=1)
    assert (drawn == expected).all()
    assert (drawn != np.roll(expected, 1, axis=1)).any()


@needs("tiled")
@EVERY
@pytest.mark.parametrize("ground", [True, False])
def test_tiled_keeps_the_terrain(kind: Kind, ground: bool, tmp_path: Path) -> None:
    """What Tiled writes of the wangset is what it has read for its terrain brush."""
    tiles = moss_tiles(kind, ground=ground)
    save_tileset(tiles, tileset_sheet(tiles), tmp_path / "moss.png", [TiledTerrain()])
    tiled(tmp_path, "--export-tileset", "json", "moss.tsj", "again.tsj")
    ours, theirs = (
        json.loads((tmp_path / name).read_text())["wangsets"] for name in ("moss.tsj", "again.tsj")
    )
    (own,), (kept,) = ours, theirs
    assert kept["type"] == own["type"]
    assert [color["name"] for color in kept["colors"]] == [c["name"] for c in own["colors"]]
    # A tile of no terrain at all is one that it does not write.
    known = {t["tileid"]: t["wangid"] for t in own["wangtiles"] if any(t["wangid"])}
    assert {t["tileid"]: t["wangid"] for t in kept["wangtiles"]} == known
    assert len(known) >= len(tiles.masks) - 1


@EVERY
@LAYOUTS
def test_godot_4_field_by_field(kind: Kind, config: PackConfig) -> None:
    tiles = moss_tiles(kind)
    sheet = tileset_sheet(tiles, config)
    text = Godot4Terrain().text(tiles, sheet, "moss.png")
    assert text.startswith('[gd_resource type="TileSet" load_steps=3 format=3]\n')
    assert '[ext_resource type="Texture2D" path="moss.png" id="1"]\n' in text
    source, resource = text.split("[sub_resource ")[1].split("[resource]\n")
    assert source.startswith('type="TileSetAtlasSource" id="atlas"]\ntexture = ExtResource("1")\n')
    side = 16 * (config.scale or 1)
    fields = dict(line.split(" = ", 1) for line in source.splitlines() if " = " in line)
    assert fields["texture_region_size"] == f"Vector2i({side}, {side})"
    assert ("margins" in fields) == (config.extrude > 0)
    gap = config.padding + 2 * config.extrude
    assert fields.get("separation", "Vector2i(0, 0)") == f"Vector2i({gap}, {gap})"
    sides = {(-1, 0): "top_side", (1, 0): "bottom_side", (0, -1): "left_side", (0, 1): "right_side"}
    corners = {(-1, -1): "top_left", (-1, 1): "top_right", (1, -1): "bottom_left"} | {
        (1, 1): "bottom_right"
    }
    names = sides | {key: f"{name}_corner" for key, name in corners.items()}
    for region, mask in zip(sheet.regions, tiles.masks, strict=False):
        x = (region.x - config.extrude) // (side + gap)
        y = (region.y - config.extrude) // (side + gap)
        start = f"{x}:{y}/0"
        assert fields[start] == fields[f"{start}/terrain_set"] == fields[f"{start}/terrain"] == "0"
        prefix = f"{start}/terrains_peering_bit/"
        found = {key.removeprefix(prefix) for key in fields if key.startswith(prefix)}
        assert found == {names[NEIGHBORS[bit]] for bit in NEIGHBORS if mask & bit}
    mode = {"blob47": 0, "edge16": 2}[kind]
    assert resource.splitlines() == [
        f"tile_size = Vector2i({side}, {side})",
        f"terrain_set_0/mode = {mode}",
        'terrain_set_0/terrain_0/name = "moss"',
        "terrain_set_0/terrain_0/color = Color(0.25, 0.7, 0.25, 1)",
        'sources/0 = SubResource("atlas")',
    ]


SCRIPT = """extends SceneTree
func _init():
	var tiles = load("res://moss.godot3.tres")
	var map = TileMap.new()
	map.tile_set = tiles
	map.cell_size = tiles.autotile_get_size(0)
	get_root().add_child(map)
	var terrain = TERRAIN
	for y in range(terrain.size()):
		for x in range(terrain[y].size()):
			if terrain[y][x]:
				map.set_cell(x, y, 0)
	map.update_bitmask_region()
	print("REGION ", tiles.tile_get_region(0), " ", tiles.autotile_get_spacing(0))
	for y in range(terrain.size()):
		for x in range(terrain[y].size()):
			if terrain[y][x]:
				var c = map.get_cell_autotile_coord(x, y)
				print("CELL ", x, " ", y, " ", c.x, " ", c.y)
	quit()
"""


@pytest.mark.slow
@needs("godot3-server")
@EVERY
@LAYOUTS
def test_godot_3_picks_the_tiles_that_the_masks_say(
    kind: Kind, config: PackConfig, tmp_path: Path
) -> None:
    tiles = moss_tiles(kind)
    sheet = tileset_sheet(tiles, config)
    save_tileset(tiles, sheet, tmp_path / "moss.png", [Godot3Terrain()])
    cells = json.dumps(TERRAIN.astype(int).tolist())
    printed = godot3(tmp_path, SCRIPT.replace("TERRAIN", cells))
    masks = terrain_masks(TERRAIN, kind, beyond=False)
    gap = config.padding + 2 * config.extrude
    pitch = sheet.regions[0].width + gap
    found = re.findall(r"CELL (\d+) (\d+) (\d+) (\d+)", printed)
    assert len(found) == TERRAIN.sum()
    for x, y, column, row in (map(int, line) for line in found):
        region = sheet.regions[tiles.masks.index(int(masks[y, x]))]
        assert (config.extrude + column * pitch, config.extrude + row * pitch) == (
            region.x,
            region.y,
        )


def test_refusals(tmp_path: Path) -> None:
    tiles = moss_tiles("edge16")
    with pytest.raises(InputError, match="not trimmed"):
        tileset_sheet(tiles, PackConfig(trim=True))
    sheet = tileset_sheet(tiles)
    formats: list[Any] = [TiledTerrain(), TiledTerrain()]
    with pytest.raises(InputError, match="give each format once"):
        save_tileset(tiles, sheet, tmp_path / "moss.png", formats)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match=r"written as \.png"):
        save_tileset(tiles, sheet, tmp_path / "moss.gif")


def test_names_are_escaped() -> None:
    tiles = moss_tiles("edge16")
    object.__setattr__(tiles, "name", 'a "b" \\ c')
    sheet = tileset_sheet(tiles)
    assert json.loads(TiledTerrain().text(tiles, sheet, 'x"y.png'))["image"] == 'x"y.png'
    for form in (Godot4Terrain(), Godot3Terrain()):
        text = form.text(tiles, sheet, 'x"y.png')
        assert r'"a \"b\" \\ c"' in text
        assert r'path="x\"y.png"' in text
