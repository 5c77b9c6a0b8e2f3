"""What a canvas says that it can do beside the four methods, it does; over all registered ones."""

from __future__ import annotations

import pytest
import torch
from scenes import random_scene

from drawkit.canvas import Canvas, CanvasSpec, canvases
from drawkit.canvas.contract import (
    Advances,
    HasCells,
    HasPaths,
    LoadsScene,
    StartsFromPicture,
    TakesTraits,
)
from drawkit.canvas.image import LATENT_CANVASES
from drawkit.engine.settings import sections
from drawkit.pictures.streamlines import lines_of
from drawkit.raster import rasterize

NAMES = tuple(name for name in canvases.names() if name not in LATENT_CANVASES)
"""Those that need no file; `test_latents` holds the others to the same."""


def build(name: str, size: tuple[int, int] = (48, 32)) -> Canvas:
    plugin = canvases.get(name)
    spec = CanvasSpec(*size, generator=torch.Generator().manual_seed(0))
    canvas: Canvas = plugin.cls(plugin.config(), spec)
    return canvas


def able(capability: type) -> list[str]:
    return [name for name in NAMES if isinstance(build(name), capability)]


def test_every_capability_is_tested_on_some_canvas() -> None:
    for capability in (Advances, HasCells, HasPaths, LoadsScene, StartsFromPicture, TakesTraits):
        assert able(capability), capability


def picture(width: int, height: int) -> torch.Tensor:
    """A red block on nothing, premultiplied."""
    rgba = torch.zeros(1, 4, height, width)
    rgba[..., height // 4 : -(height // 4), width // 4 : -(width // 4)] = torch.tensor(
        [0.9, 0.1, 0.1, 1.0]
    ).view(1, 4, 1, 1)
    return rgba


@pytest.mark.parametrize("name", able(StartsFromPicture))
@pytest.mark.parametrize("size", [(32, 32), (48, 32), (20, 64)])
def test_it_starts_near_its_picture(name: str, size: tuple[int, int]) -> None:
    canvas = build(name, size)
    assert isinstance(canvas, StartsFromPicture)
    width, height = canvas.start_size
    assert 0 <= 2 * canvas.start_margin < min(width, height)
    start = picture(width, height)
    before, kept = start.clone(), canvas().detach()
    shown = canvas.start_from_(start, torch.Generator().manual_seed(1))
    assert torch.equal(start, before), "the picture is the caller's"
    if shown is not None:
        assert shown.shape[:2] == (1, 4)
        assert shown.isfinite().all()
    goal = torch.nn.functional.interpolate(start, (canvas.height, canvas.width))
    on_white = goal[:, :3] + 1 - goal[:, 3:]
    off = [(seen[:, :3] - on_white).square().mean() for seen in (canvas().detach(), kept)]
    assert off[0] < off[1]
    again = build(name, size)
    assert isinstance(again, StartsFromPicture)
    again.start_from_(start, torch.Generator().manual_seed(1))
    assert torch.equal(again(), canvas())


@pytest.mark.parametrize("name", able(HasPaths))
def test_its_paths_are_what_is_painted(name: str) -> None:
    canvas = build(name)
    assert isinstance(canvas, HasPaths)
    paths = canvas.paths()
    assert paths.points.requires_grad
    assert canvas.background is not None
    paper = (*canvas.background, 1.0)
    seen = rasterize(paths, canvas.width, canvas.height, paper, premultiplied=True)
    assert torch.equal(seen.permute(2, 0, 1)[None], canvas())


@pytest.mark.parametrize("name", able(HasCells))
def test_a_cell_is_of_one_colour_and_the_picture_of_whole_cells(name: str) -> None:
    canvas = build(name)
    assert isinstance(canvas, HasCells)
    across, down = canvas.pitch
    assert (canvas.width % across, canvas.height % down) == (0, 0)
    cells = canvas().detach().unfold(2, down, down).unfold(3, across, across)
    assert torch.equal(cells, cells[..., :1, :1].expand_as(cells))


@pytest.mark.parametrize("name", able(Advances))
def test_what_it_renews_it_tells(name: str) -> None:
    canvas = build(name)
    assert isinstance(canvas, Advances)
    generator = torch.Generator().manual_seed(0)
    for step in range(20):
        before = {param: param.detach().clone() for param in canvas.parameters()}
        changes = canvas.advance_(step / 20, generator)
        for param, rows in changes.reset.items():
            assert rows.dtype == torch.bool
            assert len(rows) == len(param)
        for old, new in changes.replaced.items():
            assert old in before
            assert len(new.rows) == len(new.param)
            assert int(new.rows.max()) < len(old)
        now = {id(param) for param in canvas.parameters()}
        for param, values in before.items():
            if id(param) in now and param not in changes.reset:
                assert torch.equal(param, values), "a parameter changed and nothing was said"
        grouped = {id(param) for group in canvas.param_groups(step / 20) for param in group.params}
        assert grouped == now


@pytest.mark.parametrize("name", able(TakesTraits))
def test_settings_for_traits_are_settings(name: str) -> None:
    canvas = build(name)
    assert isinstance(canvas, TakesTraits)
    stripes = torch.ones(1, 3, 96, 96)
    stripes[..., ::6] = 0.1
    known = sections()
    for section, keys in canvas.settings_for_traits(lines_of(stripes)).items():
        assert set(keys) <= set(known[section].__dataclass_fields__)


@pytest.mark.parametrize("name", able(LoadsScene))
def test_a_scene_is_loaded_with_its_paths(name: str) -> None:
    canvas = build(name)
    assert isinstance(canvas, LoadsScene)
    scene = random_scene(3, paths=6, size=(48, 32))
    new = canvas.loaded(scene, frozen={0})
    assert isinstance(new, Canvas)
    assert (new.width, new.height) == (canvas.width, canvas.height)
    first, *others = new.to_scene().paths()
    assert (first.control_points == next(scene.paths()).control_points).all()
    assert len(others) == 5
