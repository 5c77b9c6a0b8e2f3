"""Grids: plain data that cannot be wrong in size, index or tag, or changed behind one's back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from drawkit.scene import CellLayer, PathLayer, Scene
from drawkit.scene.grid import Direction, Frame, Grid, Tag

BLACK_WHITE = ((0, 0, 0), (255, 255, 255))


@pytest.mark.parametrize(
    "indices",
    [[], [[]], [1, 2], [[[1]]], [[0.5]], [[-1]], [[256]], [[True]]],
    ids=str,
)
def test_wrong_indices(indices: Any) -> None:
    with pytest.raises(ValueError, match="indices must be"):
        Frame(indices)


@pytest.mark.parametrize("duration", [0, -1, 65536])
def test_wrong_durations(duration: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 65535 ms, got {duration}"):
        Frame(np.zeros((1, 1), int), duration)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frames": ()}, "a frame at least"),
        ({"palette": ()}, "1 to 256 colours, got 0"),
        ({"palette": [(0, 0, 0)] * 257}, "1 to 256 colours, got 257"),
        ({"palette": [(0, 0, 256)]}, "each 0 to 255"),
        ({"palette": [(0, 0)]}, "each 0 to 255"),
        ({"palette": [(0, 0, 0.5)]}, "each 0 to 255"),
        ({"palette": [(0, 0, 0)]}, "index 1 is beyond the 1 colours"),
        ({"transparent": 2}, "0 to 1, got 2"),
        ({"cell": "round"}, "got 'round'"),
        ({"frames": (Frame([[0]]), Frame([[0, 0]]))}, "one size"),
        ({"tags": (Tag("walk", 0, 1),)}, "'walk' ends at frame 1 of 1"),
    ],
)
def test_wrong_grids(change: dict[str, Any], words: str) -> None:
    good = {"frames": (Frame([[0, 1]]),), "palette": BLACK_WHITE}
    Grid(**good)
    with pytest.raises(ValueError, match=words):
        Grid(**{**good, **change})


def test_wrong_tags() -> None:
    with pytest.raises(ValueError, match="from 2 to 1"):
        Tag("x", 2, 1)
    with pytest.raises(ValueError, match="got 'back'"):
        Tag("x", 0, 1, "back")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direction", "played"),
    [
        ("forward", (1, 2, 3)),
        ("reverse", (3, 2, 1)),
        ("pingpong", (1, 2, 3, 2)),
        ("pingpong_reverse", (3, 2, 1, 2)),
    ],
)
def test_order_of_play(direction: Direction, played: tuple[int, ...]) -> None:
    assert Tag("walk", 1, 3, direction).played() == played
    assert Tag("stand", 1, 1, direction).played() == (1,)


def test_indices_are_a_copy_that_nobody_can_change() -> None:
    mine = np.zeros((2, 2), np.uint8)
    grid = Grid.still(mine, BLACK_WHITE)
    mine[0] = 1
    assert not grid.indices.any()
    with pytest.raises(ValueError, match="read-only"):
        grid.indices[0] = 1


def test_colours() -> None:
    grid = Grid.still([[0, 1]], np.array(BLACK_WHITE), transparent=0)
    assert grid.rgba().tolist() == [[[0, 0, 0, 0], [255, 255, 255, 255]]]
    assert grid.size == (2, 1)


def test_pixel_art_is_one_layer_of_cells_shown_whole() -> None:
    grid = Grid.still([[0]], BLACK_WHITE)
    layer = CellLayer("cells", grid, locked=True)
    assert Scene(1, 1, (layer,)).pixel_art is layer
    assert Scene(1, 1, (layer,)).grid is grid
    for layers in (
        (),
        (PathLayer("paths"),),
        (layer, layer),
        (layer, PathLayer("paths")),
        (replace(layer, visible=False),),
        (replace(layer, opacity=0.999),),
    ):
        assert Scene(1, 1, layers).pixel_art is None
        assert Scene(1, 1, layers).grid is None
