"""The oracle: against the given scenes, finite differences, and what is stored of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from raster import make_scenes, oracle
from raster.builder import WHITE, Item, build, soft_slope

from drawkit.raster.conformity import load_scene

HERE = Path(__file__).parent
DARK = (0.1, 0.2, 0.3, 0.8)


@pytest.mark.parametrize(("name", "bound"), [("one_stroke", 2e-5), ("fill_evenodd", 1e-4)])
def test_draws_the_given_scenes(name: str, bound: float) -> None:
    scene = load_scene(HERE / "scenes" / f"{name}.npz")
    picture = oracle.picture(scene.paths, scene.width, scene.height, scene.background)
    assert np.abs(picture[..., :3] - scene.data["image"]).mean() < bound


CURL = [(2.3, 2.1), (9.2, 10.4), (1.2, 9.1), (9.7, 3.2)]
RING = [(2.9, 3.3), (8.2, 9.1), (10.3, 2.2), (8.8, 6.9), (6.1, 1.3), (4.4, 0.9)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "items",
    [
        [Item(CURL, radius=0.9, stroke=DARK), Item(CURL[::-1], radius=0.4, stroke=DARK)],
        [Item(CURL, fill=DARK), Item(RING, True, 0.5, DARK, DARK, True)],
    ],
)
def test_gradient_agrees_with_finite_differences(
    items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oracle, "ROWS", 250)
    paths = build(*items)
    slope = soft_slope(12, 12).double().numpy()

    def loss(**values: torch.Tensor) -> float:
        return float((oracle.picture(replace(paths, **values), 12, 12, WHITE) * slope).sum())

    truth = oracle.gradient(paths, 12, 12, WHITE, slope)
    rng = np.random.default_rng(0)
    pairs = []
    for _ in range(4):
        way = rng.normal(size=truth.points.shape)
        ahead, behind = (
            loss(points=paths.points + s * 0.02 * torch.from_numpy(way)) for s in (1, -1)
        )
        pairs.append(((ahead - behind) / 0.04, float((truth.points * way).sum())))
    ahead, behind = (loss(radius=paths.radius + s * 0.02) for s in (1, -1))
    pairs.append(((ahead - behind) / 0.04, float(truth.radius.sum())))
    measured, told = np.array(pairs).T
    assert np.linalg.norm(measured - told) < 0.02 * np.linalg.norm(measured)


@pytest.mark.slow
def test_stored_scenes_are_what_the_oracle_says() -> None:
    told = make_scenes.work_out("tiny")
    with np.load(HERE / "more_scenes" / "tiny.npz") as stored:
        assert set(stored.files) == set(told)
        for key in stored.files:
            np.testing.assert_allclose(stored[key], told[key], rtol=1e-3, atol=1e-4, err_msg=key)


def test_every_scene_is_stored() -> None:
    stored = {file.stem for file in (HERE / "more_scenes").glob("*.npz")}
    assert stored == set(make_scenes.SCENES)
