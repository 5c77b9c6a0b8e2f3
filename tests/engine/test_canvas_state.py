from __future__ import annotations

import pytest
import torch
from loops import build


def test_a_scored_picture_serves_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, plain = build(steps=20), build(steps=20)
    count = 0
    draw = loop.canvas.forward

    def counted() -> torch.Tensor:
        nonlocal count
        count += 1
        return draw()

    monkeypatch.setattr(loop.canvas, "forward", counted)
    scores = [step.score for step in loop]
    assert count == 20 + 1  # every step, and the score at the end
    assert loop._shown._kept is None  # what no step needs is not held
    redrawn = []
    for step in plain:
        redrawn.append(step.score)
        plain._shown._kept = None
    assert scores == redrawn
    assert torch.equal(loop.canvas(), plain.canvas())


def test_what_moved_after_the_score_is_drawn_anew() -> None:
    loop = build(steps=20)
    steps = iter(loop)
    while next(steps).score is None:
        pass
    with torch.no_grad():
        for parameter in loop.canvas.parameters():
            parameter.mul_(0.5)
    now = loop.canvas().detach()
    assert torch.equal(loop._shown.taken(None), now)
