"""The end of a run: words rest where a picture says what they say, and nobody is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loops import TEXT, build
from PIL import Image
from torch import Tensor

from drawkit import draw
from drawkit.engine.target import finishing
from drawkit.losses import Loss, StepContext, WeightedLoss
from drawkit.losses.ink_coverage import InkCoverageConfig, InkCoverageLoss
from drawkit.losses.target import TargetConfig, TargetLoss

TARGET = WeightedLoss("target", TargetLoss(TargetConfig()), 100.0)
INK = WeightedLoss("ink", InkCoverageLoss(InkCoverageConfig()), 1.0)


class Watching(Loss):
    """Asks a perceptor about something else than words."""

    asks_perceptor = True

    def forward(self, context: StepContext) -> Tensor:
        return context.outputs[0].features.sum()


def test_words_rest_and_others_do_not() -> None:
    found = finishing([TEXT, TARGET, INK], 0.4)
    assert [one.during for one in found] == [(0.0, 0.4), (0.0, 1.0), (0.0, 1.0)]


def test_not_where_nothing_follows_the_picture() -> None:
    for during in ((0.0, 0.3), (0.5, 1.0), (0.2, 0.9)):
        assert finishing([TEXT, replace(TARGET, during=during)], 0.4)[0] is TEXT
    assert finishing([TEXT, INK], 0.4)[0] is TEXT


def test_what_was_said_of_their_time_counts() -> None:
    early, late = replace(TEXT, during=(0.1, 0.3)), replace(TEXT, during=(0.5, 1.0))
    assert [one.during for one in finishing([early, late, TARGET], 0.4)] == [
        (0.1, 0.3),
        (0.5, 1.0),
        (0.0, 1.0),
    ]
    assert finishing([TEXT, TARGET], 1.0)[0] is TEXT


def test_not_beside_a_loss_that_watches() -> None:
    watching = WeightedLoss("watching", Watching(None), 1.0)
    assert finishing([TEXT, TARGET, watching], 0.4)[0] is TEXT


def test_nobody_is_asked_while_words_rest() -> None:
    """Only whoever scores: at steps 5 and 10, which see one view each."""
    seen = []
    loop = build(steps=10, losses=(replace(TEXT, during=(0.0, 0.5)), INK))
    perceptor = loop._scorers[0].perceptor
    look = perceptor.encode_image

    def watched(views: Tensor) -> Tensor:
        seen.append((loop._done, len(views)))
        return look(views)

    perceptor.encode_image = watched  # type: ignore[method-assign]
    steps = list(loop)
    assert seen == [*((done, 3) for done in range(5)), (5, 1), (10, 1)]
    assert [set(step.losses) for step in steps] == [{"text", "ink"}] * 5 + [{"ink"}] * 5


def test_a_loss_that_counts_nowhere_moves_nothing() -> None:
    loop = build(steps=4, losses=(replace(TEXT, during=(0.0, 0.5)),), reseed=False)
    steps = iter(loop)
    next(steps), next(steps)
    assert next(steps).loss == 0


@pytest.mark.parametrize(
    ("settings", "resting"),
    [
        ({}, True),
        ({"optimize.finish": 1.0}, False),
        ({"perceptor.imagine": 0}, False),
        ({"losses.target.weight": 0.0}, False),
    ],
    ids=["imagined", "never", "nothing to follow", "not followed"],
)
def test_an_imagined_picture_is_followed_to_the_end(
    settings: dict[str, Any], resting: bool
) -> None:
    counted: list[bool] = []
    imagined = {"perceptor.imagine": 1, **settings}
    draw(
        "an owl", size=48, steps=4, strokes=8, settings=imagined,
        on_step=lambda step: counted.append("text" in step.losses),
    )  # fmt: skip
    assert counted == [True, True, not resting, not resting]


def test_what_has_its_time_late_counts_then() -> None:
    counted: list[bool] = []
    draw(
        "an owl@0%-50% | a cat@50%-100%", size=48, steps=4, strokes=8,
        settings={"perceptor.imagine": 1},
        on_step=lambda step: counted.append("text" in step.losses),
    )  # fmt: skip
    assert counted == [True] * 4


def test_a_picture_of_the_users_does_not_say_what_words_say(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((48, 48, 3), 90, np.uint8)).save(photo)
    counted: list[bool] = []
    draw(
        "an owl", init=photo, size=48, steps=4, strokes=8,
        on_step=lambda step: counted.append("text" in step.losses),
    )  # fmt: skip
    assert counted == [True] * 4
