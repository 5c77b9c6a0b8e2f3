"""The look of a border: its colours, its light, and tiles that join with all of it."""

from __future__ import annotations

import numpy as np
import pytest
from tile_samples import MOSS, STONE

from drawkit.color import srgb_to_oklab
from drawkit.errors import ConfigError, InputError
from drawkit.games.tilesets.build import BorderConfig, build_tileset
from drawkit.games.tilesets.bundle import FILES, terrain_of, tileset_files
from drawkit.games.tilesets.edge import edged
from drawkit.games.tilesets.files import tileset_sheet
from drawkit.games.tilesets.joins import mismatches
from drawkit.games.tilesets.light import DARK, LIT, SHADOW, lit_roles
from drawkit.games.tilesets.maps import example_terrain
from drawkit.games.tilesets.masks import KINDS, Kind
from drawkit.scene.grid import Grid

EVERY = pytest.mark.parametrize("kind", KINDS)


def sized(grid: Grid, side: int) -> Grid:
    return Grid.still(np.resize(grid.indices, (side, side)), grid.palette)


def border_has_room(kind: Kind, side: int) -> bool:
    """For a shadow: the smallest tiles have one cell of ground, where it would leave the tile."""
    return side >= (9 if kind == "edge16" else 11)


@EVERY
@pytest.mark.parametrize("side", [8, 9, 11, 12, 16, 24, 32, 48, 64])
@pytest.mark.parametrize("ground", [True, False])
def test_every_size_has_a_border_and_joins(kind: Kind, side: int, ground: bool) -> None:
    for seed in range(3):
        around = sized(STONE, side) if ground else None
        tiles = terrain_of("t", sized(MOSS, side), around, kind, fixed=False, seed=seed)
        assert mismatches(tiles) == []
        roles = set(np.unique(np.stack(tiles.roles)).tolist())
        assert {0, 1, 2, LIT, DARK} <= roles
        assert (SHADOW in roles) == (ground and border_has_room(kind, side))


def lightness(grid: Grid, index: int) -> float:
    return float(srgb_to_oklab(np.array(grid.palette[index]) / 255)[0])


def test_the_rim_is_dark_and_light_is_light() -> None:
    parts = edged(MOSS, STONE, "blob47")
    grid, border = parts.material, parts.border
    used = np.unique(grid.indices).tolist()
    assert all(lightness(grid, border.line[0]) < lightness(grid, index) for index in used)
    for index in used:
        assert lightness(grid, border.lighter[index]) > lightness(grid, index)
        assert lightness(grid, border.darker[index]) < lightness(grid, index)
    assert (grid.rgba() == MOSS.rgba()).all()
    assert parts.other is not None
    assert (parts.other.rgba() == STONE.rgba()).all()


def test_a_palette_of_the_user_is_all_there_is() -> None:
    parts = edged(MOSS, STONE, "blob47", fixed=True)
    assert parts.material.palette == MOSS.palette
    full = [(i, i, i) for i in range(256)]
    many = Grid.still(np.arange(256).reshape(16, 16), full)
    with pytest.raises(InputError, match="256 colours leave none"):
        terrain_of("t", many, None, "blob47", fixed=True, seed=0)
    most = Grid.still(np.arange(255).repeat(2)[:256].reshape(16, 16), full[:255])
    terrain_of("t", most, None, "blob47", fixed=False, seed=0)


def test_light_comes_from_above_left() -> None:
    roles = np.zeros((8, 8), np.uint8)
    roles[2:6, 2:6] = 1
    lit = lit_roles(roles, 1, 1)
    assert (lit[2, 2:6] == LIT).all()
    assert (lit[2:5, 2] == LIT).all()
    assert (lit[5, 2:6] == DARK).all()
    assert (lit[3:6, 5] == DARK).all()
    assert (lit[6, 2:6] == SHADOW).all()
    assert (lit[3:5, 3:5] == 1).all()
    assert (lit == SHADOW).sum() == 4
    high = lit_roles(roles, 2, 0)
    assert (high[4:6, 2:6] == DARK).all()
    assert (high[3, 3:5] == 1).all()
    assert not (high == SHADOW).any()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"lighter": (0, 1)}, "for each, or none"),
        ({"lighter": (0,) * 7, "darker": (9,) * 7}, "indices below 7"),
        ({"lighter": (0,) * 7, "darker": (0,) * 7, "shadow": 2}, "leaves the tile"),
    ],
)
def test_refusals(config: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        build_tileset("t", MOSS, STONE, BorderConfig(**config))  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        BorderConfig(shadow=-1)


@EVERY
def test_all_files_name_each_other(kind: Kind) -> None:
    tiles = terrain_of("moss", MOSS, STONE, kind, fixed=False, seed=0)
    files = tileset_files(tiles, tileset_sheet(tiles), "rock", 0)
    assert set(files) == set(FILES)
    assert b'"rock.tsj"' in files[".tmj"]
    assert b"rock.png" in files[".tres"]


@EVERY
def test_example_maps_differ_by_seed_and_have_some_of_both(kind: Kind) -> None:
    maps = [example_terrain(kind, seed, 14, 20) for seed in range(5)]
    assert all(0.1 < terrain.mean() < 0.9 for terrain in maps)
    assert (maps[0] == example_terrain(kind, 0, 14, 20)).all()
    assert len({terrain.tobytes() for terrain in maps}) == 5
    if kind == "edge16":  # no area two cells wide
        for one in maps:
            assert not (one[1:, 1:] & one[:-1, 1:] & one[1:, :-1] & one[:-1, :-1]).any()
