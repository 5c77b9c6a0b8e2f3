"""Clocks and patience: the number of steps that they come to draws the same without them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from fakes import FakePerceptor
from loops import TEXT, build, bytes_of
from torch import Tensor

from drawkit import Drawing, draw, resume
from drawkit.config import OptimizeConfig
from drawkit.config.optimize import parse_time
from drawkit.engine import Run, Session, settings_for
from drawkit.engine.loop import Loop
from drawkit.engine.options import options_layer
from drawkit.engine.pace import steps_within
from drawkit.engine.state import read_state
from drawkit.errors import ConfigError, InputError
from drawkit.losses import WeightedLoss
from drawkit.losses.ink_coverage import InkCoverageConfig, InkCoverageLoss

INK = WeightedLoss("ink", InkCoverageLoss(InkCoverageConfig()), 1.0)
LITTLE: dict[str, Any] = {"size": 32, "seed": 3, "settings": {"perceptor.imagine": 0}}
KINDS: dict[str, dict[str, Any]] = {
    "strokes": {"strokes": 12, "reseed": True},
    "shapes": {"strokes": 2, "shapes": 4, "background": "transparent"},
    "pixels": {"canvas": "pixels", "size": 12, "palette": "pico8"},
    "in turns": {"strokes": 6, "prompt": "a cat@0%-50% | a dog@50%-100%"},
}


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())


class Clock:
    """Time that passes by a second at every look, and by `more` when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.more = 0.0, 0.0
        monkeypatch.setattr(time, "monotonic", self)

    def __call__(self) -> float:
        self.now += 1.0 + self.more
        return self.now


def run(kind: str, **more: Any) -> Drawing:
    named = {**LITTLE, **KINDS[kind], **more}
    return draw(named.pop("prompt", "a cat"), **named)


def test_steps_that_take_less_later_are_counted_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look takes nine seconds, the rest of a step one: they fit oftener where words rest."""
    found = []
    for during in ((0.0, 1.0), (0.0, 0.5)):
        clock = Clock(monkeypatch)
        loop = build(steps=40, losses=(replace(TEXT, during=during), INK))
        perceptor = loop._scorers[0].perceptor
        look = perceptor.encode_image

        def slow(views: Tensor, look: Any = look, clock: Clock = clock) -> Tensor:
            clock.now += 9.0
            return look(views)  # type: ignore[no-any-return]

        perceptor.encode_image = slow  # type: ignore[method-assign]
        loop.config = replace(loop.config, score_every=1000)
        before = bytes_of(loop.canvas.to_scene())
        found.append(steps_within(loop, 1000.0))
        assert bytes_of(loop.canvas.to_scene()) == before
        assert loop.state().step == 0
    assert 80 < found[0] < 95
    assert 130 < found[1] < 170


@pytest.mark.parametrize("kind", KINDS)
def test_the_steps_of_a_clock_draw_the_same_without_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)
    timed = run(kind, time=60)
    facts = timed.scene.metadata
    assert 5 < facts.steps < 60
    assert facts.config["optimize"]["steps"] == facts.steps
    assert "time" not in facts.config["optimize"]
    assert "last_step" not in facts.config["optimize"]
    again = run(kind, steps=facts.steps)
    assert (again.svg(), again.png()) == (timed.svg(), timed.png())


def test_a_clock_that_goes_faster_later_stops_after_a_whole_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)

    def slower(step: Any) -> None:
        clock.more = 4.0

    timed = run("strokes", time="1m", on_step=slower, run_dir=tmp_path / "r")
    facts = timed.scene.metadata
    planned, last = (facts.config["optimize"][name] for name in ("steps", "last_step"))
    assert 0 < last == facts.steps < planned
    again = run(
        "strokes", steps=planned, settings={**LITTLE["settings"], "optimize.last_step": last}
    )
    assert again.svg() == timed.svg()
    for kept in (resume(tmp_path / "r"), run("strokes", time="1m", run_dir=tmp_path / "r")):
        assert kept.svg() == timed.svg()  # it ended there, and nothing is left


def test_a_clock_that_has_run_out_leaves_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    assert run("strokes", time="1s").scene.metadata.steps == 1


def test_a_stopped_run_keeps_the_steps_that_were_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    for place in ({"state": tmp_path / "s"}, {"run_dir": tmp_path / "r"}):
        first = run("strokes", time=60, on_step=lambda step: step.index < 4, **place)
        planned = first.scene.metadata.config["optimize"]["steps"]
        clock.more = 7.0
        rest = run("strokes", time=60, **place)
        clock.more = 0.0
        assert rest.scene.metadata.steps == planned
        assert rest.svg() == run("strokes", steps=planned).svg()


def test_timing_leaves_the_run_at_its_beginning() -> None:
    session = Session()
    for kind in KINDS:
        named = {**LITTLE, "steps": 14, **KINDS[kind]}
        prompt, settings = named.pop("prompt", "a cat"), named.pop("settings")
        one, other = (
            Run(settings_for(options_layer(prompt, (), settings, named)), session=session)
            for _ in range(2)
        )
        assert steps_within(one._loop, time.monotonic() + 5) >= 1
        assert one._loop.state().step == 0
        for left, right in zip(one, other, strict=True):
            assert (left.loss, left.score) == (right.loss, right.score)
        assert one.drawing().svg() == other.drawing().svg()


def test_a_time_as_it_is_written() -> None:
    for said, seconds in (("90", 90), ("90s", 90), ("2m", 120), ("1.5 min", 90), ("1H", 3600)):
        assert parse_time(said) == seconds
    assert parse_time(".5") == 0.5
    assert (parse_time(60), parse_time(None)) == (60, None)
    for wrong in ("soon", "2 m 3 s", "", "-3s", "1e3", "nan", "2d", "٣s", "9" * 5000):
        with pytest.raises(InputError, match="time takes seconds, or a time such as 90s, 2m or 1h"):
            draw("a cat", time=wrong)
    for wrong in (0, -1, 1e9, float("nan"), float("inf")):
        with pytest.raises(InputError, match="time"):
            draw("a cat", time=wrong)
    with pytest.raises(InputError, match="patience"):
        draw("a cat", patience=0)


def test_patience_ends_a_run_whose_score_stays(tmp_path: Path) -> None:
    settings = {**LITTLE["settings"], "optimize.score_every": 2, "strokes.lr_points": 0.0}
    settings |= {"strokes.lr_width": 0.0, "strokes.lr_color": 0.0}
    steps: list[int] = []
    done = run(
        "strokes",
        settings=settings,
        steps=40,
        patience=7,
        on_step=lambda step: steps.append(step.index),
        state=tmp_path / "s",
    )
    assert steps[-1] == 10  # scored at 2, 4, ..., and not better than at 2 from there on
    facts = done.scene.metadata
    assert (facts.steps, facts.config["optimize"]["last_step"]) == (10, 10)
    assert facts.config["optimize"]["steps"] == 40
    assert "patience" not in facts.config["optimize"]
    again = run("strokes", settings={**settings, "optimize.last_step": 10}, steps=40)
    assert again.svg() == done.svg()
    kept = run("strokes", settings=settings, steps=40, patience=7, state=tmp_path / "s")
    assert kept.svg() == done.svg()
    assert read_state(tmp_path / "s").loop.step == 10


def test_patience_goes_on_while_the_score_grows() -> None:
    assert run("strokes", steps=40, patience=20).scene.metadata.steps == 40


def test_patience_needs_a_score(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (32, 32), "teal").save(tmp_path / "a.png")
    with pytest.raises(ConfigError, match="patience needs words and a perceptor"):
        draw(init=tmp_path / "a.png", model="none", patience=3, **LITTLE)


def test_a_last_step_can_be_set_and_gone_past(tmp_path: Path) -> None:
    settings = {**LITTLE["settings"], "optimize.last_step": 3}
    part = run("strokes", settings=settings, steps=8, state=tmp_path / "s")
    assert part.scene.metadata.steps == 3
    rest = run("strokes", steps=8, state=tmp_path / "s")
    assert rest.svg() == run("strokes", steps=8).svg()


def test_a_diverging_loss_is_not_the_clocks_business() -> None:
    class Diverges(Loop):
        def __init__(self) -> None:
            self.config = OptimizeConfig(steps=9)
            self.restored = 0
            self.losses = ()

        def state(self) -> Any:
            return 0

        def restore_(self, state: Any) -> None:
            self.restored += 1

        def __iter__(self) -> Any:
            from drawkit.errors import DivergedError

            raise DivergedError("nan")
            yield torch.zeros(1)

    loop = Diverges()
    assert steps_within(loop, time.monotonic() + 1) >= 1
    assert loop.restored == 1
