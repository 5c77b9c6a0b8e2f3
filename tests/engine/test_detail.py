"""A step draws as finely as somebody looks, and no finer."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from fakes import FakePerceptor
from loops import TEXT
from torch import Tensor

from drawkit.canvas import CanvasSpec
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import OptimizeConfig
from drawkit.engine.aims import Aims, Area
from drawkit.engine.loop import Loop, Scorer
from drawkit.losses import Loss, LossConfig, StepContext, WeightedLoss
from drawkit.losses.smoothness import SmoothnessConfig, SmoothnessLoss
from drawkit.losses.target import TargetConfig, TargetLoss
from drawkit.perceptor.cutouts import Cutouts
from drawkit.perceptor.cutouts.whole import WholeCutouts, WholeCutoutsConfig

RED = torch.tensor([1.0, 0, 0, 1]).view(1, 4, 1, 1).expand(1, 4, 32, 32)
FULL = (300, 224)


class Looker(Loss):
    """Looks at the picture and its paths, and says how finely, if it was told."""

    def __init__(self, side: int | None) -> None:
        super().__init__(LossConfig())
        self.side = side
        self.seen: list[tuple[int, int]] = []
        self.radius = 0.0

    def detail(self, views: int | None) -> int | None:
        return self.side

    def forward(self, context: StepContext) -> Tensor:
        height, width = context.on_paper.shape[-2:]
        self.seen.append((width, height))
        paths = context.paths()
        assert paths is not None
        self.radius = float(paths.radius[0].detach())
        return context.on_paper.mean()


class Blind(WholeCutouts):
    """A recipe that does not say what it makes use of."""

    def detail(self, size: int) -> int | None:
        return None


def loop_of(
    *losses: WeightedLoss,
    input_size: int = 32,
    recipe: type[Cutouts] = WholeCutouts,
    aims: Aims | None = None,
    steps: int = 10,
    **more: Any,
) -> Loop:
    canvas = StrokesCanvas(
        StrokesConfig(strokes=12, init_width=8.0),
        CanvasSpec(*FULL, generator=torch.Generator().manual_seed(3)),
    )
    perceptor = FakePerceptor(input_size=input_size)
    scorer = Scorer(perceptor, recipe(WholeCutoutsConfig(), 3), perceptor.encode_text(["word"]))
    config = OptimizeConfig(steps=steps, score_every=5)
    return Loop(canvas, [scorer], losses, aims or Aims([1.0]), config, seed=0, **more)


@pytest.mark.parametrize(
    ("detail", "loop", "size"),
    [
        (0, {}, (150, 112)),
        (140, {}, (188, 140)),
        (None, {}, FULL),
        (0, {"input_size": 200}, (224, 167)),  # the views are of 1.2 sides each
        (0, {"recipe": Blind}, FULL),
        (9000, {}, FULL),
        (0, {"aims": Aims([1.0], areas=[Area((0.0, 0.0, 0.5, 0.5))])}, FULL),
    ],
)
def test_a_step_draws_as_finely_as_somebody_looks(
    detail: int | None, loop: dict[str, Any], size: tuple[int, int]
) -> None:
    looker = Looker(detail)
    made = loop_of(TEXT, WeightedLoss("looker", looker, 1.0), **loop)
    radius = float(made.canvas.widths[0]) / 2  # type: ignore[attr-defined]
    next(iter(made))
    assert looker.seen == [size]
    assert looker.radius == pytest.approx(radius * size[1] / FULL[1], rel=0.01)
    assert made.canvas().shape[:1:-1] == FULL


def test_what_perceptors_see_counts_whatever_those_who_ask_them_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Looker, "asks_perceptor", True)
    looker = Looker(0)
    next(iter(loop_of(WeightedLoss("looker", looker, 1.0), input_size=200)))
    assert looker.seen == [(224, 167)]


def test_where_words_rest_nothing_is_left_out() -> None:
    looker = Looker(0)
    words = WeightedLoss("text", TEXT.loss, 1.0, (0.0, 0.5))
    for _ in loop_of(words, WeightedLoss("looker", looker, 1.0)):
        pass
    assert looker.seen == [(150, 112)] * 5 + [FULL] * 5


def test_a_score_and_the_step_after_it_share_a_picture_of_few_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = loop_of(TEXT)
    sizes = []
    draw = loop.canvas.drawn  # type: ignore[attr-defined]

    def counted(*size: int) -> Tensor:
        sizes.append(size)
        drawn: Tensor = draw(*size)
        return drawn

    monkeypatch.setattr(loop.canvas, "drawn", counted)
    for _ in loop:
        pass
    assert sizes == [(150, 112)] * 11  # every step, and the score at the end
    assert loop_of(TEXT, input_size=200)._scored_detail() == 200  # the whole in one view


def test_few_pixels_lead_to_the_same_drawing() -> None:
    target = WeightedLoss("target", TargetLoss(TargetConfig(weight=1.0)), 100.0)
    smooth = WeightedLoss("smoothness", SmoothnessLoss(SmoothnessConfig()), 0.001)
    small = loop_of(TEXT, target, smooth, target=RED, steps=20)
    whole = loop_of(TEXT, target, smooth, target=RED, steps=20, recipe=Blind)
    losses = [(a.loss, b.loss) for a, b in zip(small, whole, strict=True)]
    assert losses[0] != losses[-1]
    for few, all_of_them in losses:
        assert few == pytest.approx(all_of_them, rel=0.02)
    begun = loop_of(TEXT).canvas()
    few, full, before = (F.avg_pool2d(one, 4) for one in (small.canvas(), whole.canvas(), begun))
    assert float((few - full).abs().mean()) < 0.2 * float((full - before).abs().mean())
