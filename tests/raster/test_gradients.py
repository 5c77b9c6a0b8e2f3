"""The gradients are the slopes of the pictures: torch's own checks, and finite differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from raster import builder
from raster.builder import (
    VALUES,
    Item,
    build,
    gradients,
    random_paths,
    soft_slope,
    straight_line,
)
from torch import Tensor

from drawkit.raster import Paths, rasterize
from drawkit.raster.cpu import launch

GLASS = (0.2, 0.5, 0.9, 0.4)
MIDDLE = np.array([5, 4])


def rgba(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(rng.uniform(0.2, 0.9, 4))


def ring(rng: np.random.Generator, count: int, size: float) -> np.ndarray:
    """Points of a closed shape that does not cross itself, round (0, 0)."""
    angle = np.arange(count) / count * 2 * np.pi
    return np.stack([np.cos(angle), np.sin(angle)], 1) * size * rng.uniform(0.7, 1.1, (count, 1))


def open_stroke(rng: np.random.Generator) -> Item:
    return Item(rng.uniform(2, 8, (4, 2)), False, rng.uniform(0.05, 1.5), rgba(rng))


def closed_stroke(rng: np.random.Generator) -> Item:
    return Item(rng.uniform(2, 8, (6, 2)), True, rng.uniform(0.2, 1.5), rgba(rng))


def fill(rng: np.random.Generator) -> Item:
    return Item(ring(rng, 6, 2.5) + MIDDLE, True, 1.0, None, rgba(rng))


def both(rng: np.random.Generator) -> Item:
    return Item(ring(rng, 6, 2.5) + MIDDLE, True, 0.7, rgba(rng), rgba(rng))


@pytest.mark.parametrize("make", [open_stroke, closed_stroke, fill, both])
@pytest.mark.parametrize("seed", range(5))
def test_gradcheck_of_the_reference(make: Callable[[np.random.Generator], Item], seed: int) -> None:
    paths = build(make(np.random.default_rng(seed)), open_stroke(np.random.default_rng(seed + 9)))

    def draw(*values: Tensor) -> Tensor:
        drawn = replace(paths, **dict(zip(VALUES, values, strict=True)))
        return rasterize(drawn, 10, 8, GLASS, premultiplied=True, rasterizer="reference")

    values = tuple(getattr(paths, name).double().requires_grad_() for name in VALUES)
    assert torch.autograd.gradcheck(draw, values, eps=1e-6, atol=1e-5, rtol=1e-3, fast_mode=True)


def strokes(seed: int) -> Paths:
    rng = np.random.default_rng(seed)
    items = []
    for index in range(4):
        steps = rng.normal(0, 3, (3 * (1 + index % 3) + (index % 2 == 0), 2))
        points = rng.uniform(4, 20, 2) + np.cumsum(steps, 0)
        items.append(Item(points, index % 2 == 1, rng.choice([0.15, 0.3, 1, 2.5]), rgba(rng)))
    return build(*items)


def blobs(seed: int) -> Paths:
    rng = np.random.default_rng(seed)
    rings = [ring(rng, 3 * int(rng.integers(2, 4)), 6) + rng.uniform(8, 16, 2) for _ in range(3)]
    return build(*[Item(points, True, 1.0, None, rgba(rng)) for points in rings])


STEPS = {"points": 0.01, "radius": 0.01, "stroke": 0.05, "fill": 0.05}
ROOM = {"points": 0.03, "radius": 0.01, "stroke": 0.005, "fill": 0.01}


def slopes(paths: Paths, seed: int) -> dict[str, np.ndarray]:
    """Per value: slopes measured and told along six random directions, [6, 2]."""
    slope = soft_slope(27, 22, seed)
    _, told = gradients(paths, slope)
    generator = torch.Generator().manual_seed(seed)

    def loss(name: str, value: Tensor) -> float:
        picture = rasterize(replace(paths, **{name: value}), 27, 22, premultiplied=True)
        return float((picture.double() * slope).sum())

    found = {}
    for name, step in STEPS.items():
        value, rows = getattr(paths, name), []
        for _ in range(6):
            way = torch.randn(value.shape, generator=generator)
            ahead, behind = (loss(name, value + sign * step * way) for sign in (1, -1))
            rows.append(((ahead - behind) / (2 * step), float((told[name] * way).sum())))
        found[name] = np.array(rows)
    return found


def off(rows: np.ndarray) -> float:
    """Relative error of what is told."""
    return float(np.linalg.norm(rows[:, 0] - rows[:, 1]) / (np.linalg.norm(rows[:, 0]) + 1e-9))


def of_four(make: Callable[[int], Paths]) -> dict[str, float]:
    """Relative error by value, over four seeds."""
    every = [slopes(make(seed), seed) for seed in range(4)]
    return {name: off(np.concatenate([rows[name] for rows in every])) for name in STEPS}


@pytest.mark.parametrize("make", [strokes, blobs])
def test_finite_differences_of_the_kernels(make: Callable[[int], Paths]) -> None:
    figures = of_four(make)
    assert all(figures[name] < ROOM[name] for name in STEPS), figures


def test_finite_differences_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*given: Any) -> tuple[Tensor, dict[str, Tensor]]:
        picture, told = builder.gradients(*given)
        return picture, {name: value * 1.1 for name, value in told.items()}

    monkeypatch.setitem(globals(), "gradients", wrong)
    figures = of_four(strokes)
    assert all(figures[name] > ROOM[name] for name in ("points", "radius", "stroke")), figures


@pytest.mark.parametrize("radius", [None, 0.05, 0.3, 2.0])
def test_what_is_kept_of_drawing_is_what_is_found_again(
    radius: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thin strokes leave more than there is room for, so that some of it is found again anyway."""
    paths = random_paths(6, 30, 40, 30)
    if radius is not None:
        paths = replace(paths, radius=torch.full_like(paths.radius, radius))
    picture, kept = gradients(paths, soft_slope(40, 30))
    monkeypatch.setattr(launch, "MOST_KEPT", 0)
    same, found = gradients(paths, soft_slope(40, 30))
    assert torch.equal(picture, same)
    assert all(torch.equal(kept[name], found[name]) for name in VALUES)


def test_a_layer_that_hides_all_others_still_learns_its_opacity() -> None:
    """What lies under it moves nothing; but less of it would show that."""
    line = straight_line(-20, 10, 40, 10)
    paths = build(
        Item(straight_line(2, 5, 18, 15), radius=2, stroke=(1, 0, 0, 1)),
        Item(line, radius=30, stroke=(0, 0, 1, 1)),
    )
    picture, told = gradients(paths, soft_slope(20, 20))
    _, right = gradients(paths, soft_slope(20, 20), rasterizer="reference")
    assert torch.equal(picture[..., 2], torch.ones(20, 20))
    assert not told["points"][:4].any()
    assert not told["stroke"][0].any()
    assert told["stroke"][1, 3].abs() > 0.1
    assert torch.allclose(told["stroke"], right["stroke"], rtol=1e-3, atol=1e-4)


def test_values_that_changed_since_they_were_drawn_are_refused() -> None:
    paths = random_paths(3, 5, 20, 15)
    picture = rasterize(replace(paths, radius=paths.radius.requires_grad_()), 20, 15)
    with torch.no_grad():
        paths.radius.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        picture.sum().backward()


def test_a_graph_that_is_retained_gives_the_same_twice() -> None:
    paths = random_paths(3, 5, 20, 15)
    points = paths.points.requires_grad_()
    picture = rasterize(replace(paths, points=points), 20, 15)
    first, second = (
        torch.autograd.grad(picture.sum(), points, retain_graph=True)[0] for _ in range(2)
    )
    assert torch.equal(first, second)


def test_only_what_needs_a_gradient_gets_one() -> None:
    paths = random_paths(4, 5, 20, 15)
    assert not rasterize(paths, 20, 15).requires_grad
    radius = paths.radius.clone().requires_grad_()
    rasterize(replace(paths, radius=radius), 20, 15).sum().backward()
    assert radius.grad is not None
    assert paths.points.grad is None
    with torch.no_grad():
        assert not rasterize(replace(paths, radius=radius), 20, 15).requires_grad


def test_gradients_reach_double_leaves_through_the_float32_kernels() -> None:
    paths = random_paths(5, 4, 20, 15)
    points = paths.points.double().requires_grad_()
    slope = soft_slope(20, 15)
    picture = rasterize(replace(paths, points=points), 20, 15, premultiplied=True)
    assert picture.dtype == torch.float32
    picture.backward(slope)
    _, single = gradients(paths, slope)
    assert points.grad is not None
    assert torch.equal(points.grad, single["points"].double())


def test_the_straight_picture_has_finite_gradients_where_it_is_empty() -> None:
    paths = random_paths(6, 4, 20, 15)
    values = {name: getattr(paths, name).clone().requires_grad_() for name in VALUES}
    picture = rasterize(replace(paths, **values), 20, 15, (0, 0, 0, 0))
    assert (picture[..., 3] == 0).any()
    picture.square().sum().backward()
    assert all(torch.isfinite(value.grad).all() for value in values.values())
