"""How fast and how heavy the rasterizer is on this machine: forward plus backward.

Each case runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import math
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from drawkit.raster.paths import Paths

__all__ = ["CASES", "Case", "Timing", "bench", "clipdraw_paths"]


@dataclass(frozen=True)
class Case:
    """CLIPDraw-style strokes: how many, on a square canvas of `size` px, at `radius` px."""

    strokes: int
    size: int
    radius: float

    @property
    def name(self) -> str:
        """As it is printed."""
        return f"{self.strokes} strokes, {self.size} x {self.size}, radius {self.radius:g}"


@dataclass(frozen=True)
class Timing:
    """Median milliseconds of forward plus backward, and the process's peak memory."""

    case: str
    ms: float
    peak_mb: float


CASES = (
    Case(256, 224, 1),
    Case(256, 224, 5),
    Case(1024, 224, 5),
    Case(256, 512, 5),
    Case(4096, 1024, 5),
)


def clipdraw_paths(case: Case, seed: int = 0) -> Paths:
    """Strokes as CLIPDraw starts them: 1 to 3 segments, steps of up to 5 % of the canvas."""
    generator = torch.Generator().manual_seed(seed)
    segments = torch.randint(1, 4, (case.strokes,), generator=generator)
    strokes = []
    for count in segments.tolist():
        steps = 0.1 * (torch.rand(3 * count, 2, generator=generator) - 0.5)
        first = torch.rand(1, 2, generator=generator)
        strokes.append(torch.cat([first, first + steps.cumsum(0)]) * case.size)
    rgba = torch.rand(case.strokes, 4, generator=generator)
    none = torch.zeros(case.strokes, dtype=torch.bool)
    return Paths(
        points=torch.cat(strokes).requires_grad_(),
        segments=segments,
        closed=none,
        radius=torch.full((case.strokes,), float(case.radius)).requires_grad_(),
        stroke=rgba.requires_grad_(),
        fill=torch.zeros(case.strokes, 4),
        stroked=~none,
        filled=none,
        even_odd=none,
    )


def time_case(case: Case, seconds: float = 3.0) -> Timing:
    """Time one case in this process: median of the runs that fit into `seconds`, at least 5."""
    from drawkit.raster import rasterize

    paths = clipdraw_paths(case)
    weight = torch.rand(case.size, case.size, 4, generator=torch.Generator().manual_seed(1))

    def run() -> float:
        began = time.perf_counter()
        picture = rasterize(paths, case.size, case.size, premultiplied=True)
        torch.autograd.backward(picture, weight)
        return (time.perf_counter() - began) * 1000

    for _ in range(3):
        run()
    times = [run()]
    while len(times) < 5 or (sum(times) < seconds * 1000 and len(times) < 200):
        times.append(run())
    return Timing(case.name, round(statistics.median(times), 2), round(peak_mb(), 1))


def peak_mb() -> float:
    """Peak resident memory of this process in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss also counts what the parent held when it started this one
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def bench(cases: tuple[Case, ...] = CASES) -> list[Timing]:
    """Time each case in a fresh process."""
    timings = []
    for case in cases:
        done = subprocess.run(
            [sys.executable, "-m", "drawkit.raster.bench", json.dumps(asdict(case))],
            check=True,
            capture_output=True,
            text=True,
        )
        timings.append(Timing(**json.loads(done.stdout)))
    return timings


if __name__ == "__main__":
    given = Case(**json.loads(sys.argv[1]))
    assert math.isfinite(given.radius)
    print(json.dumps(asdict(time_case(given))))
