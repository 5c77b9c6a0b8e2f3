"""The benchmark, and what the rasterizer costs: time by painted area and paths, bounded memory."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from raster.builder import Item, build
from tables import first_of

from drawkit.raster import Paths, bench, rasterize
from drawkit.raster.bench import CASES, Case, clipdraw_paths

NUMBERS = Path(__file__).parents[2] / "docs" / "numbers.md"


def test_the_cases_are_those_of_the_published_table() -> None:
    row = re.compile(r"^\| (\d+), (\d+) x \2, (\d+) px \|", re.M)
    table = [tuple(map(int, found)) for found in row.findall(NUMBERS.read_text("utf-8"))]
    assert [(case.strokes, case.size, case.radius) for case in CASES] == table
    assert len({case.name for case in CASES}) == len(table) > 1


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


def test_one_process_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small drawing after a large one takes less time, and less memory: its own peak alone."""
    # On a busy machine a small one's time is that of threads that wait for each other.
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    cases = (Case(512, 1024, 5), Case(3, 16, 1))
    large, small = bench.bench(cases)
    assert (large.case, small.case) == tuple(case.name for case in cases)
    assert 0 < small.ms < large.ms / 5
    assert 50 < small.peak_mb < large.peak_mb - 10  # a picture of the large one is 16 MB


@pytest.mark.slow
@pytest.mark.parametrize("case", first_of(reversed(CASES)), ids=lambda case: case.name)
def test_what_the_published_cases_take(case: Case) -> None:
    """The largest, and in the long run the others."""
    (timing,) = bench.bench((case,))
    assert timing.case == case.name
    assert timing.peak_mb < 1500


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
    for _ in range(5):  # whatever else the machine does spoils one try, not five
        empty = seconds(small_strokes(1, 1024), 1024)
        few, many = (seconds(small_strokes(count, 1024), 1024) for count in (1000, 4000))
        dense = seconds(small_strokes(4000, 256), 256)
        if many - empty < 8 * (few - empty) and many < 2 * (dense + empty):
            break
    else:
        raise AssertionError(f"{empty} {few} {many} {dense}")
    broad = build(
        Item([(100, 100), (300, 900), (800, 200), (900, 900)], radius=60.0, stroke=(0.0, 0, 0, 1))
    )
    assert seconds(broad, 1024) < 3 * empty
