"""Whether the figures of a character tell good from bad."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drawkit import Session
from drawkit.bench.animate import (
    AREA_BOUND,
    CharacterRow,
    _foreign,
    area_deviation,
    bench_animate,
)
from drawkit.cli import app
from drawkit.scene.grid import Grid


def test_the_area_that_changes_most_counts() -> None:
    shown = [np.ones((10, 10), bool) for _ in range(3)]
    assert area_deviation(shown) == 0
    shown[1][0, :6] = False
    assert area_deviation(shown) == pytest.approx(0.06)
    assert area_deviation(shown) > AREA_BOUND


def test_colours_that_are_not_of_the_palette_are_counted() -> None:
    grid = Grid.still([[0, 1], [1, 1]], [(0, 0, 0), (200, 30, 40)], transparent=0)
    pixels = grid.rgba()
    assert _foreign([pixels], grid) == 0
    pixels[0, 0] = (1, 2, 3, 255)
    pixels[1, 1, 0] = 199
    assert _foreign([pixels, grid.rgba()], grid) == 2


def test_the_bench_runs() -> None:
    row = bench_animate("a cat", Session(), motion="bob", frames=2, size=12, steps=2, seed=1)
    assert (row.frames, row.foreign) == (8, 0)
    assert row.area <= AREA_BOUND
    assert 0 <= row.named <= 1
    assert row.seconds > 0


def test_the_command_prints_a_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one(prompt: str, session: Session, **given: Any) -> Any:
        assert given == {"motion": "hop"}
        return CharacterRow(prompt, 16, 0.01, 5, 0, 2, 1.0, 1.0, 1.0, 1.0, 9.0, 8.0)

    monkeypatch.setattr("drawkit.bench.animate.bench_animate", one)
    with pytest.raises(SystemExit) as ended:
        app(["bench", "animate", "a cat", "--motion", "hop"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["what", "a", "(bounds:"]
