"""What every canvas must do, over all that are registered."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from drawkit.canvas import Canvas, CanvasSpec, Rgb, canvases
from drawkit.canvas.contract import Advances, StartsFromPicture
from drawkit.canvas.image import LATENT_CANVASES
from drawkit.engine.adam import Adam
from drawkit.scene import RasterLayer, Scene

NAMES = tuple(name for name in canvases.names() if name not in LATENT_CANVASES)
"""Those that need no file; `test_latents` holds the others to the same."""
CREAM: Rgb = (1.0, 0.95, 0.85)


def build(
    name: str,
    seed: int = 0,
    background: Rgb | None = (1.0, 1.0, 1.0),
    size: tuple[int, int] = (40, 32),
    **settings: Any,
) -> Canvas:
    plugin = canvases.get(name)
    canvas: Canvas = plugin.cls(
        plugin.config(**settings),
        CanvasSpec(
            size[0], size[1], background=background, generator=torch.Generator().manual_seed(seed)
        ),
    )
    return canvas


def values_of(scene: Scene) -> list[Any]:
    grid = [] if scene.grid is None else [scene.grid.indices.tobytes(), scene.grid.palette]
    pixels = [one.pixels.tobytes() for one in scene.layers if isinstance(one, RasterLayer)]
    return [
        *grid,
        *pixels,
    ] + [
        (path.control_points.tobytes(), path.stroke, path.stroke_width, path.fill)
        for path in scene.paths()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_canvas_holds_follows_it_to_its_device(name: str) -> None:
    canvas = build(name)
    loose = [k for m in canvas.modules() for k, v in vars(m).items() if isinstance(v, torch.Tensor)]
    assert not loose
    before = canvas()
    with torch.device("meta"):  # what is made without saying where could not be drawn with
        assert torch.equal(canvas(), before)
    canvas.to("meta")
    assert all(t.is_meta for t in (*canvas.parameters(), *canvas.buffers()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("background", [(1.0, 1.0, 1.0), CREAM, None])
def test_the_picture_is_premultiplied_rgba(name: str, background: Rgb | None) -> None:
    canvas = build(name, background=background)
    picture = canvas()
    assert picture.shape == (1, 4, canvas.height, canvas.width)
    assert picture.dtype == torch.float32
    assert picture.min() >= 0
    assert picture.max() <= 1 + 1e-5
    if background is None:
        assert (picture[:, :3] <= picture[:, 3:] + 1e-5).all()
        assert picture[:, 3].min() < 0.5  # paper shows somewhere
    else:
        assert torch.allclose(picture[:, 3], torch.ones_like(picture[:, 3]), atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_transparent_over_paper_is_the_same_as_painted_on_it(name: str) -> None:
    # Where colours are learned, the paper's is one of them and leaves room for one less.
    fields = {field.name for field in dataclasses.fields(canvases.get(name).config)}
    same = {"palette": "pico-8"} if "colors" in fields else {}
    clear, painted = (build(name, background=paper, **same) for paper in (None, CREAM))
    assert painted.background is not None
    paper, picture = torch.tensor(painted.background).view(1, 3, 1, 1), clear()
    over = picture[:, :3] + (1 - picture[:, 3:]) * paper
    assert (over - painted()[:, :3]).abs().max() < 2e-5


@pytest.mark.parametrize("name", NAMES)
def test_it_can_fit_a_target_picture(name: str) -> None:
    """After lucid: whatever the parameters are, gradient descent must be able to use them."""
    canvas = build(name)
    target = torch.ones(1, 3, 32, 40)
    target[:, :, 8:24, 10:30] = torch.tensor([0.8, 0.2, 0.1]).view(1, 3, 1, 1)
    target = F.interpolate(target, (canvas.height, canvas.width))
    errors = []
    adam = Adam([p for group in canvas.param_groups(0.0) for p in group.params])
    for step in range(60):
        error = (canvas()[:, :3] - target).square().mean()
        errors.append(float(error.detach()))
        rates = {p: g.lr for g in canvas.param_groups(step / 60) for p in g.params}
        adam.step(torch.autograd.grad(error, adam.params), rates)
        canvas.project_()
    assert errors[-1] < 0.3 * errors[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_in_one_group_and_gets_a_gradient(name: str) -> None:
    canvas = build(name)
    grouped = [p for group in canvas.param_groups(0.0) for p in group.params]
    assert {id(p) for p in grouped} == {id(p) for p in canvas.parameters()}
    assert len(grouped) == len({id(p) for p in grouped})
    for gradient in torch.autograd.grad(canvas().square().sum(), grouped):
        assert gradient.isfinite().all()
        assert gradient.abs().sum() > 0
    names = [group.name for group in canvas.param_groups(0.5)]
    assert names == [group.name for group in canvas.param_groups(1.0)]


@pytest.mark.parametrize("name", NAMES)
def test_project_brings_wild_parameters_back(name: str) -> None:
    canvas = build(name)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter += 100 * torch.randn(parameter.shape, generator=generator)
    canvas.project_()
    picture = canvas()
    assert picture.isfinite().all()
    assert picture.min() >= 0
    assert picture.max() <= 1 + 1e-5
    once = [p.detach().clone() for p in canvas.parameters()]
    canvas.project_()
    assert all(torch.equal(p, q) for p, q in zip(canvas.parameters(), once, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_seeds_decide_and_nothing_global_is_touched(name: str) -> None:
    before = torch.random.get_rng_state()
    one, same, other = (values_of(build(name, seed).to_scene()) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", NAMES)
def test_the_scene_is_a_copy_in_the_canvas_size(name: str) -> None:
    canvas = build(name, background=CREAM)
    scene = canvas.to_scene()
    assert (scene.width, scene.height) == (canvas.width, canvas.height)
    assert scene.background.color == pytest.approx(CREAM, abs=0.5 / 255)
    before = values_of(scene)
    with torch.no_grad():
        for parameter in canvas.parameters():
            parameter.zero_()
    assert values_of(scene) == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stop", [1, 7, 16])
def test_what_goes_on_from_its_state_ends_alike(name: str, stop: int) -> None:
    """All that changes while drawing is in `state_dict`, what advances at times of its own too."""

    def run(canvas: Canvas, adam: Adam, begin: int, end: int) -> None:
        for step in range(begin, end):
            goal = torch.rand(1, 4, canvas.height, canvas.width, generator=seeded(step))
            loss = (canvas() - goal).square().mean()
            gradients = torch.autograd.grad(loss, adam.params, allow_unused=True)
            groups = canvas.param_groups(step / 30)
            adam.step(gradients, {p: group.lr for group in groups for p in group.params})
            canvas.project_()
            if isinstance(canvas, Advances):
                for parameter, rows in canvas.advance_(step / 30, seeded(step)).reset.items():
                    adam.reset(parameter, rows)

    def begin() -> tuple[Canvas, Adam]:
        canvas = build(name)
        if isinstance(canvas, StartsFromPicture):
            picture = torch.rand(1, 4, *canvas.start_size[::-1], generator=seeded(0))
            picture[:, 3] = 1
            canvas.start_from_(picture, seeded(0))
        return canvas, Adam([p for group in canvas.param_groups(0) for p in group.params])

    def seeded(step: int) -> torch.Generator:
        return torch.Generator().manual_seed(step)

    whole, its_adam = begin()
    run(whole, its_adam, 0, stop)
    kept = {k: v.clone() if torch.is_tensor(v) else v for k, v in whole.state_dict().items()}
    moments = its_adam.moments()
    run(whole, its_adam, stop, 30)
    other, adam = begin()
    other.load_state_dict(kept)
    adam.load_(moments)
    run(other, adam, stop, 30)
    ends = whole.state_dict(), other.state_dict()
    for name in ends[0]:
        one, same = ends[0][name], ends[1][name]
        assert torch.equal(one, same) if torch.is_tensor(one) else one == same, name
    assert torch.equal(other(), whole())
    assert values_of(other.to_scene()) == values_of(whole.to_scene())
