"""The pixel canvas: exact colours, symmetry, what is frozen, and starts from pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from drawkit.bench.pixels import band_share, jaggy_share, mirrored_share
from drawkit.canvas import CanvasSpec
from drawkit.canvas.pixels import PixelsCanvas, PixelsConfig
from drawkit.canvas.symmetry import SYMMETRIES, Symmetry, representatives
from drawkit.errors import ConfigError, UnknownNameError
from drawkit.palettes import resolve_palette
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import CELLS, Cell, Grid

TIDY_OFF = {
    "despeckle": 0,
    "coherence": 0.0,
    "even_edge": 0.0,
    "even_steps": 0,
    "unband": False,
    "rare": 0.0,
    "economy": 0.0,
}


def build(
    size: tuple[int, int] = (12, 12),
    background: tuple[float, float, float] | None = None,
    seed: int = 0,
    **settings: Any,
) -> PixelsCanvas:
    return PixelsCanvas(
        PixelsConfig(**{"side": 1, **settings}),
        CanvasSpec(
            size[0], size[1], background=background, generator=torch.Generator().manual_seed(seed)
        ),
    )


def started(canvas: PixelsCanvas, picture: Tensor) -> PixelsCanvas:
    canvas.start_from_(picture, torch.Generator().manual_seed(0))
    return canvas


def grid_of(canvas: PixelsCanvas) -> Grid:
    grid = canvas.to_scene().grid
    assert grid is not None
    return grid


def sprite(side: int = 12) -> Tensor:
    """A red square with a blue half on nothing, premultiplied [1, 4, S, S]."""
    picture = torch.zeros(1, 4, side, side)
    quarter = side // 4
    inside = slice(quarter, side - quarter)
    picture[:, :, inside, inside] = torch.tensor([1.0, 0.0, 0.0, 1.0]).view(1, 4, 1, 1)
    picture[:, 0, inside, side // 2 : side - quarter] = 0
    picture[:, 2, inside, side // 2 : side - quarter] = 1
    return picture


def stir(canvas: PixelsCanvas, seed: int = 1) -> None:
    """Move every parameter at random, as a bad loss would."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter += 0.5 * torch.randn(parameter.shape, generator=generator)
    canvas.project_()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("background", [None, (1.0, 1.0, 1.0)])
def test_the_picture_is_the_grid_enlarged(cell: Cell, background: Any) -> None:
    """What the perceptor sees is what the exporter draws, pixel by pixel."""
    canvas = build((10, 9), background, cell=cell)
    grid = grid_of(canvas)
    scale = canvas.pitch[0] if cell != "tri" else 2 * canvas.pitch[0]
    wanted = grid.rgba(enlarged(grid, grid.indices, scale)) / 255.0
    seen = canvas()[0].permute(1, 2, 0).detach().numpy()
    assert seen.shape == wanted.shape
    assert abs(seen - wanted).max() < 1e-6


@pytest.mark.parametrize("palette", ["pico8", "1-bit", "game-boy", None])
def test_only_colours_of_the_palette_are_used(palette: str | None) -> None:
    canvas = started(build(palette=palette, colors=None if palette else 5), sprite())
    stir(canvas)
    grid = grid_of(canvas)
    used = {grid.palette[index] for index in np.unique(grid.indices) if index != grid.transparent}
    if palette is None:
        assert len(grid.palette) <= 6
    else:
        assert used <= set(resolve_palette(palette).swatches)
        assert grid.palette[:-1] == resolve_palette(palette).swatches
    shown = canvas()[0].flatten(1).T.detach()
    shown = (shown[shown[:, 3] > 0][:, :3] * 255).numpy()
    assert abs(shown - shown.round()).max() < 1e-3
    assert {tuple(color) for color in shown.round().astype(int).tolist()} <= set(grid.palette)


def test_the_paper_is_a_colour_of_the_palette() -> None:
    canvas = build(background=(0.9, 0.9, 0.1), palette="pico8")
    assert canvas.background == pytest.approx((255 / 255, 236 / 255, 39 / 255))
    assert grid_of(canvas).transparent is None
    assert not (canvas()[0, 3] < 1).any()


def test_a_sprite_comes_back_as_it_was() -> None:
    for size in (12, 24, 36):
        canvas = build()
        picture = torch.nn.functional.interpolate(sprite(), canvas.start_size)
        grid = grid_of(started(canvas, picture))
        rgba = grid.rgba() / 255.0
        assert np.allclose(rgba, sprite()[0].permute(1, 2, 0).numpy(), atol=0.005), size


def test_colors_is_an_upper_limit() -> None:
    generator = torch.Generator().manual_seed(3)
    picture = torch.cat(
        [torch.rand(1, 3, 24, 24, generator=generator), torch.ones(1, 1, 24, 24)], 1
    )
    for count in (2, 5, 9):
        free = grid_of(started(build((24, 24), colors=count), picture))
        assert 1 < len(free.palette) - 1 <= count
        held = grid_of(started(build((24, 24), colors=count, palette="db32"), picture))
        assert 1 < len(np.unique(held.indices)) <= count + 1
        paper = grid_of(started(build((24, 24), (1.0, 1.0, 1.0), colors=count), picture))
        assert len(paper.palette) <= count


def test_shades_limits_the_tones_of_a_hue() -> None:
    reds = torch.linspace(0.2, 1, 12).view(1, 1, 1, 12).expand(1, 1, 12, 12)
    picture = torch.cat([reds, 0 * reds, 0 * reds, torch.ones_like(reds)], dim=1)
    many = len(np.unique(grid_of(started(build(), picture)).indices))
    few = len(np.unique(grid_of(started(build(shades=2), picture)).indices))
    assert few == 2 < many


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_symmetry_is_exact(symmetry: Symmetry) -> None:
    canvas = build(symmetry=symmetry)
    stir(canvas)
    cells = grid_of(canvas).indices
    mirrored = {
        "x": (cells == cells[:, ::-1]).all(),
        "y": (cells == cells[::-1]).all(),
        "rot4": (cells == np.rot90(cells)).all(),
    }
    wanted = {"none": set(), "xy": {"x", "y"}}.get(symmetry, {symmetry})
    assert {name for name, holds in mirrored.items() if holds} == wanted


@pytest.mark.parametrize("cell", ["hex", "diamond", "rectshift", "tri", "knit"])
def test_mirrored_cells_make_a_mirrored_picture(cell: Cell) -> None:
    columns = 9 if cell == "tri" else 8
    canvas = build((columns, 7), symmetry="x", cell=cell, side=200)
    stir(canvas)
    picture = canvas().detach()
    differ = (picture - picture.flip(-1)).abs().amax(dim=1) > 0
    assert differ.float().mean() < 0.02  # pixels cut by an edge go to one of the two cells
    assert (picture - picture.flip(-2)).abs().amax(dim=1).gt(0).float().mean() > 0.1


@pytest.mark.parametrize(
    ("symmetry", "cell", "rows", "columns"),
    [
        ("rot4", "rect", 8, 9),
        ("rot4", "hex", 8, 8),
        ("y", "knit", 8, 8),
        ("x", "tri", 8, 8),
        ("y", "hex", 8, 8),
    ],
)
def test_symmetries_that_cells_cannot_have(
    symmetry: Symmetry, cell: Cell, rows: int, columns: int
) -> None:
    with pytest.raises(ConfigError, match=f"symmetry {symmetry} needs"):
        representatives(symmetry, cell, rows, columns)


def saved(picture: Tensor, path: Path) -> str:
    rgba = (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()
    Image.fromarray(rgba, "RGBA").save(path)
    return str(path)


@pytest.mark.parametrize("palette", [None, "db32"])
def test_frozen_cells_never_change(tmp_path: Path, palette: str | None) -> None:
    mask = torch.zeros(1, 4, 12, 12)
    mask[:, :, :, :5] = 1
    canvas = build(freeze=saved(mask, tmp_path / "mask.png"), palette=palette, outline="auto")
    before = grid_of(started(canvas, sprite())).rgba()
    for round_ in range(3):
        stir(canvas, round_)
        canvas.advance_(0.3 * (round_ + 1), torch.Generator())
        after = grid_of(canvas).rgba()
        assert (after[:, :5] == before[:, :5]).all()
    assert (after[:, 5:] != before[:, 5:]).any()


def test_edited_cells_are_frozen(tmp_path: Path) -> None:
    edited = sprite()
    edited[:, :, 4, 4] = torch.tensor([0.0, 1.0, 0.0, 1.0])
    canvas = build(freeze_edits=saved(sprite(), tmp_path / "old.png"), **TIDY_OFF)
    started(canvas, edited)
    stir(canvas)
    grid = grid_of(canvas)
    assert tuple(grid.rgba()[4, 4]) == (0, 255, 0, 255)
    assert canvas._frozen.sum() == 1


@pytest.mark.parametrize("side", ["inside", "outside"])
def test_the_outline_goes_around_the_figure(side: str) -> None:
    plain = grid_of(started(build(), sprite()))
    canvas = started(build(outline="#00ff00", outline_side=side), sprite())
    drawn = grid_of(canvas)
    green = (drawn.rgba() == (0, 255, 0, 255)).all(axis=-1)
    figure = plain.rgba()[..., 3] > 0
    if side == "inside":
        assert green.sum() == 20
        assert (figure | ~green).all()
    else:
        assert green.sum() == 24
        assert not (figure & green).any()


def test_auto_outlines_in_the_darkest_colour_of_the_palette() -> None:
    canvas = started(build(palette="pico8", outline="auto"), sprite())
    assert (grid_of(canvas).rgba() == (0, 0, 0, 255)).all(axis=-1).sum() == 24


def test_dithering_mixes_two_colours_and_flat_areas_have_none() -> None:
    picture = torch.ones(1, 4, 16, 16)
    picture[:, :3] = 0.5
    plain = grid_of(started(build((16, 16), palette="1-bit"), picture))
    assert len(np.unique(plain.indices)) == 1
    for dither in ("bayer", "blue"):
        mixed = build((16, 16), palette="1-bit", dither=dither, economy=0.0)
        share = (grid_of(started(mixed, picture)).rgba()[..., 0] > 0).mean()
        assert 0.4 < share < 0.8, dither


def test_specks_vanish_and_accents_stay() -> None:
    picture = sprite()
    picture[:, :, 4, 4] = torch.tensor([0.9, 0.1, 0.1, 1.0])  # noise
    picture[:, :, 7, 4] = torch.tensor([1.0, 1.0, 1.0, 1.0])  # a highlight
    picture[:, :, 0, 0] = torch.tensor([1.0, 0.0, 0.0, 1.0])  # a stray cell
    kept = grid_of(started(build(**TIDY_OFF), picture)).rgba()
    clean = grid_of(started(build(), picture)).rgba()
    assert kept[0, 0, 3] == 255
    assert tuple(kept[4, 4]) != tuple(kept[4, 3])
    assert clean[0, 0, 3] == 0
    assert tuple(clean[4, 4]) == tuple(clean[4, 3])
    assert tuple(clean[7, 4]) == (255, 255, 255, 255)


def test_an_unknown_palette_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'pico-8'"):
        build(palette="picco8")


@pytest.mark.parametrize(
    "settings",
    [
        {"colors": 0},
        {"colors": 257},
        {"cell": "round"},
        {"symmetry": "z"},
        {"dither": "floyd"},
        {"shades": 0},
        {"despeckle": -1},
        {"even_steps": 9},
        {"softness": (0.0, 0.1)},
        {"outline": "#ff000080"},
    ],
)
def test_settings_out_of_range(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="allowed"):
        PixelsConfig(**settings)


def test_one_colour_needs_a_transparent_paper() -> None:
    assert len(grid_of(started(build(colors=1), sprite())).palette) == 2
    with pytest.raises(ConfigError, match="transparent"):
        build(background=(1.0, 1.0, 1.0), colors=1)


def test_by_lightness_a_figure_stands_out_from_a_paper_of_the_palette() -> None:
    paper = (0x9B / 255, 0xBC / 255, 0x0F / 255)
    yellow = sprite()
    yellow[:, :3] = yellow[:, 3:] * torch.tensor([0.95, 0.85, 0.1]).view(1, 3, 1, 1)
    shown = {}
    for wanted in (True, False):
        canvas = build(background=paper, palette="game-boy", by_lightness=wanted)
        grid = grid_of(started(canvas, yellow))
        shown[wanted] = len(np.unique(grid.frames[0].indices))
    assert shown == {True: 2, False: 1}  # the figure and the paper; nothing but the paper
    with pytest.raises(ConfigError, match="there is none"):
        build(by_lightness=True)


@pytest.mark.parametrize("symmetry", ["none", "x"])
def test_jaggies_and_banding_go_where_nothing_holds_them(symmetry: Symmetry) -> None:
    """A shaded disc with a bump: tidied, it has neither, and symmetry stays exact."""
    down, across = np.mgrid[:32, :32] - 15.5
    away = np.hypot(down, across)
    lights = np.select([away < 7, away < 8.2, away < 13], [0.62, 0.52, 0.42], 0.0)
    lights[2, 15:17] = 0.42
    picture = torch.from_numpy(np.stack([lights] * 3 + [lights > 0]))[None].float()
    figures = []
    for settings in (TIDY_OFF, {"economy": 0.0}):
        canvas = build((32, 32), symmetry=symmetry, **settings)
        grid = grid_of(started(canvas, picture))
        figures.append((jaggy_share(grid), band_share(grid)))
        assert symmetry == "none" or mirrored_share(grid) == 1
    assert figures[0][0] > figures[1][0] == 0
    assert figures[0][1] > figures[1][1] == 0


def test_specks_are_larger_on_large_grids() -> None:
    picture = torch.nn.functional.interpolate(sprite(32), (64, 64))
    picture[..., 2:4, 2:5] = 1  # six cells of 64 x 64
    for settings, left in (({}, 0), ({"despeckle": 2}, 6)):
        shown = grid_of(started(build((64, 64), **settings), picture)).rgba()[..., 3]
        assert (shown[:10, :10] > 0).sum() == left


def test_the_room_of_an_outline_stays_free() -> None:
    """However much the figure grows; but where the start fills the grid, it may stay so."""
    for settings, start, filled in (
        ({"outline": "black"}, sprite(), False),
        ({}, sprite(), True),
        ({"outline": "black"}, torch.ones(1, 4, 12, 12), True),
    ):
        canvas = build(palette="pico-8", **settings)
        started(canvas, torch.nn.functional.interpolate(start, canvas.start_size))
        with torch.no_grad():
            canvas.alpha += 1
        canvas.project_()
        rim = np.ones((12, 12), bool)
        rim[1:-1, 1:-1] = False
        color = grid_of(canvas).rgba()[rim]
        line = (color == (0, 0, 0, 255)).all(axis=1) | (color[:, 3] == 0)
        assert line.all() == (not filled)


def test_cells_that_start_as_a_picture_move_less() -> None:
    def rate(started: bool) -> float:
        canvas = build(lr_painted=0.25)
        if started:
            picture = torch.ones(1, 4, *canvas.start_size[::-1])
            canvas.start_from_(picture, torch.Generator().manual_seed(0))
        return next(group.lr for group in canvas.param_groups(0.0) if group.name == "alpha")

    assert rate(True) == pytest.approx(0.25 * rate(False))
