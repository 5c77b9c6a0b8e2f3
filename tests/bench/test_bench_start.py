from __future__ import annotations

import subprocess
import sys

from drawkit.bench.start import _PROGRAM, bench_start


def test_every_phase_takes_time_and_imports_are_not_counted_twice() -> None:
    timing = bench_start(runs=1)
    assert timing.imports > 0.1  # torch alone takes longer anywhere
    assert timing.perceptor > 0
    assert timing.imagination > timing.perceptor / 100


def test_imports_are_all_that_a_drawing_loads() -> None:
    """Reading the settings loads canvases and losses; it had hidden seconds of imports."""
    imports, found, _ = _PROGRAM.partition("imported = ")
    assert found
    show = "import sys; print([name for name in sys.modules if name.startswith('drawkit.')])"
    done = subprocess.run(
        [sys.executable, "-c", imports + show], capture_output=True, text=True, check=True
    )
    for name in ("canvas.strokes", "canvas.pixels", "losses.likeness", "export.svg"):
        assert f"'drawkit.{name}'" in done.stdout
