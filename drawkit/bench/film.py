"""What `--film` takes from drawing: what `drawkit bench film` prints."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drawkit import Recorder, Step, draw

__all__ = ["BOUND", "Filmed", "bench_film"]

BOUND = 0.1
"""Of the time of the steps that a film may take while it is drawn."""

_DRAWINGS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "strokes": {"strokes": 256},
        "shapes": {"strokes": 0, "shapes": 64},
        "pixels": {"canvas": "pixels", "size": 32},
    }
)


@dataclass(frozen=True)
class Filmed:
    """One drawing that was filmed, at 512 px, as MP4.

    steps_s: all its steps. film_s: what the film took from between them. slower: their ratio.
    frames: that were taken. after_s: encoding what was left when the drawing was done.
    """

    canvas: str
    steps_s: float
    film_s: float
    slower: float
    frames: int
    after_s: float


def bench_film(canvas: str, prompt: str = "a cat", **options: Any) -> Filmed:
    """Draw and film, and measure both within one run: other work on the machine slows both.

    canvas: strokes, shapes or pixels.
    """
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "film.mp4")
        marks: list[float] = []

        def watch(step: Step) -> None:
            marks.append(time.perf_counter())
            recorder(step)

        drawing = draw(prompt, on_step=watch, **{**_DRAWINGS[canvas], **options})
        done = time.perf_counter()
        recorder.close(drawing)
        after = time.perf_counter() - done
    steps = marks[-1] - marks[0] - recorder.seconds
    return Filmed(canvas, steps, recorder.seconds, recorder.seconds / steps, recorder.frames, after)
