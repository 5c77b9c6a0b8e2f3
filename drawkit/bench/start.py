"""What a drawing spends before its first step: what `drawkit bench start` prints."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

__all__ = ["StartTiming", "bench_start"]

_PROGRAM = """
import json, time
from drawkit.engine import settings_for
settings_for({})
imported = time.process_time()
import torch
from drawkit.perceptor.clip import open_perceptor
perceptor = open_perceptor("builtin")
words = perceptor.encode_text(["a cat"])
opened = time.process_time()
perceptor.imagine(words, [1.0], 24, torch.Generator().manual_seed(0), recall=False)
print(json.dumps([imported, opened - imported, time.process_time() - opened]))
"""


@dataclass(frozen=True)
class StartTiming:
    """Seconds of the processor, all threads together, in a process of its own."""

    imports: float
    """Of drawkit, and of every loss and canvas, which reading the settings loads."""
    perceptor: float
    imagination: float


def bench_start(runs: int = 3) -> StartTiming:
    """Import drawkit with its settings, open the built-in perceptor, imagine 24 thumbnails.

    The quickest of `runs`, because what other programs do to the machine only ever adds.
    """
    found = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout))
    return StartTiming(*(min(row[phase] for row in found) for phase in range(3)))
