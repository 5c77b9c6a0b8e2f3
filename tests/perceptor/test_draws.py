"""What the shipped weights are for: at its defaults the built-in perceptor draws what is asked."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from tables import first_of

from drawkit import draw
from drawkit.perceptor.clip import open_perceptor

pytestmark = [pytest.mark.slow]

REACHED = {"a red apple": 0.45, "a house": 0.43, "a smiling face": 0.36}
"""A little below what they reach at the defaults."""


@pytest.mark.parametrize("words", first_of(REACHED))
def test_well_known_things_still_reach_their_score(words: str) -> None:
    drawing = draw(words, strokes=128, threads=2)
    assert drawing.score is not None
    assert drawing.score >= REACHED[words]


def test_the_score_tells_things_apart() -> None:
    drawing = draw("a red apple", strokes=64, steps=60)
    picture = Image.open(io.BytesIO(drawing.png(64))).convert("RGB")
    seen = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255
    perceptor = open_perceptor("builtin")
    words = perceptor.encode_text(["a red apple", "a house", "a cat", "a bicycle"])
    with torch.no_grad():
        apple, *others = (perceptor.encode_image(seen) @ words.T)[0].tolist()
    assert apple > REACHED["a red apple"]
    assert max(others) < 0.2
