"""What the shipped weights are for: at its defaults the built-in perceptor draws what is asked."""

from __future__ import annotations

import pytest

from drawkit import draw

pytestmark = [pytest.mark.slow]

REACHED = {"a red apple": 0.45, "a house": 0.43, "a smiling face": 0.36}
"""A little below what they reach; another thing's drawing scores below 0.25 with these words."""


@pytest.mark.parametrize("words", REACHED)
def test_well_known_things_still_reach_their_score(words: str) -> None:
    drawing = draw(words, strokes=128, threads=2)
    assert drawing.score is not None
    assert drawing.score >= REACHED[words]


def test_the_score_tells_things_apart() -> None:
    apple = draw("a red apple", strokes=64, steps=60, settings={"losses.text.weight": 0.0})
    assert apple.score is not None
    other = draw(
        "a house",
        strokes=64,
        steps=1,
        settings={"perceptor.imagine": 0, "losses.imagined.weight": 0},
    )
    assert other.score is not None
    assert other.score < 0.25 < apple.score
