"""Tiled: a tileset of the frames of a sheet, as its JSON map format documents it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ClassVar

from drawkit.errors import InputError
from drawkit.games.sprites import Sheet, SheetFormat, sheet_formats

__all__ = ["VERSION", "TiledConfig", "TiledTileset", "tile_ids", "tileset_json"]

VERSION = {"version": "1.10", "tiledversion": "1.10.2"}


@dataclass(frozen=True)
class TiledConfig:
    """Nothing to set."""


@sheet_formats.register("tiled", config=TiledConfig)
class TiledTileset(SheetFormat):
    """Tiled tileset (.tsj) of frames of one size, with their animations."""

    suffix: ClassVar[str] = ".tsj"

    def __init__(self, config: TiledConfig = TiledConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file. Raises `InputError` where frames differ in size or are trimmed."""
        ids = tile_ids(sheet)
        data = tileset_json(sheet, image)
        # A tile has one animation; the first that begins with it is taken.
        tiles: dict[int, dict[str, Any]] = {}
        for animation in sheet.animations:
            played = animation.played()
            if len(played) > 1:
                run = [{"duration": sheet.regions[i].duration_ms, "tileid": ids[i]} for i in played]
                tiles.setdefault(ids[played[0]], {"id": ids[played[0]], "animation": run})
        if tiles:
            data["tiles"] = [tiles[key] for key in sorted(tiles)]
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def tileset_json(sheet: Sheet, image: str) -> dict[str, Any]:
    """The tileset of an evenly laid out sheet, without what is said of single tiles."""
    margin, spacing, columns, rows = _raster(sheet)
    width, height = sheet.size
    return {
        "type": "tileset",
        **VERSION,
        "name": PurePath(image).stem,
        "image": image,
        "imagewidth": width,
        "imageheight": height,
        "tilewidth": sheet.regions[0].width,
        "tileheight": sheet.regions[0].height,
        "margin": margin,
        "spacing": spacing,
        "columns": columns,
        "tilecount": columns * rows,
    }


def tile_ids(sheet: Sheet) -> list[int]:
    """Tiled's number of each region: it counts the places of the picture row by row."""
    margin, spacing, columns, _ = _raster(sheet)
    first = sheet.regions[0]
    return [
        (region.y - margin) // (first.height + spacing) * columns
        + (region.x - margin) // (first.width + spacing)
        for region in sheet.regions
    ]


def _raster(sheet: Sheet) -> tuple[int, int, int, int]:
    """Margin, spacing, columns and rows as Tiled reckons them from the size of the picture."""
    first = sheet.regions[0]
    sizes = {(region.width, region.height) for region in sheet.regions}
    if len(sizes) > 1 or any(region.trimmed for region in sheet.regions):
        found = ", ".join(f"{w} x {h}" for w, h in sorted(sizes))
        raise InputError(f"tiles have one size and are not trimmed, got {found}")
    margin = first.x
    steps = [region.x - first.x for region in sheet.regions if region.x > first.x]
    steps_down = [region.y - first.y for region in sheet.regions if region.y > first.y]
    spacing = (
        min(steps) - first.width if steps else min(steps_down) - first.height if steps_down else 0
    )
    width, height = sheet.size
    columns = (width - margin + spacing) // (first.width + spacing)
    rows = (height - margin + spacing) // (first.height + spacing)
    return margin, spacing, columns, rows
