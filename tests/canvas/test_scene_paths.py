"""A drawing that is there already: shown as it is, and only what may change does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scenes import random_grid, random_scene

from drawkit.canvas import CanvasSpec
from drawkit.canvas.scene_paths import SceneCanvas, fitted_scene
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.pictures.of_scene import picture_of
from drawkit.scene import (
    Background,
    CellLayer,
    GroupLayer,
    Path,
    PathLayer,
    RasterLayer,
    Scene,
    Subpath,
)

WHITE = (1.0, 1.0, 1.0)
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray[Any, Any]:
    corners = SQUARE * [right - left, bottom - top] + [left, top]
    after = np.roll(corners, -1, axis=0)
    steps = [corners + (after - corners) * at / 3 for at in range(3)]
    return np.stack(steps, axis=1).reshape(-1, 2)


RING = Path(
    box(8, 8, 56, 40),
    closed=True,
    fill=(0.8, 0.1, 0.1, 1.0),
    stroke=(0, 0, 0.5, 0.7),
    stroke_width=3.0,
    fill_rule="evenodd",
    more=(
        Subpath(box(16, 14, 30, 34), True),
        Subpath(box(36, 14, 50, 34)[:7]),
    ),
    label="ring",
    id="ring1",
)
LINE = Path(np.array([[4, 24], [20, 4], [40, 44], [60, 24]]), stroke=(0, 0.4, 0, 1), stroke_width=5)
UNDER = replace(RING, more=(), fill=(1.0, 0.9, 0.2, 1.0))
PIXELS = np.random.default_rng(3).integers(0, 256, (6, 8, 4)).astype(np.uint8)

SCENES = {
    "holes": Scene(64, 48, (PathLayer("a", (RING,)),)),
    "line below": Scene(64, 48, (PathLayer("a", (LINE, UNDER)),)),
    "random": replace(random_scene(5, paths=40, size=(64, 48))),
    "clear paper": Scene(64, 48, (PathLayer("a", (RING, LINE)),), Background(None)),
    "translucent": Scene(64, 48, (PathLayer("a", (LINE,), opacity=0.4),)),
    "hidden": Scene(64, 48, (PathLayer("a", (RING,), visible=False), PathLayer("b", (LINE,)))),
    "in layers": Scene(64, 48, (GroupLayer("g", opacity=0.5, layers=(PathLayer("a", (LINE,)),)),)),
    "a picture between": Scene(
        64,
        48,
        (
            PathLayer("a", (LINE,)),
            RasterLayer("photo", PIXELS, 10, 10, 32, 24),
            PathLayer("b", (replace(LINE, control_points=LINE.control_points[::-1]),)),
        ),
    ),
    "cells below": Scene(
        64, 48, (CellLayer("cells", random_grid(1, (8, 6))), PathLayer("a", (LINE,)))
    ),
}


def loaded(scene: Scene, **options: Any) -> SceneCanvas:
    spec = CanvasSpec(64, 48, scene.background.color)
    canvas = StrokesCanvas(StrokesConfig(strokes=1), spec).loaded(scene, **options)
    assert isinstance(canvas, SceneCanvas)
    return canvas


def pushed(canvas: SceneCanvas) -> SceneCanvas:
    """After a step that moves all that can be moved."""
    with torch.no_grad():
        for group in canvas.param_groups(0.0):
            for value in group.params:
                value.sub_(0.3)
    canvas.project_()
    return canvas


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_it_shows_the_scene(scene: Scene) -> None:
    shown = loaded(scene)()[0].permute(1, 2, 0).detach().numpy()
    wanted = picture_of(scene, 64, 48)
    assert np.abs(shown - wanted).mean() * 255 < 2.0
    other = replace(scene, layers=(PathLayer("x", (replace(RING, fill=(0, 0, 1, 1)),)),))
    assert np.abs(shown - picture_of(other, 64, 48)).mean() * 255 > 10


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_it_gives_the_scene_back(scene: Scene) -> None:
    found = loaded(scene).to_scene()
    assert [type(layer) for layer in found.layers if not isinstance(layer, RasterLayer)] == [
        type(layer) for layer in scene.layers if not isinstance(layer, RasterLayer | CellLayer)
    ]
    for path, again in zip(scene.paths(), found.paths(), strict=True):
        assert (path.label, path.id, path.closed, path.linecap) == (
            again.label, again.id, again.closed, again.linecap,
        )  # fmt: skip
        for run, run_again in zip(path.subpaths, again.subpaths, strict=True):
            np.testing.assert_allclose(run_again.control_points, run.control_points, atol=1e-5)
        assert (path.fill is None, path.stroke is None) == (
            again.fill is None,
            again.stroke is None,
        )


def test_all_that_is_seen_has_a_gradient() -> None:
    canvas = loaded(SCENES["holes"])
    canvas().square().sum().backward()
    assert canvas.points.grad is not None
    assert (canvas.points.grad.abs().sum(dim=1) > 0).float().mean() > 0.9
    assert canvas.fill.grad is not None
    assert (canvas.fill.grad != 0).any()


def test_what_is_frozen_locked_or_hidden_stays_to_the_last_digit() -> None:
    odd = replace(LINE, control_points=LINE.control_points / 3, stroke=(0.1, 0.2, 0.3, 0.7))
    layers = (
        PathLayer("free", (odd, LINE)),
        PathLayer("locked", (odd,), locked=True),
        GroupLayer("hidden", visible=False, layers=(PathLayer("in", (odd,)),)),
    )
    scene = Scene(64, 48, layers)
    found = list(pushed(loaded(scene, frozen={0})).to_scene().paths())
    for at in (0, 2, 3):
        np.testing.assert_array_equal(found[at].control_points, odd.control_points)
        assert (found[at].stroke, found[at].stroke_width) == (odd.stroke, odd.stroke_width)
    np.testing.assert_allclose(found[1].control_points, LINE.control_points - 0.3, atol=1e-5)
    assert found[1].stroke_width == pytest.approx(4.7)


def test_widths_keep_their_limits_or_where_they_began() -> None:
    thin = replace(LINE, stroke_width=0.2)
    found = list(pushed(loaded(Scene(64, 48, (PathLayer("a", (thin, LINE)),)))).to_scene().paths())
    assert found[0].stroke_width == pytest.approx(0.2)
    assert found[1].stroke_width == pytest.approx(4.7)


def test_fitted_in_the_middle() -> None:
    scene = Scene(32, 48, (PathLayer("a", (LINE,)), RasterLayer("p", PIXELS, 1, 2, 8, 6)))
    found = fitted_scene(scene, 64, 48)
    (path,) = found.paths()
    np.testing.assert_allclose(path.control_points, np.add(LINE.control_points, (16, 0)))
    twice = fitted_scene(scene, 64, 96)
    (path,) = twice.paths()
    np.testing.assert_allclose(path.control_points, LINE.control_points * 2)
    assert path.stroke_width == 10
    assert isinstance(photo := twice.layers[1], RasterLayer)
    assert photo.box == (2, 4, 16, 12)


def test_a_state_goes_back_into_it() -> None:
    canvas = pushed(loaded(SCENES["holes"]))
    other = loaded(SCENES["holes"])
    other.load_state_dict(canvas.state_dict())
    assert torch.equal(other(), canvas())
