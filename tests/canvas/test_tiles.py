"""Canvases that tile: the same wherever the tile is cut, and without holes."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from drawkit.canvas import Canvas, CanvasSpec, canvases
from drawkit.canvas.pixels import PixelsCanvas, PixelsConfig
from drawkit.canvas.repeats import copies_in_tile
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.errors import ConfigError
from drawkit.pictures.seamless import Tile, seam_strength
from drawkit.scene.grid import CELLS, Cell, Grid

WHITE = (1.0, 1.0, 1.0)
BOTH: Tile = (True, True)


def build(
    name: str,
    tile: Tile = BOTH,
    size: tuple[int, int] = (12, 12),
    background: tuple[float, float, float] | None = WHITE,
    **settings: Any,
) -> Canvas:
    plugin = canvases.get(name)
    canvas: Canvas = plugin.cls(
        plugin.config(**settings),
        CanvasSpec(
            size[0],
            size[1],
            background=background,
            generator=torch.Generator().manual_seed(1),
            tile=tile,
        ),
    )
    return canvas


def strokes(tile: Tile, **settings: Any) -> StrokesCanvas:
    more = {"strokes": 20, "shapes": 4, "init_width": 6.0, **settings}
    canvas = build("strokes", tile, (48, 40), **more)
    assert isinstance(canvas, StrokesCanvas)
    return canvas


@torch.no_grad()
def moved(canvas: StrokesCanvas, right: int, down: int) -> torch.Tensor:
    canvas.points += torch.tensor([right, down])
    canvas.project_()
    return canvas().detach()


@pytest.mark.parametrize("tile", [(True, False), (False, True), BOTH])
def test_a_vector_tile_is_the_same_wherever_it_is_cut(tile: Tile) -> None:
    canvas = strokes(tile)
    before = canvas().detach()
    right, down = 17 * tile[0], 23 * tile[1]
    after = moved(canvas, right, down)
    assert (after - before.roll((down, right), (2, 3))).abs().max() < 1e-4


def test_without_tiling_it_is_not() -> None:
    canvas = strokes((False, False))
    before = canvas().detach()
    assert (moved(canvas, 17, 0) - before.roll(17, 3)).abs().max() > 0.1


def test_paths_over_a_side_come_in_at_the_other_in_the_file_too() -> None:
    canvas, plain = strokes(BOTH), strokes((False, False))
    assert len(list(canvas.to_scene().paths())) > len(list(plain.to_scene().paths())) == 24
    canvas().sum().backward()
    assert canvas.points.grad is not None
    assert canvas.points.grad.shape == canvas.points.shape


def test_copies_are_those_that_show() -> None:
    low, high = torch.tensor([[4.0, 4.0], [-2.0, 4.0]]), torch.tensor([[6.0, 6.0], [3.0, 6.0]])
    path, place = copies_in_tile(low, high, (20, 10), (True, True))
    assert path.tolist() == [0, 1, 1]
    assert place.tolist() == [[0, 0], [0, 0], [20, 0]]


def grid_of(canvas: Canvas) -> Grid:
    grid = canvas.to_scene().grid
    assert grid is not None
    return grid


def pixels(tile: Tile = BOTH, **settings: Any) -> PixelsCanvas:
    canvas = build("pixels", tile, **{"side": 1, **settings})
    assert isinstance(canvas, PixelsCanvas)
    return canvas


@torch.no_grad()
def test_an_opaque_tile_has_no_holes() -> None:
    canvas = pixels()
    canvas.alpha[:] = 0
    canvas.project_()
    grid = grid_of(canvas)
    assert grid.transparent is None
    assert (255, 255, 255) not in grid.palette
    assert canvas()[:, 3].min() == 1
    one_way = pixels((True, False))
    one_way.alpha[:] = 0
    assert set(grid_of(one_way).palette) == {(255, 255, 255)}


def test_a_palette_of_256_fits_a_tile_without_transparency() -> None:
    assert len(pixels(colors=256).swatches) == 255
    grid = grid_of(build("pixels", background=None, side=1))
    assert grid.transparent is not None


@torch.no_grad()
@pytest.mark.parametrize("cell", CELLS)
def test_a_pixel_tile_is_the_same_wherever_it_is_cut(cell: Cell) -> None:
    """Rolled by two cells each way, its choice of colours is the same, rolled."""
    canvas = pixels(cell=cell, despeckle=3)
    before = canvas._decode()[0].view(12, 12)
    for parameter in (canvas.color, canvas.alpha):
        sheet = parameter.view(12, 12, -1).roll((4, 2), (0, 1))
        parameter.copy_(sheet.view(parameter.shape))
    after = canvas._decode()[0].view(12, 12)
    assert torch.equal(after, before.roll((4, 2), (0, 1)))


@torch.no_grad()
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cell", CELLS)
def test_seams_are_no_stronger_than_edges_inside(cell: Cell, seed: int) -> None:
    canvas = pixels(cell=cell)
    noise = torch.rand(canvas.color.shape, generator=torch.Generator().manual_seed(seed))
    canvas.color.copy_(0.3 * noise)
    sheet = canvas.color.view(12, 12, 3)
    sheet[0] += 0.4  # a light line along a side
    grid = grid_of(canvas)
    picture = torch.from_numpy(grid.rgba() / 255.0).permute(2, 0, 1)[None]
    assert seam_strength(picture, BOTH) <= 1


@pytest.mark.parametrize(
    ("cell", "size", "words"),
    [("hex", (12, 11), "even number of rows"), ("tri", (11, 12), "even number of columns")],
)
def test_cells_that_cannot_meet_are_refused(cell: Cell, size: tuple[int, int], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        build("pixels", BOTH, size, cell=cell)
    build("pixels", (False, False), size, cell=cell)
    assert PixelsConfig().cell == "rect"
