"""What a story of six lines costs, and how good it is: what `drawkit bench story` prints."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawkit import Session, rank, story

__all__ = ["BOUNDS", "LINES", "Told", "bench_story"]

LINES = ("a cat", "an owl", "a fish", "a sailboat", "a house", "a tree")
BOUNDS = {"seconds": 600.0, "lottie_kb": 500.0}
"""Of a story of 30 s, 24 frames a second and 720 px, on two cores."""


@dataclass(frozen=True)
class Told:
    """A story that was told.

    drawing_s: all scenes; film_s: the MP4; seconds: both. recognized: scenes for which nothing of
    what the perceptor knows fits better than their own words. score: their mean.
    """

    scenes: int
    length_s: float
    frames: int
    drawing_s: float
    film_s: float
    mp4_kb: float
    lottie_kb: float
    recognized: int
    score: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.drawing_s + self.film_s


def bench_story(workers: int, side: int = 720, **options: Any) -> Told:
    """Tell six lines, as `drawkit story` does. workers: scenes at a time; side: of the film, px."""
    session = Session()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        told = story(LINES, run_dir=folder / "scenes", workers=workers, **options)
        drawn = time.perf_counter()
        movie = told.save(folder / "story.mp4", side)
        done = time.perf_counter()
        lottie = told.save(folder / "story.json")
        found = [rank(one.words, [one.path], session=session)[0] for one in told.scenes]
        return Told(
            len(told.scenes),
            told.seconds,
            len(told.film.frames),
            drawn - began,
            done - drawn,
            movie.stat().st_size / 1000,
            lottie.stat().st_size / 1000,
            sum(one.place == 1 for one in found),
            sum(one.score or 0.0 for one in told.scenes) / len(told.scenes),
        )
