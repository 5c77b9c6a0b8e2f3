"""The gradients are the slopes of the pictures: torch's own checks, and finite differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from raster import builder
from raster.builder import VALUES, Item, build, gradients, random_paths, soft_slope
from torch import Tensor

from drawkit.raster import Paths, rasterize

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


def test_opcheck() -> None:
    from drawkit.raster.op import rasterize_op

    paths = random_paths(3, 5, 20, 15)
    values = [getattr(paths, name).requires_grad_() for name in VALUES]
    flags = [paths.segments, paths.closed, paths.stroked, paths.filled, paths.even_odd]
    told = torch.library.opcheck(rasterize_op, (*values, *flags, [0.5, 0.5, 0.5, 0.5], 20, 15))
    assert set(told.values()) == {"SUCCESS"}


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
