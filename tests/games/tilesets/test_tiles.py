"""Autotiles: the right 47 and 16, tiles that join in every map, and a check that can fail."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tile_samples import MOSS, STONE, moss_tiles

from drawkit.errors import ConfigError, InputError
from drawkit.games.tilesets.build import BorderConfig, build_tileset
from drawkit.games.tilesets.joins import Mismatch, mismatches
from drawkit.games.tilesets.maps import map_picture, random_terrain
from drawkit.games.tilesets.masks import (
    KINDS,
    Kind,
    kind_masks,
    may_stand_beside,
    normalized,
    parse_kind,
    terrain_masks,
)
from drawkit.scene.grid import Grid

EVERY = pytest.mark.parametrize("kind", KINDS)


def turned(mask: int) -> int:
    return (mask << 2 | mask >> 6) & 255


def test_the_47_of_the_blob_set() -> None:
    masks = kind_masks("blob47")
    assert len(masks) == 47
    bases = {0, 1, 5, 7, 17, 21, 23, 29, 31, 85, 87, 95, 119, 127, 255}
    for _ in range(3):
        bases |= {turned(mask) for mask in bases}
    assert set(masks) == bases  # the published list, in its four rotations
    assert kind_masks("edge16") == tuple(m for m in range(86) if m & ~85 == 0)


def test_kinds_have_names() -> None:
    assert [parse_kind(kind) for kind in KINDS] == ["blob47", "edge16"]
    with pytest.raises(InputError, match="unknown terrain 'blob48'; did you mean 'blob47'"):
        parse_kind("blob48")


@EVERY
def test_masks_of_a_map_are_those_of_each_neighbourhood(kind: Kind) -> None:
    terrain = random_terrain(np.random.default_rng(1), 9, 11, smooth=0)
    masks = terrain_masks(terrain, kind, beyond=False)
    around = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
    for y, x in np.ndindex(9, 11):
        expected = -1
        if terrain[y, x]:
            near = [
                0 <= y + dy < 9 and 0 <= x + dx < 11 and bool(terrain[y + dy, x + dx])
                for dy, dx in around
            ]
            expected = normalized(sum(1 << i for i, is_set in enumerate(near) if is_set), kind)
        assert masks[y, x] == expected


@EVERY
def test_pairs_are_those_that_maps_can_hold(kind: Kind) -> None:
    """Against every window of 3 x 4 cells there is."""
    possible: set[tuple[int | None, int | None]] = set()
    for cells in itertools.product((False, True), repeat=12):
        window = np.array(cells).reshape(3, 4)
        left, right = terrain_masks(window, kind, beyond=False)[1, 1:3].tolist()
        possible.add((None if left < 0 else left, None if right < 0 else right))
    every = (None, *kind_masks(kind))
    assert possible == {(a, b) for a in every for b in every if may_stand_beside(a, b, kind)}


@EVERY
@pytest.mark.parametrize("side", [8, 13, 16, 32])
@pytest.mark.parametrize("config", [{}, {"line": (4, 5)}, {"roughness": 0}, {"seed": 9}])
def test_tiles_join(kind: Kind, side: int, config: dict[str, Any]) -> None:
    if side < 16 and "line" in config:
        config = {**config, "line": (4,)}
    tiles = build_tileset("t", tiled(MOSS, side), None, BorderConfig(**config), kind)
    assert mismatches(tiles) == []


def tiled(grid: Grid, side: int) -> Grid:
    return Grid.still(np.resize(grid.indices, (side, side)), grid.palette)


@EVERY
@given(st.integers(1, 5), st.integers(0, 6), st.integers(0, 3), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_tiles_join_whatever_the_border(
    kind: Kind, inset: int, rounding: int, roughness: int, seed: int
) -> None:
    config = BorderConfig(inset, rounding, roughness, (4, 5), seed)
    assert mismatches(build_tileset("t", tiled(MOSS, 28), None, config, kind)) == []


@EVERY
def test_a_spoilt_tile_is_found(kind: Kind) -> None:
    tiles = moss_tiles(kind)
    full = tiles.masks.index(255 if kind == "blob47" else 85)
    roles = list(tiles.roles)
    spoilt = roles[full].copy()
    spoilt[5, -1] = 0
    roles[full] = spoilt
    found = mismatches(dataclasses.replace(tiles, roles=tuple(roles)))
    assert found
    assert all(full in (tiles.masks.index(m.first), tiles.masks.index(m.second)) for m in found)
    assert Mismatch(tiles.masks[full], tiles.masks[full], "beside", 1) in found


@EVERY
def test_tiles_are_made_of_their_materials(kind: Kind) -> None:
    tiles = moss_tiles(kind)
    for tile, role in zip(tiles.tiles, tiles.roles, strict=True):
        assert (tile.indices[role == 0] == STONE.indices[role == 0]).all()
        assert (tile.indices[role == 1] == MOSS.indices[role == 1]).all()
        assert (tile.indices[role == 2] == 4).all()
    assert len({tile.indices.tobytes() for tile in tiles.tiles}) == len(tiles.tiles)
    alone = tiles.roles[tiles.masks.index(0)]
    assert not alone[[0, -1]].any()
    assert not alone[:, [0, -1]].any()
    assert alone[8, 8] == 1


@EVERY
def test_a_map_is_continuous(kind: Kind) -> None:
    """No line of the border ends in the open: along tile seams the roles go on."""
    tiles = moss_tiles(kind)
    marks = tuple(Grid.still(role, [(i, i, i) for i in range(3)]) for role in tiles.roles)
    ground = Grid.still(np.zeros((16, 16), int), [(i, i, i) for i in range(3)])
    marked = dataclasses.replace(tiles, tiles=marks, ground=ground)
    terrain = random_terrain(np.random.default_rng(2), 20, 20)
    picture = map_picture(marked, terrain).indices
    seams = np.arange(16, 320, 16)
    assert (picture[:, seams - 1] == picture[:, seams]).all()
    assert (picture[seams - 1] == picture[seams]).all()


def test_without_another_material_it_is_transparent() -> None:
    opaque = Grid.still(MOSS.indices, MOSS.palette[:6])
    tiles = build_tileset("t", opaque)
    assert tiles.ground is None
    assert tiles.tiles[0].transparent == 6
    assert (tiles.tiles[0].indices[tiles.roles[0] == 0] == 6).all()
    assert map_picture(tiles, np.zeros((1, 2), bool)).indices.tolist() == [[6] * 32] * 16


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"material": tiled(MOSS, 7), "other": None}, "at least 8 cells"),
        ({"other": tiled(MOSS, 8)}, "one size"),
        ({"other": Grid.still(STONE.indices, [(0, 0, 0)] * 7)}, "one palette"),
        ({"config": BorderConfig(inset=7)}, "leaves nothing of a tile of 16"),
        ({"config": BorderConfig(line=(99,))}, "indices below 7"),
        ({"material": dataclasses.replace(MOSS, cell="hex"), "other": None}, "got hex"),
    ],
)
def test_refusals(change: dict[str, Any], words: str) -> None:
    good = {"name": "t", "material": MOSS, "other": STONE}
    build_tileset(**good)
    with pytest.raises(InputError, match=words):
        build_tileset(**{**good, **change})


@pytest.mark.parametrize("wrong", [{"inset": 0}, {"rounding": -1}, {"roughness": -1}])
def test_wrong_settings(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError):
        BorderConfig(**wrong)


def test_maps_of_one_seed_are_one_map() -> None:
    first, second = (random_terrain(np.random.default_rng(4), 30, 40) for _ in range(2))
    assert (first == second).all()
    assert 0.2 < first.mean() < 0.9
