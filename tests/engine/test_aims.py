"""Stops, times and places of prompts act on what is drawn: not beyond, not outside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from loops import bytes_of
from PIL import Image
from torch import Tensor
from views import view_of

from drawkit.canvas import CanvasSpec
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import DrawConfig, OptimizeConfig, parse_prompts
from drawkit.config.prompt import During
from drawkit.engine import Run, draw, settings_for
from drawkit.engine.aims import Aims, aims_of
from drawkit.engine.loop import Loop, Scorer
from drawkit.engine.options import options_layer
from drawkit.errors import InputError
from drawkit.losses import WeightedLoss
from drawkit.losses.target import TargetConfig, TargetLoss
from drawkit.losses.text import TextConfig, TextLoss
from drawkit.perceptor.cutouts.whole import WholeCutouts, WholeCutoutsConfig

WORDS = ("word 0", "word 1")
TEXT = WeightedLoss("text", TextLoss(TextConfig()), 1.0)
TARGET = WeightedLoss("target", TargetLoss(TargetConfig(weight=1.0)), 5.0)
RED = torch.tensor([1.0, 0, 0, 1]).view(1, 4, 1, 1).expand(1, 4, 32, 32)


def loop_of(aims: Aims, *, steps: int = 20, losses: Any = (TEXT,), **more: Any) -> Loop:
    generator = torch.Generator().manual_seed(0)
    canvas = StrokesCanvas(
        StrokesConfig(strokes=16, init_width=6.0, reseed=False),
        CanvasSpec(48, 48, background=(1.0, 1.0, 1.0), generator=generator),
    )
    perceptor = FakePerceptor()
    text = perceptor.encode_text(WORDS[: len(aims.weights)])
    scorer = Scorer(perceptor, WholeCutouts(WholeCutoutsConfig(), 3), text)
    config = OptimizeConfig(steps=steps, score_every=5)
    return Loop(canvas, [scorer], losses, aims, config, seed=0, **more)


def drawn_after(loop: Loop, steps: int) -> list[Any]:
    for step in loop:
        if step.index == steps:
            break
    return bytes_of(loop.canvas.to_scene())


def gradient(stops: tuple[float, ...], weights: tuple[float, ...] = (1.0, -1.0)) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    picture = torch.rand(1, 3, 32, 32, generator=generator).requires_grad_()
    view = replace(view_of(picture, weights=weights), prompt_stops=torch.tensor(stops))
    (found,) = torch.autograd.grad(TextLoss(TextConfig())(view), picture)
    return found


def test_past_its_stop_a_prompt_has_no_gradient() -> None:
    (output,) = view_of(
        torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    ).outputs
    score = float((output.features @ output.text.T)[0, 0])
    alone = (score - 0.01,), (score + 0.01,)
    assert not gradient(*alone[:1], weights=(1.0,)).any()
    assert gradient(*alone[1:], weights=(1.0,)).any()
    # Pushed away, it is the other way around.
    assert gradient(*alone[:1], weights=(-1.0,)).any()
    assert not gradient(*alone[1:], weights=(-1.0,)).any()
    # The other prompt goes on as it would, and no more.
    free = gradient((2.0, -2.0))
    held = gradient((score - 0.01, -2.0))
    assert held.any()
    assert torch.allclose(free, held + gradient((2.0, 2.0)), atol=1e-8)


def test_a_drawing_comes_to_rest_at_its_stop() -> None:
    free, held = loop_of(Aims([1.0]), steps=60), loop_of(Aims([1.0], [0.4]), steps=60)
    scores = [[step.score for step in loop if step.score is not None] for loop in (free, held)]
    assert scores[0][-1] > 0.8
    assert 0.4 < scores[1][-1] < 0.65


def test_a_picture_is_followed_until_the_words_are_met() -> None:
    def last(stop: float | None) -> list[Any]:
        aims = Aims([1.0], [stop])
        return drawn_after(loop_of(aims, losses=(TEXT, TARGET), target=RED), 8)

    assert last(-1.0) == bytes_of(loop_of(Aims([1.0])).canvas.to_scene())
    assert last(1.0) == last(None)


@pytest.mark.parametrize("percent", [True, False])
def test_before_its_time_a_prompt_has_no_effect(percent: bool) -> None:
    time = During(50, 100) if percent else During(11, 20, percent=False)
    both = Aims([1.0, 1.0], times=[None, time])
    assert drawn_after(loop_of(both), 10) == drawn_after(loop_of(Aims([1.0])), 10)
    assert drawn_after(loop_of(both), 11) != drawn_after(loop_of(Aims([1.0])), 11)


def test_after_its_time_a_prompt_has_no_effect() -> None:
    loop = loop_of(Aims([1.0], times=[During(0, 50)]))
    half = drawn_after(loop, 10)
    moments = loop.state().moments
    assert float(TextLoss(TextConfig())(loop._context(10, 0.5)).detach()) == 0
    for _ in loop:
        pass
    assert bytes_of(loop.canvas.to_scene()) != half  # Adam's moments run out
    assert loop.best is not None
    assert moments.keys() == loop.state().moments.keys()


def test_each_time_has_its_picture_to_follow() -> None:
    blue = RED.flip(1) * 0 + torch.tensor([0.0, 0, 1, 1]).view(1, 4, 1, 1)
    aims = Aims([1.0, 1.0], times=[During(0, 50), During(50, 100)])
    loop = loop_of(aims, losses=(TARGET,), target=RED, later=[(10, blue)])
    assert loop._context(9, 0.45).target is RED
    assert loop._context(10, 0.5).target is blue


def test_the_best_is_of_the_prompts_that_count_in_the_end() -> None:
    aims = Aims([1.0, 1.0], times=[During(0, 50), During(50, 100)])
    loop = loop_of(aims)
    for _ in loop:
        pass
    assert loop.best is not None
    assert loop.best.step > 10


def test_a_place_is_looked_at_by_itself() -> None:
    aims = aims_of(parse_prompts("a@[0,0,.5,1] | b@[.5,0,1,1]"), DrawConfig(size=(48, 48)), 20)
    loop = loop_of(aims)
    first, second = loop._context(0, 0.0).outputs
    assert [w.tolist() for w in (first.prompt_weights, second.prompt_weights)] == [[1, 0], [0, 1]]  # type: ignore[union-attr]
    context = loop._context(0, 0.0)
    (found,) = torch.autograd.grad(
        (context.outputs[0].features @ context.outputs[0].text[0]).sum(), context.picture
    )
    assert found[..., :24].any()
    assert not found[..., 24:].any()


def test_a_mask_lets_only_what_is_light_be_seen(tmp_path: Path) -> None:
    mask = np.zeros((24, 48), np.uint8)
    mask[6:18, 12:36] = 255
    mask[6:12, 12:24] = 0
    Image.fromarray(mask).save(tmp_path / "m.png")
    (prompt,) = parse_prompts(f"a@{tmp_path}/m.png")
    aims = aims_of([prompt], DrawConfig(size=(96, 48)), 20)
    ((area, _),) = aims.areas
    assert area is not None
    assert area.box == (0.25, 0.25, 0.75, 0.75)
    assert area.sides((96, 48)) == (48, 24)
    paper = torch.full((1, 3, 1, 1), 0.5)
    seen = area.cut(torch.ones(1, 3, 48, 96), paper)
    assert seen.shape == (1, 3, 24, 48)
    assert seen[..., :10, :20].max() == 0.5
    assert seen[..., 14:22, 28:46].min() == 1


@pytest.mark.parametrize(
    ("prompt", "config", "what"),
    [
        ("a@[0,0,.005,1]", DrawConfig(), "1.12 x 224 px"),
        ("a@[0,0,.5,1]", DrawConfig(tile="x"), "goes on"),
        ("a@30-40", DrawConfig(), "none of the 20 steps"),
        ("a@50%-50.1%", DrawConfig(), None),
        ("a@51%-51.1%", DrawConfig(), "none of the 20 steps"),
        ("a@dark.png", DrawConfig(), "no light part"),
        ("a@broken.png", DrawConfig(), "broken.png"),
    ],
)
def test_what_could_not_act_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prompt: str,
    config: DrawConfig,
    what: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("L", (8, 8), 20).save("dark.png")
    Path("broken.png").write_bytes(b"\x89PNG")
    if what is None:
        aims_of(parse_prompts(prompt), config, 20)
        return
    with pytest.raises(InputError, match=what):
        aims_of(parse_prompts(prompt), config, 20)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())


SMALL: dict[str, Any] = {"size": 48, "strokes": 12, "cutouts": 2, "steps": 12}
ALL = "a cat:1:0.4 | a dog@0%-50%:2 | a cow:-0.5@[.5,0,1,1] | a hen@[0,0,.5,.5]@3-9"


def run_of(prompt: str, **more: Any) -> Run:
    return Run(settings_for(options_layer(prompt, (), None, {**SMALL, **more})))


@pytest.mark.parametrize("stop", [2, 6, 9])
def test_a_stopped_run_ends_with_the_same_bytes(fake: None, tmp_path: Path, stop: int) -> None:
    whole = draw(ALL, **SMALL)
    draw(ALL, state=tmp_path / "s", on_step=lambda step: step.index < stop, **SMALL)
    again = draw(ALL, state=tmp_path / "s", **SMALL)
    assert again.svg() == whole.svg()


def test_what_is_said_of_prompts_is_told(fake: None) -> None:
    facts = run_of(ALL).drawing().scene.metadata
    assert facts.prompts[0] == ("a cat", 1.0)
    assert " | ".join(facts.typed).replace("0.5,0,1,1", ".5,0,1,1") == (
        "a cat:1:0.4 | a dog:2@0%-50% | a cow:-0.5@[.5,0,1,1] | a hen@[0,0,0.5,0.5]@3-9"
    )
    assert run_of("a cat:2 | a dog").drawing().scene.metadata.typed == ()


def test_a_place_that_is_only_kept_clear_has_no_layer(fake: None) -> None:
    drawing = draw("a cat | a dog:-1@[.5,0,1,1] | letters:-0.1", **SMALL)
    assert {layer.name for layer in drawing.scene.layers} == {"a cat"}


def test_each_place_has_its_layer(fake: None) -> None:
    drawing = draw("a cat@[0,0,.5,1] | a dog@[.5,0,1,1]", **SMALL)
    names = {layer.name.rstrip(" 23456789") for layer in drawing.scene.layers}
    assert names <= {"a cat", "a dog", "around"}
    assert {"a cat", "a dog"} <= names
    assert len(list(drawing.scene.paths())) > 0


IMAGINED: dict[str, Any] = {**SMALL, "settings": {"perceptor.imagine": 2}}


def targets_of(prompt: str) -> list[tuple[int, Tensor]]:
    """What a run with the built-in perceptor follows, and from which update on."""
    layer = options_layer(prompt, (), IMAGINED["settings"], SMALL)
    found = Run(settings_for(layer))._loop._targets
    return [(at, picture) for at, picture in found if picture is not None]


def test_each_time_is_imagined_by_itself() -> None:
    both = targets_of("a cat@0%-50% | a dog@50%-100%")
    assert [at for at, _ in both] == [0, 6]
    (alone,) = targets_of("a cat")
    assert both[0][1].equal(alone[1])
    assert not both[1][1].equal(alone[1])


def test_each_place_is_imagined_by_itself_and_lies_in_its_box() -> None:
    ((_, picture),) = targets_of("a cat@[0,0,.4,1] | a house@[.6,.5,1,1]")
    rows, columns = picture.shape[-2:]
    shown = picture[0, 3] > 0.5
    left = shown[:, : round(0.4 * columns)]
    right = shown[round(0.5 * rows) :, round(0.6 * columns) :]
    assert min(left.float().mean(), right.float().mean()) > 0.1
    assert int(shown.sum()) == int(left.sum()) + int(right.sum())


def test_what_is_everywhere_lies_behind() -> None:
    ((_, picture),) = targets_of("green grass | a red apple@[.3,.3,.7,.7]")
    middle = picture[0, :3, picture.shape[-2] // 2, picture.shape[-1] // 2]
    assert middle[0] > middle[1] + 0.2
