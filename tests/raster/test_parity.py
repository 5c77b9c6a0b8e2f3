"""The numba kernels and the plain torch reference are the same rasterizer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from raster.builder import (
    CLEAR,
    VALUES,
    WHITE,
    Item,
    build,
    cosine,
    gradients,
    random_paths,
    soft_slope,
)

from drawkit.raster import Paths

BACKGROUNDS = [WHITE, CLEAR, (0.2, 0.5, 0.9, 0.4)]
SIZES = [(32, 24), (21, 35), (17, 9), (40, 40)]
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None, derandomize=True, database=None)


def compare(paths: Paths, seed: int) -> tuple[float, float, dict[str, tuple[float, float]]]:
    """Greatest and mean difference of the pictures; cosine and ratio of size of each gradient."""
    width, height = SIZES[seed % len(SIZES)]
    background, slope = BACKGROUNDS[seed % len(BACKGROUNDS)], soft_slope(width, height, seed % 1000)
    fast, ours = gradients(paths, slope, background)
    slow, theirs = gradients(paths, slope, background, "reference")
    apart = (fast - slow).abs()
    figures = {
        name: (
            cosine(ours[name], theirs[name]),
            float((ours[name].norm() + 1e-6) / (theirs[name].norm() + 1e-6)),
        )
        for name in VALUES
    }
    return float(apart.max()), float(apart.mean()), figures


def strokes(seed: int) -> Paths:
    """Strokes of all widths, open and closed, crossing themselves and each other."""
    width, height = SIZES[seed % len(SIZES)]
    paths = random_paths(seed, 1 + seed % 7, width, height)
    every = torch.ones_like(paths.stroked)
    return Paths(**{**paths.__dict__, "stroked": every, "filled": ~every})


def blobs(seed: int) -> Paths:
    """Shapes that do not cross themselves, some with a stroke."""
    width, height = SIZES[seed % len(SIZES)]
    rng = np.random.default_rng(seed)
    items = []
    for index in range(1 + seed % 4):
        count = 3 * int(rng.integers(2, 4))
        angle = np.arange(count) / count * 2 * np.pi
        rim = (
            np.stack([np.cos(angle), np.sin(angle)], 1)
            * rng.uniform(0.2, 0.35)
            * min(width, height)
        )
        points = rng.uniform(0, 1, 2) * (width, height) + rim * rng.uniform(0.8, 1.2, (count, 1))
        color, ink = (tuple(rng.uniform(0.1, 0.9, 4)) for _ in range(2))
        stroke = ink if index % 2 else None
        items.append(Item(points, True, rng.uniform(0.1, 2), stroke, color, bool(rng.integers(2))))
    return build(*items)


@pytest.mark.parametrize("make", [strokes, blobs])
@given(seed=seeds)
@few
def test_same_picture_and_gradient(make: Callable[[int], Paths], seed: int) -> None:
    worst, _, figures = compare(make(seed), seed)
    assert worst <= 1e-4
    for name, (angle, size) in figures.items():
        assert angle >= 0.9999, name
        assert size == pytest.approx(1, abs=2e-3), name


@given(seed=seeds)
@few
def test_same_for_outlines_that_cross_themselves(seed: int) -> None:
    """Where an outline crosses itself, two edges are equally near and rounding picks one: single
    squares may differ, and take their gradient from another edge.
    """
    width, height = SIZES[seed % len(SIZES)]
    worst, mean, figures = compare(random_paths(seed, 1 + seed % 7, width, height), seed)
    assert worst <= 0.25
    assert mean <= 1e-3
    for name, (angle, size) in figures.items():
        assert angle >= 0.99, name
        assert size == pytest.approx(1, abs=0.05), name


def test_parity_can_fail() -> None:
    paths = strokes(3)
    width, height = SIZES[3]
    slope = soft_slope(width, height)
    fast, ours = gradients(paths, slope)
    moved = Paths(**{**paths.__dict__, "points": paths.points + 0.02})
    slow, theirs = gradients(moved, slope, rasterizer="reference")
    assert (fast - slow).abs().max() > 1e-3
    assert cosine(ours["points"], theirs["points"]) < 0.99995
