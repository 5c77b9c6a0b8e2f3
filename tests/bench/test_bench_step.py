from __future__ import annotations

from pathlib import Path

from tiny_model import save_tiny_model

from drawkit.bench.step import StepTiming, bench_step

TRIES = 5
"""A machine that does something else meanwhile spoils one try, not five."""


def timed(folder: Path, strokes: int) -> StepTiming:
    return bench_step(str(folder), precision="fp32", strokes=strokes, blocks=5)


def test_it_times_the_step_and_the_perceptor_alone(tmp_path: Path) -> None:
    """What is not the perceptor's grows with the strokes, and the perceptor's own part does not."""
    folder = save_tiny_model(tmp_path / "tiny")
    for _ in range(TRIES):
        timing, more = timed(folder, 4), timed(folder, 1600)
        assert 0 < timing.perceptor_ms < timing.step_ms
        assert (timing.precision, timing.cutouts) == ("fp32", 4)
        assert str(folder) in timing.model
        around = timing.step_ms - timing.perceptor_ms, more.step_ms - more.perceptor_ms
        if around[1] > 1.5 * around[0] and more.perceptor_ms < 3 * timing.perceptor_ms:
            return
    raise AssertionError(f"{timing} and {more}")
