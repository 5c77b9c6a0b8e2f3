"""Tiled itself opens the tileset of a sheet: shows every frame, and keeps the animations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from PIL import Image
from programs import needs, tiled, tmxrasterizer
from sprite_samples import knight

from drawkit.games.sprites import Sheet
from drawkit.games.sprites.files import save_sheet
from drawkit.games.sprites.pack import PackConfig, pack
from drawkit.games.sprites.tiled import TiledTileset, tile_ids

LAYOUTS = pytest.mark.parametrize(
    "config",
    [
        PackConfig(padding=0),
        PackConfig(padding=3, columns=1),
        PackConfig(padding=1, extrude=2, power_of_two=True),
        PackConfig(scale=2, indexed=True),
    ],
    ids=["plain", "column", "extruded", "indexed"],
)


def saved(folder: Path, config: PackConfig) -> Sheet:
    sheet = pack([knight()], config)
    save_sheet(sheet, folder / "knight.png", [TiledTileset()])
    return sheet


@needs("tmxrasterizer")
@LAYOUTS
def test_its_map_shows_every_frame(config: PackConfig, tmp_path: Path) -> None:
    sheet = saved(tmp_path, config)
    first = sheet.regions[0]
    row = {"type": "tilelayer", "name": "row", "x": 0, "y": 0, "visible": True, "opacity": 1}
    size = {"width": len(sheet.regions), "height": 1}
    tiles = {"tilewidth": first.width, "tileheight": first.height}
    mapped = {
        **{"type": "map", "version": "1.10", "orientation": "orthogonal", "infinite": False},
        **(size | tiles),
        "tilesets": [{"firstgid": 1, "source": "knight.tsj"}],
        "layers": [{**row, **size, "data": [1 + number for number in tile_ids(sheet)]}],
    }
    (tmp_path / "map.tmj").write_text(json.dumps(mapped))
    tmxrasterizer(tmp_path, "map.tmj", "map.png")
    drawn = np.asarray(Image.open(tmp_path / "map.png").convert("RGBA")).copy()
    drawn[drawn[..., 3] == 0] = 0
    grid, scale = knight().grid, config.scale or 1
    frames = [grid.rgba(frame.indices) for frame in grid.frames]
    expected = np.hstack(frames).repeat(scale, axis=0).repeat(scale, axis=1)
    assert (drawn == expected).all()
    assert (drawn != np.hstack([frames[1], *frames[1:]]).repeat(scale, 0).repeat(scale, 1)).any()


@needs("tiled")
@LAYOUTS
def test_it_writes_the_animations_that_it_read(config: PackConfig, tmp_path: Path) -> None:
    sheet = saved(tmp_path, config)
    tiled(tmp_path, "--export-tileset", "tsx", "knight.tsj", "again.tsx")
    again = etree.parse(tmp_path / "again.tsx").getroot()
    assert again.get("name") == "knight"
    assert again.get("tilewidth") == str(sheet.regions[0].width)
    picture = again.find("image")
    assert (picture.get("source"), picture.get("width")) == ("knight.png", str(sheet.size[0]))
    (tile,) = again.findall("tile")
    steps = [(int(f.get("tileid")), int(f.get("duration"))) for f in tile.iter("frame")]
    assert steps == list(zip(tile_ids(sheet)[1:], [80, 330], strict=True))
