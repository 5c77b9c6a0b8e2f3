from __future__ import annotations

from pathlib import Path

from tiny_model import save_tiny_model

from drawkit.bench.step import bench_step


def test_it_times_the_step_and_the_perceptor_alone(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    timing = bench_step(str(folder), precision="fp32", strokes=4, blocks=5)
    assert 0 < timing.perceptor_ms < timing.step_ms
    more = bench_step(str(folder), precision="fp32", strokes=800, blocks=5)
    assert more.ratio > 1.5 * timing.ratio  # what is not the perceptor's has grown
    assert (timing.precision, timing.cutouts) == ("fp32", 4)
    assert str(folder) in timing.model
