"""What each level of `--quality` takes and gives: what `drawkit bench quality` prints."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from drawkit.engine import Session, draw

__all__ = ["KINDS", "LEVELS", "QualityRow", "bench_quality"]

LEVELS = ("draft", "normal", "best")
KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "256 strokes": {"strokes": 256},
        "64 shapes": {"strokes": 0, "shapes": 64},
        "32x32 cells": {"canvas": "pixels"},
    }
)
_PROMPT = "a cat"


@dataclass(frozen=True)
class QualityRow:
    """One drawing. seconds: of the clock, the open perceptor left out; processor: of all threads.

    score: of the built-in perceptor, which had a part in drawing it.
    """

    kind: str
    quality: str
    steps: int
    seconds: float
    processor: float
    score: float


def bench_quality(
    tell: Callable[[QualityRow], object], *, prompt: str = _PROMPT, **options: Any
) -> list[QualityRow]:
    """Draw one prompt as each kind at each level; tell: is given each row as it is there.

    options: of every drawing, such as fewer `strokes`.
    """
    session = Session()
    draw(prompt, session=session, steps=1, size=32, strokes=2, shapes=2)  # compiles, and opens
    rows = []
    for kind, own in KINDS.items():
        for quality in LEVELS:
            began, before = time.perf_counter(), time.process_time()
            named: dict[str, Any] = {**own, "quality": quality, **options}
            drawing = draw(prompt, session=session, live=False, **named)
            seconds, processor = time.perf_counter() - began, time.process_time() - before
            steps, score = drawing.scene.metadata.steps or 0, drawing.score or 0.0
            rows.append(QualityRow(kind, quality, steps, seconds, processor, score))
            tell(rows[-1])
    return rows
