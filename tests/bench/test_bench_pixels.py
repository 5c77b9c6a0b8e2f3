from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

from drawkit.bench.pixels import bench_pixels, exactness, grid_seam, mirrored_share, orphan_share
from drawkit.engine.drawing import Drawing
from drawkit.scene import CellLayer, Scene
from drawkit.scene.grid import Grid

COLORS = [(0, 0, 0), (255, 255, 255), (255, 0, 0)]


def grid(cells: Any, transparent: int | None = None) -> Grid:
    return Grid.still(np.array(cells), COLORS, transparent)


def test_each_measure_knows_good_from_bad() -> None:
    even = grid([[0, 1, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    odd = grid([[0, 1, 2, 1], [0, 0, 0, 0], [1, 1, 1, 1]])
    assert mirrored_share(even) == 1
    assert mirrored_share(odd) < 1
    assert orphan_share(even) == 0
    assert orphan_share(odd) == pytest.approx(3 / 12)
    assert orphan_share(grid([[0, 0], [0, 2]], transparent=0)) == 1
    assert exactness(Drawing(Scene(4, 3, (CellLayer("cells", even),)))) == 1


def test_a_seam_is_told() -> None:
    ramp = Grid.still(np.arange(16)[None].repeat(16, 0), [(16 * i, 0, 0) for i in range(16)])
    wave = np.minimum(np.arange(16), 15 - np.arange(16))[None].repeat(16, 0)
    assert grid_seam(ramp) > 10
    assert grid_seam(Grid.still(wave, ramp.palette)) < 1.1
    hole = Grid.still((np.arange(16)[None].repeat(16, 0) > 14) * 1, [(0, 0, 0)] * 2, transparent=1)
    assert grid_seam(hole) == pytest.approx(1)


def test_the_seam_is_that_of_the_file() -> None:
    cells = np.random.default_rng(0).integers(0, 3, (9, 9))
    drawing = Drawing(Scene(9, 9, (CellLayer("cells", grid(cells)),)))
    seen = np.asarray(Image.open(io.BytesIO(drawing.png())).convert("RGBA")) / 255
    columns, rows = (np.abs(seen - np.roll(seen, 1, axis)).mean((1 - axis, 2)) for axis in (1, 0))
    expected = max(columns[0] / columns[1:].max(), rows[0] / rows[1:].max())
    assert grid_seam(grid(cells)) == pytest.approx(expected)


def test_the_bench_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: Any) -> None:
            super().__init__()
            self.name, self.precision = model, "fp32"

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    figures = bench_pixels("a cat", size=12, steps=2)
    assert figures.exact == 1
    assert figures.mirrored == 1
    assert all(np.isfinite(value) for value in asdict(figures).values())
