"""Losses about how a drawing looks may make those about what it shows give way for a while."""

from __future__ import annotations

import pytest
import torch
from loops import TEXT, build
from torch import Tensor

from drawkit.losses import Loss, View, WeightedLoss, losses
from drawkit.losses.ink import InkConfig, InkLoss


class Hush(Loss):
    """Wants nothing itself; the words count a quarter in the second half."""

    def forward(self, view: View) -> Tensor:
        return 0 * view.on_paper.sum()

    def content_share(self, content: str, progress: float) -> float:
        return 1.0 if progress < 0.5 else 0.25 if content == "words" else 0.0


HUSH = WeightedLoss("hush", Hush(None), 1.0)
INK = WeightedLoss("ink", InkLoss(InkConfig()), 2.0)


def test_content_counts_less_while_it_is_hushed_and_the_rest_does_not() -> None:
    for step in build(steps=10, losses=(TEXT, INK, HUSH)):
        share = 1.0 if step.index <= 5 else 0.25
        wanted = share * step.losses["text"] + 2 * step.losses["ink"]
        assert step.loss == pytest.approx(wanted, abs=1e-6)


def test_the_newest_drawing_is_kept_where_content_gave_way() -> None:
    plain, hushed = build(), build(losses=(TEXT, HUSH))
    for loop in (plain, hushed):
        loop.score = iter([0.9, 0.8, 0.4, 0.3]).__next__  # type: ignore[method-assign]
        assert len(list(loop)) == 20
    assert plain.best is not None
    assert hushed.best is not None
    assert (plain.best.step, hushed.best.step) == (5, 20)


def test_what_is_drawn_is_up_to_words_thumbnail_and_start() -> None:
    kinds = {name: losses.get(name).cls.content for name in losses.names()}
    told = {"text": "words", "imagined": "picture", "still": "picture"}
    assert {name: content for name, content in kinds.items() if content} == told


def test_any_pictures_can_be_seen_in_stages() -> None:
    class Peek(Hush):
        def forward(self, view: View) -> Tensor:
            (look,) = view.looks
            assert len(look.stages_of(torch.zeros(2, 3, 32, 32))) == 2
            return super().forward(view)

    assert next(iter(build(losses=(TEXT, WeightedLoss("peek", Peek(None), 1.0)))))
