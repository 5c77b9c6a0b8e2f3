from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from fakes import FakePerceptor
from loops import TEXT, build
from torch import Tensor

from drawkit.config import OptimizeConfig
from drawkit.engine.adam import Adam
from drawkit.engine.loop import Loop, Step, mix_seed
from drawkit.errors import ConfigError, DivergedError
from drawkit.losses import Loss, StepContext, WeightedLoss
from drawkit.scene import Scene


def bytes_of(scene: Scene) -> list[Any]:
    return [
        (path.control_points.tobytes(), path.stroke, path.stroke_width, path.fill)
        for path in scene.paths()
    ]


def watch(loop: Loop, seen: list[list[Any]]) -> None:
    """Run to the end, noting the drawing after every step."""
    for _ in loop:
        seen.append(bytes_of(loop.canvas.to_scene()))


class Spoiled(Loss):
    """Fine until a step, then not a number: in its value or only in its gradient."""

    def __init__(self, at: int, where: str) -> None:
        super().__init__(None)
        self._at, self._where = at, where
        self.seen: list[Tensor] = []

    def forward(self, context: StepContext) -> Tensor:
        ink = (1 - context.on_paper).mean()
        if context.step < self._at:
            return ink
        if self._where == "loss":
            return ink * math.nan
        return ink + (ink * 0).sqrt()  # 0, and its gradient is infinite times 0


def test_the_score_rises_and_the_best_is_kept() -> None:
    loop = build(steps=60)
    scores = [step.score for step in loop if step.score is not None]
    assert len(scores) == 12
    assert scores[-1] > scores[0] + 0.05
    assert loop.best is not None
    assert loop.best.score == max(scores)
    assert loop.best.step == 5 * (1 + scores.index(max(scores)))
    assert loop.best_scene() is loop.best.scene


def test_a_sketch_never_beats_a_later_drawing() -> None:
    plain, settled = build(), build(sketch=0.5)
    for loop in (plain, settled):
        loop.score = iter([0.9, 0.8, 0.3, 0.4]).__next__  # type: ignore[method-assign]
    bests = [[step.best_score for step in loop if step.score] for loop in (plain, settled)]
    assert bests[0] == [0.9, 0.9, 0.9, 0.9]
    assert bests[1] == [0.9, 0.9, 0.3, 0.4]
    assert plain.best is not None
    assert settled.best is not None
    assert (plain.best.step, settled.best.step) == (5, 20)


def test_steps_say_what_happened() -> None:
    steps = list(build(steps=12))
    assert [step.index for step in steps] == list(range(1, 13))
    assert {step.total for step in steps} == {12}
    scored = [step.index for step in steps if step.score is not None]
    assert scored == [5, 10, 12]
    assert steps[3].best_score is None
    assert steps[6].best_score == steps[4].score
    assert all(set(step.losses) == {"text"} and step.loss == step.losses["text"] for step in steps)


def test_weights_multiply_in_the_loop() -> None:
    (step,) = build(steps=1, losses=(WeightedLoss("text", TEXT.loss, 3.0),))
    assert step.loss == pytest.approx(3 * step.losses["text"])


def test_same_seed_same_bytes_and_another_seed_another_drawing() -> None:
    drawings = []
    before = torch.random.get_rng_state()
    for seed in (1, 1, 2):
        loop = build(seed=seed, steps=25, shapes=3)
        steps: list[Step] = list(loop)
        drawings.append((bytes_of(loop.best_scene()), steps[-1].loss))
    assert drawings[0] == drawings[1]
    assert drawings[0] != drawings[2]
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_loop_can_be_left_and_gone_on_with() -> None:
    whole, parts = build(seed=4), build(seed=4)
    losses = [step.loss for step in whole]
    taken = []
    for step in parts:
        taken.append(step.loss)
        if step.index == 7:
            break
    assert len(list(parts.best_scene().paths())) == 16
    taken += [step.loss for step in parts]
    assert taken == losses
    assert bytes_of(whole.best_scene()) == bytes_of(parts.best_scene())


def test_before_the_first_score_the_present_drawing_is_the_best() -> None:
    loop = build()
    assert loop.best is None
    assert bytes_of(loop.best_scene()) == bytes_of(loop.canvas.to_scene())
    running = iter(loop)
    next(running)
    running.close()
    assert bytes_of(loop.best_scene()) == bytes_of(loop.canvas.to_scene())


def test_the_best_can_be_forgotten() -> None:
    loop = build(steps=10)
    list(loop)
    loop.reset_best()
    assert loop.best is None
    assert bytes_of(loop.best_scene()) == bytes_of(loop.canvas.to_scene())


def test_the_score_is_that_of_the_drawing_after_the_step() -> None:
    loop = build(steps=5)
    (*_, last) = loop
    assert last.score == loop.score()


@pytest.mark.parametrize("where", ["loss", "gradient"])
def test_a_loss_gone_nan_stops_with_the_last_good_drawing(where: str) -> None:
    loop = build(losses=(TEXT, WeightedLoss("spoiled", Spoiled(8, where), 1.0)))
    seen: list[list[Any]] = []
    with pytest.raises(DivergedError, match=f"{where} is not a number at step 8 of 20"):
        watch(loop, seen)
    assert len(seen) == 7
    # The last good parameters are those that still gave numbers: after six updates.
    assert bytes_of(loop.canvas.to_scene()) == seen[5]
    assert loop.best is not None
    assert loop.best.step == 5
    assert bytes_of(loop.best_scene()) == seen[4]


def test_nan_at_the_very_first_step_leaves_the_start() -> None:
    loop = build(losses=(WeightedLoss("spoiled", Spoiled(1, "loss"), 1.0),))
    start = bytes_of(loop.canvas.to_scene())
    with pytest.raises(DivergedError):
        list(loop)
    assert bytes_of(loop.best_scene()) == start


def test_a_negative_prompt_is_left_behind() -> None:
    toward, away = build(steps=60, weights=(1.0, 1.0)), build(steps=60, weights=(1.0, -1.0))
    list(toward)
    list(away)
    judge = build(weights=(1.0, 1.0))
    text = judge._scorers[0].text[1]

    def likeness(loop: Loop) -> float:
        with torch.no_grad():
            picture = torch.nn.functional.interpolate(loop.canvas()[:, :3], (32, 32), mode="area")
            return float(FakePerceptor().encode_image(picture)[0] @ text)

    assert likeness(away) < likeness(toward) - 0.05


def test_transparent_drawings_meet_many_papers_and_are_scored_on_white() -> None:
    papers = []

    class Watch(Loss):
        def forward(self, context: StepContext) -> Tensor:
            papers.append(tuple(context.paper.flatten().tolist()))
            expected = context.picture[:, :3] + (1 - context.picture[:, 3:]) * context.paper
            assert torch.equal(context.on_paper, expected)
            return context.on_paper.mean() * 0

    loop = build(background=None, losses=(TEXT, WeightedLoss("watch", Watch(None), 1.0)))
    list(loop)
    assert len(set(papers)) > 5
    assert 3 <= papers.count((1.0, 1.0, 1.0)) <= 17
    assert loop.canvas.to_scene().background.color is None
    painted = build()
    with torch.no_grad():
        for mine, theirs in zip(painted.canvas.parameters(), loop.canvas.parameters(), strict=True):
            mine.copy_(theirs)
    assert painted.score() == pytest.approx(loop.score(), abs=1e-5)


def test_several_judges_share_by_weight() -> None:
    views: list[StepContext] = []

    class Watch(Loss):
        def forward(self, context: StepContext) -> Tensor:
            views.append(context)
            return context.on_paper.mean() * 0

    loop = build(steps=1, scorers=2, losses=(TEXT, WeightedLoss("watch", Watch(None), 1.0)))
    list(loop)
    assert [look.weight for look in views[0].outputs] == pytest.approx([1 / 3, 2 / 3])
    assert [look.cutouts.shape[-1] for look in views[0].outputs] == [32, 28]
    assert len(views[0].outputs[0].stages()) == 2


def test_adam_is_torchs_where_no_row_begins_anew() -> None:
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(6, 2, generator=generator)
    mine = start.clone().requires_grad_()
    theirs = start.clone().requires_grad_()
    adam, reference = Adam([mine]), torch.optim.Adam([theirs], lr=0.3)
    for _ in range(30):
        gradient = torch.randn(6, 2, generator=generator)
        theirs.grad = gradient
        adam.step([gradient], {mine: 0.3})
        reference.step()
    assert torch.allclose(mine, theirs, atol=1e-5)


def test_reset_rows_begin_as_young_as_they_are() -> None:
    param = torch.zeros(3, 2, requires_grad=True)
    adam = Adam([param])
    for _ in range(50):
        adam.step([torch.ones(3, 2)], {param: 0.1})
    rows = torch.tensor([False, True, False])
    adam.reset(param, rows)
    before = param.detach().clone()
    for _ in range(5):
        adam.step([torch.full((3, 2), -1.0)], {param: 0.1})
    moved = param.detach() - before
    # A fresh row goes 5 steps of the rate; the others still carry the way they came.
    assert torch.allclose(moved[1], torch.full((2,), 0.5), atol=1e-4)
    assert (moved[[0, 2]] < 0.1).all()


def test_the_loop_resets_only_the_rows_that_the_canvas_names() -> None:
    loop = build(steps=40)
    running = iter(loop)
    for _ in range(2):
        next(running)
    with torch.no_grad():
        loop.canvas.opacity[3] = 0.0  # type: ignore[operator, index]
    next(running)
    ages = loop._adam._age[[p is loop.canvas.opacity for p in loop._adam.params].index(True)]
    assert ages[3] == 0
    assert (ages[[0, 1, 2, 4, 5]] == 3).all()


def test_step_seeds_are_all_different_and_fit_a_generator() -> None:
    seeds = {mix_seed(seed, step) for seed in (0, 1, 2, 2**53) for step in range(500)}
    assert len(seeds) == 2000
    for seed in list(seeds)[:50]:
        torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps": 10**9}, {"score_every": 0}])
def test_runs_that_never_start_or_end_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="allowed"):
        OptimizeConfig(**wrong)


def test_views_know_how_far_the_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(
        "drawkit.perceptor.cutouts.Cutouts.at", lambda self, progress: told.append(progress)
    )
    steps = list(build(steps=4))
    assert len(told) == len(steps) == 4
    assert told[0] == 0
    assert told == sorted(set(told))
    assert told[-1] < 1
