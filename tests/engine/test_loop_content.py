"""Losses count in their part of the run; where words rest, the newest drawing is the best."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from loops import TEXT, build
from torch import Tensor

from drawkit.errors import ConfigError
from drawkit.losses import Loss, StepContext, WeightedLoss, losses
from drawkit.losses.ink_coverage import InkCoverageConfig, InkCoverageLoss
from drawkit.losses.text import TextConfig

HALF = replace(TEXT, during=(0.0, 0.5))
INK = WeightedLoss("ink", InkCoverageLoss(InkCoverageConfig()), 2.0)


class Idle(Loss):
    """Wants nothing itself."""

    def forward(self, context: StepContext) -> Tensor:
        return 0 * context.on_paper.sum()


def test_a_loss_counts_in_its_part_of_the_run() -> None:
    for step in build(steps=10, losses=(HALF, INK)):
        words = step.losses["text"] if step.index <= 5 else 0
        assert step.loss == pytest.approx(words + 2 * step.losses["ink"], abs=1e-6)


def test_the_newest_drawing_is_kept_where_words_rest() -> None:
    plain, resting = build(losses=(TEXT, INK)), build(losses=(HALF, INK))
    for loop in (plain, resting):
        loop.score = iter([0.9, 0.8, 0.4, 0.3]).__next__  # type: ignore[method-assign]
        assert len(list(loop)) == 20
    assert plain.best is not None
    assert resting.best is not None
    assert (plain.best.step, resting.best.step) == (5, 20)


def test_a_part_has_a_begin_and_an_end() -> None:
    late = replace(TEXT, during=(0.25, 0.75))
    assert [late.factor(at) for at in (0.0, 0.24, 0.25, 0.7, 0.75)] == [0, 0, 1, 1, 0]
    assert TEXT.factor(1.0) == TEXT.factor(0.0) == 1
    for wrong in ((0.5, 0.5), (0.9, 0.1)):
        with pytest.raises(ConfigError, match=r"losses\.text\.during is \["):
            TextConfig(during=wrong)
    with pytest.raises(ConfigError, match=r"losses\.text\.during is .*allowed: 0 to 1"):
        TextConfig(during=(0.0, 2.0))


def test_what_is_drawn_is_up_to_words_target_and_start() -> None:
    kinds = {name: losses.get(name).cls.content for name in losses.names()}
    told = {"text": "words", "target": "picture", "temporal": "picture"}
    told |= {
        "directional": "words",
        "distill": "words",
        "domain": "words",
        "expected": "words",
        "patches": "words",
        "likeness": "picture",
        "along_edges": "picture",
        "fidelity": "picture",
    }
    assert {name: content for name, content in kinds.items() if content} == told


def test_any_pictures_can_be_seen_in_stages() -> None:
    class Peek(Idle):
        def forward(self, context: StepContext) -> Tensor:
            (output,) = context.outputs
            assert len(output.stages_of(torch.zeros(2, 3, 32, 32))) == 2
            return super().forward(context)

    assert next(iter(build(losses=(TEXT, WeightedLoss("peek", Peek(None), 1.0)))))


def test_random_numbers_of_a_loss_follow_from_seed_step_and_name_alone() -> None:
    drawn: list[float] = []

    class Dice(Idle):
        def forward(self, context: StepContext) -> Tensor:
            drawn.append(float(torch.rand(1, generator=context.generator)))
            return super().forward(context)

    def rolls(seed: int, *others: WeightedLoss, name: str = "dice") -> list[float]:
        drawn.clear()
        dice = WeightedLoss(name, Dice(None), 1.0)
        assert len(list(build(seed=seed, steps=3, losses=(TEXT, *others, dice)))) == 3
        return list(drawn)

    alone = rolls(0)
    assert len(set(alone)) == 3
    assert rolls(0) == alone
    assert rolls(1) != alone
    twin = rolls(0, WeightedLoss("twin", Dice(None), 1.0))
    assert twin[1::2] == alone
    assert twin[::2] != alone
