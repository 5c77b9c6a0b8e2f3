"""A tileset on disk: its picture, and the files that tell programs how the tiles join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from drawkit.errors import InputError
from drawkit.games.sprites import Sheet, Sprite
from drawkit.games.sprites.files import save_sheet
from drawkit.games.sprites.pack import PackConfig, pack
from drawkit.games.tilesets import Tileset, TilesetFormat
from drawkit.scene import Metadata

__all__ = ["save_tileset", "tileset_sheet"]

_COLUMNS = {"blob47": 8, "edge16": 4}


def tileset_sheet(
    tileset: Tileset,
    config: PackConfig = PackConfig(padding=0),
    metadata: Metadata = Metadata(),
) -> Sheet:
    """The tiles in the order of the masks, the ground last: 8 or 4 in a row unless `columns` says.

    Without padding, as most tutorials have it; `PackConfig(padding=0, extrude=1)` keeps games
    that zoom by fractions from showing lines between tiles.
    """
    if config.trim:
        raise InputError("tiles of a tileset are not trimmed; leave trim off")
    tiles = [
        Sprite(f"{tileset.name} {mask}", tile)
        for mask, tile in zip(tileset.masks, tileset.tiles, strict=True)
    ]
    if tileset.ground is not None:
        tiles.append(Sprite(f"{tileset.name} ground", tileset.ground))
    columns = _COLUMNS[tileset.kind] if config.columns is None else config.columns
    return pack(tiles, replace(config, columns=columns), metadata)


def save_tileset(
    tileset: Tileset, sheet: Sheet, path: Path, formats: Sequence[TilesetFormat] = ()
) -> list[Path]:
    """Write the picture of `sheet` to `path`, a .png, and one file of each format beside it."""
    texts = [(f.suffix, f.text(tileset, sheet, path.name)) for f in formats]
    paths = [path.with_name(path.stem + suffix) for suffix, _ in texts]
    if len(set(paths)) < len(paths):
        raise InputError("two files of the tileset would have one name; give each format once")
    contents = [text.encode("utf-8") for _, text in texts]
    return save_sheet(sheet, path, beside=dict(zip(paths, contents, strict=True)))
