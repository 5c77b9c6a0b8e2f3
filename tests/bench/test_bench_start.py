from __future__ import annotations

from drawkit.bench.start import bench_start


def test_every_phase_takes_time_and_imports_are_not_counted_twice() -> None:
    timing = bench_start(runs=1)
    assert timing.imports > 0.1  # torch alone takes longer anywhere
    assert timing.perceptor > 0
    assert timing.imagination > timing.perceptor / 100
