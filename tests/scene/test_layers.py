"""Layers: their switches, what each kind holds, and what it refuses in one line."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from drawkit.scene import CellLayer, GroupLayer, Path, PathLayer, RasterLayer, Scene, Subpath
from drawkit.scene.grid import Grid

GRID = Grid.still([[0, 1, 1]], [(0, 0, 0), (255, 255, 255)])
PATH = Path(np.zeros((4, 2)))
PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
LAYERS = [
    PathLayer("a", (PATH,)),
    CellLayer("b", GRID),
    RasterLayer("c", PIXELS),
    GroupLayer("d", layers=(PathLayer("e", (PATH,)),)),
]
EVERY = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)


@EVERY
def test_every_layer_has_a_name_and_the_switches(layer: Any) -> None:
    assert (layer.locked, layer.visible, layer.opacity) == (False, True, 1.0)
    changed = dataclasses.replace(layer, name="other", locked=True, visible=False, opacity=0.25)
    assert (changed.name, changed.locked, changed.visible) == ("other", True, False)
    assert changed.opacity == 0.25
    assert (layer.name, layer.locked, layer.visible, layer.opacity)[1:] == (False, True, 1.0)


@EVERY
def test_frozen(layer: Any) -> None:
    for field in dataclasses.fields(layer):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(layer, field.name, getattr(layer, field.name))


@EVERY
@pytest.mark.parametrize("opacity", [-0.001, 1.001, 255, float("nan"), float("inf")])
def test_opacity_is_0_to_1(layer: Any, opacity: float) -> None:
    with pytest.raises(ValueError, match=r"^the opacity of layer '.' is 0 to 1, got [^\n]+$"):
        dataclasses.replace(layer, opacity=opacity)


@EVERY
@pytest.mark.parametrize("opacity", [0, 1, 0.5])
def test_both_ends_of_opacity_are_in(layer: Any, opacity: float) -> None:
    assert dataclasses.replace(layer, opacity=opacity).opacity == opacity


def test_contents_in_words() -> None:
    assert [layer.contents for layer in LAYERS] == [
        "1 paths",
        "3x1 cells",
        "3x2 pixels",
        "1 layers",
    ]


def test_pixels_are_a_copy_that_nobody_can_change() -> None:
    mine = PIXELS.copy()
    layer = RasterLayer("photo", mine)
    mine[0] = 99
    assert (layer.pixels == PIXELS).all()
    with pytest.raises(ValueError, match="read-only"):
        layer.pixels[0] = 99


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((1, 4, 4, 4), np.uint8),
        np.zeros((0, 4, 4), np.uint8),
        np.zeros((4, 0, 4), np.uint8),
        np.zeros((4, 4, 4), np.float32),
        np.zeros((4, 4, 4), np.int64),
        [[[0, 0, 0, 0]]],
    ],
)
def test_pixels_are_straight_bytes(pixels: Any) -> None:
    with pytest.raises(ValueError, match=r"^the pixels of layer 'p' must be \[H, W, 4\] uint8, "):
        RasterLayer("p", pixels)


def test_a_picture_is_a_unit_a_pixel_at_the_corner() -> None:
    assert RasterLayer("p", PIXELS).box == (0, 0, 3, 2)
    assert RasterLayer("p", PIXELS, 5, -4, width=1.5).box == (5, -4, 1.5, 2)
    assert RasterLayer("p", PIXELS, height=40).box == (0, 0, 3, 40)


@pytest.mark.parametrize(
    ("size", "enlarged"),
    [((3, 2), False), ((1.5, 1), False), ((3.1, 1), True), ((3, 2.1), True), ((30, 20), True)],
)
def test_enlarged(size: tuple[float, float], enlarged: bool) -> None:
    assert RasterLayer("p", PIXELS, width=size[0], height=size[1]).enlarged is enlarged


@pytest.mark.parametrize("side", ["x", "y", "width", "height"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -1.0])
def test_places_are_finite_and_sizes_above_0(side: str, value: float) -> None:
    if side in "xy" and value in (0, -1):
        assert getattr(RasterLayer("p", PIXELS, **{side: value}), side) == value
        return
    with pytest.raises(
        ValueError, match=r"^layer 'p' needs a place and a size above 0, got [^\n]+$"
    ):
        RasterLayer("p", PIXELS, **{side: value})


def test_lists_become_tuples() -> None:
    assert PathLayer("a", [PATH]).paths == (PATH,)  # type: ignore[arg-type]
    assert Scene(1, 1, LAYERS).layers == tuple(LAYERS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: PathLayer("a", (PATH, GRID)), "^layer 'a' holds paths, got Grid$"),
        (lambda: CellLayer("a", np.zeros((2, 2))), "^layer 'a' holds a grid, got ndarray$"),
        (
            lambda: Scene(1, 1, (PATH,)),
            "^a scene holds PathLayer, CellLayer, RasterLayer, GroupLayer; got Path$",
        ),
        (lambda: Scene(1, 1, (GRID,)), "; got Grid$"),
    ],
)
def test_the_wrong_thing_is_one_line(build: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build()


def test_paths_of_all_layers_in_paint_order() -> None:
    first, second, hidden = (Path(np.full((4, 2), at)) for at in range(3))
    cells, pixels = LAYERS[1:3]
    layers = (
        PathLayer("low", (first,)),
        cells,
        PathLayer("hidden", (hidden,), visible=False),
        pixels,
        PathLayer("high", (second,)),
    )
    assert list(Scene(9, 9, layers).paths()) == [first, hidden, second]


def test_layers_in_layers() -> None:
    inner = GroupLayer("in", layers=(LAYERS[0], LAYERS[2]))
    outer = GroupLayer("out", opacity=0.5, layers=(inner, LAYERS[0]))
    assert list(Scene(9, 9, (outer, LAYERS[0])).paths()) == [PATH] * 3
    with pytest.raises(ValueError, match=r"^layer 'x' holds layers, got Path$"):
        GroupLayer("x", layers=(PATH,))  # type: ignore[arg-type]


def test_subpaths() -> None:
    hole = Subpath(np.ones((3, 2)), closed=True)
    ring = dataclasses.replace(PATH, more=[hole])
    assert ring.subpaths == (ring, hole)
    with pytest.raises(ValueError, match=r"^a closed path takes 3 S control points, got 4$"):
        Subpath(np.zeros((4, 2)), closed=True)


@pytest.mark.parametrize("limit", [0.99, float("nan"), float("inf")])
def test_miter_limits(limit: float) -> None:
    with pytest.raises(ValueError, match=r"^a miter limit is 1 or more, got [^\n]+$"):
        dataclasses.replace(PATH, miterlimit=limit)
