"""Packing: every frame is in the sheet as it is, nothing overlaps, borders and gaps as asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import random_grid
from sprite_samples import game, knight

from drawkit.errors import ConfigError, InputError
from drawkit.games.sprites import Animation, Sheet, Sprite
from drawkit.games.sprites.bleed import bled
from drawkit.games.sprites.layout import layout
from drawkit.games.sprites.pack import PackConfig, pack
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import Frame, Grid, Tag

CONFIGS = [
    PackConfig(),
    PackConfig(padding=0),
    PackConfig(padding=3, extrude=2),
    PackConfig(trim=True),
    PackConfig(trim=True, extrude=1, padding=2, power_of_two=True),
    PackConfig(columns=2),
    PackConfig(scale=3, trim=True),
]


def restored(sheet: Sheet, number: int) -> np.ndarray:
    """The untrimmed frame, put together from the sheet as an engine would."""
    region = sheet.regions[number]
    frame = np.zeros((region.source_height, region.source_width, 4), np.uint8)
    part = sheet.pixels[region.y : region.y + region.height, region.x : region.x + region.width]
    frame[region.top : region.top + region.height, region.left : region.left + region.width] = part
    frame[frame[..., 3] == 0] = 0
    return frame


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("indexed", [False, True])
def test_every_frame_is_there(config: PackConfig, indexed: bool) -> None:
    sprites = game(one_palette=True)
    config = PackConfig(**{**vars(config), "indexed": indexed})
    sheet = pack(sprites, config)
    scale = config.scale or 1
    frames = [
        s.grid.rgba(enlarged(s.grid, f.indices, scale)) for s in sprites for f in s.grid.frames
    ]
    assert len(sheet.regions) == len(frames) == 5
    for number, frame in enumerate(frames):
        assert (restored(sheet, number) == frame).all()
    assert (sheet.grid is not None) == indexed


@pytest.mark.parametrize("config", CONFIGS)
def test_frames_keep_their_distance_and_their_borders(config: PackConfig) -> None:
    sheet = pack(game(), config)
    used = np.zeros(sheet.pixels.shape[:2], int)
    pad = config.extrude
    for r in sheet.regions:
        assert r.x >= pad
        assert r.y >= pad
        box = sheet.pixels[r.y - pad : r.y + r.height + pad, r.x - pad : r.x + r.width + pad]
        assert box.shape[:2] == (r.height + 2 * pad, r.width + 2 * pad)
        inside = box[pad : pad + r.height, pad : pad + r.width]
        repeated = np.pad(inside, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
        assert (box[..., 3] == repeated[..., 3]).all()
        assert (box[box[..., 3] > 0] == repeated[box[..., 3] > 0]).all()
        gap = config.padding
        used[r.y - pad : r.y + r.height + pad + gap, r.x - pad : r.x + r.width + pad + gap] += 1
    assert used.max() == 1
    if config.power_of_two:
        assert all(side & (side - 1) == 0 for side in sheet.size)


def test_trimmed_frames_are_tight() -> None:
    grid = Grid.still(np.pad([[1, 0], [0, 1]], ((2, 1), (3, 4))), [(0, 0, 0), (9, 9, 9)], 0)
    region = pack([Sprite("dot", grid)], PackConfig(trim=True)).regions[0]
    assert (region.left, region.top, region.width, region.height) == (3, 2, 2, 2)
    assert (region.source_width, region.source_height) == (9, 5)
    empty = Sprite("air", Grid.still([[0, 0]], [(0, 0, 0)], 0))
    assert pack([empty], PackConfig(trim=True)).regions[0].width == 1


def test_the_same_sprites_give_the_same_sheet() -> None:
    first, second = pack(game()), pack(game())
    assert first.regions == second.regions
    assert (first.pixels == second.pixels).all()


def test_animations_of_one_and_of_many() -> None:
    assert pack([knight()]).animations == (
        Animation("idle", 0, 0),
        Animation("walk", 1, 2, "pingpong"),
    )
    names = [a.name for a in pack(game()).animations]
    assert names == ["knight idle", "knight walk", 'a "big" \\ door', "Trank & Öl"]
    twice = Grid(
        tuple(Frame([[i]]) for i in range(2)),
        ((0, 0, 0), (1, 1, 1)),
        tags=(Tag("a", 0, 0), Tag("a", 1, 1)),
    )
    assert [a.name for a in pack([Sprite("x", twice)]).animations] == ["a", "a 2"]


@pytest.mark.parametrize(
    ("sprites", "config", "words"),
    [
        ([], {}, "got none"),
        ([knight(), knight()], {}, "two sprites are named 'knight'"),
        (game(), {"indexed": True}, "the 3 sprites have 3; draw them"),
        ([Sprite("x", random_grid(1, (200, 200)))], {"scale": 100}, "20000 x 20000 px"),
    ],
)
def test_refusals(sprites: list[Sprite], config: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        pack(sprites, PackConfig(**config))


@pytest.mark.parametrize("wrong", [{"padding": -1}, {"extrude": 5000}, {"columns": 0}])
def test_wrong_settings(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=r"^sheet\.\w+ is -?\d+; allowed: [01] to 1024$"):
        PackConfig(**wrong)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "tab\there", "\ud800", "nul\0"])
def test_names_are_one_line(name: str) -> None:
    with pytest.raises(InputError, match="one line of text"):
        Sprite(name, random_grid(1))


def test_opaque_frames_get_an_empty_colour_between_them() -> None:
    grid = random_grid(1, (3, 3), colors=4)
    sheet = pack([Sprite("a", grid), Sprite("b", grid)], PackConfig(indexed=True))
    assert sheet.grid is not None
    assert sheet.grid.transparent == 4
    assert (sheet.pixels[..., 3] == 0).any()


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=40),
    st.integers(0, 3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_boxes_never_overlap(boxes: list[tuple[int, int]], gap: int, power: bool) -> None:
    corners, (width, height) = layout(boxes, gap, power_of_two=power)
    used = np.zeros((height + gap, width + gap), int)
    for (w, h), (x, y) in zip(boxes, corners, strict=True):
        assert x + w <= width
        assert y + h <= height
        used[y : y + h + gap, x : x + w + gap] += 1
    assert used.max() == 1
    area = sum((w + gap) * (h + gap) for w, h in boxes)
    assert power or width * height <= 3.5 * area + 40 * 40


def test_bleeding_takes_the_nearest_colour() -> None:
    rng = np.random.default_rng(0)
    pixels = np.zeros((33, 21, 4), np.uint8)
    places = rng.integers(0, (33, 21), (12, 2))
    for y, x in places:
        pixels[y, x] = (*rng.integers(1, 256, 3), 255)
    found = bled(pixels)
    assert (found[..., 3] == pixels[..., 3]).all()
    assert (found[pixels[..., 3] > 0] == pixels[pixels[..., 3] > 0]).all()
    exact = 0
    for y in range(33):
        for x in range(21):
            far = ((places - (y, x)) ** 2).sum(axis=1)
            near = {tuple(pixels[a, b, :3]) for a, b in places[far <= far.min() + 2]}
            exact += tuple(found[y, x, :3]) in near
    assert exact >= 0.98 * 33 * 21  # jump flooding may be a pixel off
    assert bled(np.zeros((2, 2, 4), np.uint8)).sum() == 0


def test_rgba_sheets_are_bled() -> None:
    sheet = pack(game())
    hidden = sheet.pixels[sheet.pixels[..., 3] == 0]
    assert len(hidden)
    colors = {c for s in game() for c in s.grid.palette}
    assert {tuple(c) for c in hidden[:, :3].tolist()} <= colors


def test_a_sheet_that_is_too_large_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def made(*_: object) -> None:
        raise AssertionError("it was made")

    monkeypatch.setattr("drawkit.games.sprites.pack.enlarged", made)
    for trim in (False, True):
        config = PackConfig(scale=1024, columns=1, trim=trim)
        with pytest.raises(InputError, match="allowed: 16384 px a side"):
            pack(game(), config)


@pytest.mark.parametrize("cell", ["rect", "hex"])
@pytest.mark.parametrize("trim", [False, True])
def test_enlarged_frames_are_cut_at_their_pixels(cell: Any, trim: bool) -> None:
    cells = np.zeros((6, 5), np.uint8)
    empty = cells.copy()
    cells[2:4, 1:4] = 1
    grid = Grid((Frame(cells), Frame(empty)), ((0, 0, 0), (9, 9, 9)), 0, cell)
    sheet = pack([Sprite("one", grid)], PackConfig(scale=16, trim=trim))
    for region, frame in zip(sheet.regions, (cells, empty), strict=True):
        shown = enlarged(grid, frame, 16) != 0
        rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
        whole = (shown.shape[1], shown.shape[0])
        tight = (np.ptp(columns) + 1, np.ptp(rows) + 1) if len(rows) else (1, 1)
        assert (region.width, region.height) == (tight if trim else whole)
