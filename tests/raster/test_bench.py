"""The benchmark, and what the rasterizer costs: time by painted area and paths, bounded memory."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from raster.builder import Item, build

from drawkit.raster import Paths, bench, rasterize
from drawkit.raster.bench import CASES, Case, Timing, clipdraw_paths

# strokes, size, radius: four cases that diffvg was timed on, and a large one
WANTED = [(256, 224, 1), (256, 224, 5), (1024, 224, 5), (256, 512, 5), (4096, 1024, 5)]


def test_the_five_cases_in_their_order() -> None:
    assert [(case.strokes, case.size, case.radius) for case in CASES] == WANTED
    assert len({case.name for case in CASES}) == 5


def test_a_timing_has_three_keys() -> None:
    assert list(asdict(Timing("a", 1.0, 2.0))) == ["case", "ms", "peak_mb"]


def test_the_strokes_are_clipdraws() -> None:
    paths = clipdraw_paths(Case(300, 200, 5))
    paths.check()
    assert set(paths.segments.tolist()) == {1, 2, 3}
    assert (paths.radius == 5).all()
    assert paths.stroked.all()
    assert not paths.filled.any()
    assert not paths.closed.any()
    starts = paths.starts()
    inner = torch.ones(len(paths.points), dtype=torch.bool)
    inner[starts[:-1]] = False
    steps = paths.points.diff(dim=0)[inner[1:]]
    assert steps.abs().max() <= 10  # 5 % of the canvas
    assert steps.abs().max() > 9
    first = paths.points[starts[:-1]] / 200
    assert first.min() >= 0
    assert first.max() <= 1
    again = clipdraw_paths(Case(300, 200, 5))
    assert torch.equal(paths.points, again.points)


def test_one_process_a_case() -> None:
    cases = (Case(3, 16, 1), Case(2, 24, 2.5))
    timings = bench.bench(cases)
    assert [timing.case for timing in timings] == [case.name for case in cases]
    for timing in timings:
        assert timing.ms > 0
        assert 50 < timing.peak_mb < 4000
        assert json.loads(json.dumps(asdict(timing))) == asdict(timing)


@pytest.mark.slow
def test_all_five_and_the_memory_of_the_largest() -> None:
    timings = bench.bench()
    assert [timing.case for timing in timings] == [case.name for case in CASES]
    assert timings[-1].peak_mb < 1500


def small_strokes(count: int, size: int) -> Paths:
    """Strokes about 8 px long and 2 px wide, spread over the canvas."""
    rng = np.random.default_rng(0)
    places = rng.uniform(0, size, (count, 1, 2)) + np.cumsum(rng.normal(0, 3, (count, 4, 2)), 1)
    items = [Item(points, radius=1.0, stroke=(0.2, 0.4, 0.6, 0.5)) for points in places]
    return build(*items)


def seconds(paths: Paths, size: int) -> float:
    """Best of five, forward and backward."""
    paths = replace(paths, points=paths.points.requires_grad_())
    weight = torch.ones(size, size, 4)
    times = []
    for _ in range(6):
        began = time.process_time()
        torch.autograd.backward(rasterize(paths, size, size, premultiplied=True), weight)
        times.append(time.process_time() - began)
    return min(times[1:])


@pytest.mark.slow
def test_time_grows_with_paint_and_paths_and_not_with_paths_times_pixels() -> None:
    empty = seconds(small_strokes(1, 1024), 1024)
    few, many = (seconds(small_strokes(count, 1024), 1024) for count in (1000, 4000))
    dense = seconds(small_strokes(4000, 256), 256)
    assert many - empty < 8 * (few - empty)
    assert many < 2 * (dense + empty)
    broad = build(
        Item([(100, 100), (300, 900), (800, 200), (900, 900)], radius=60.0, stroke=(0.0, 0, 0, 1))
    )
    assert seconds(broad, 1024) < 3 * empty
