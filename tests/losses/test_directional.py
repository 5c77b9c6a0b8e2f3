"""The directional loss: the formula, what it is set up with, and a drawing that follows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fakes import FakePerceptor
from torch import Tensor
from views import view_of

from drawkit import draw, resume
from drawkit.config import parse_prompts
from drawkit.errors import ConfigError, InputError
from drawkit.losses import RunContext
from drawkit.losses.directional import DirectionalConfig, DirectionalLoss, direction_loss, said

SMALL: dict[str, Any] = {"steps": 12, "cutouts": 2, "size": 48, "strokes": 8}


def units(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, 16, generator=generator, dtype=torch.float64), dim=1)


def by_hand(features: Any, before: Any, along: Any) -> float:
    cosines = [
        (row - before) @ along / np.linalg.norm(row - before) / np.linalg.norm(along)
        for row in features
    ]
    return float(np.mean([1 - cosine for cosine in cosines]))


def test_value_and_gradient_are_those_of_the_formula() -> None:
    features, before, along = units(3, 1).requires_grad_(), units(1, 2)[0], units(2, 3).sum(0)
    value = direction_loss(features, before, along)
    given = features.detach().numpy(), before.numpy(), along.numpy()
    assert float(value.detach()) == pytest.approx(by_hand(*given), abs=1e-12)
    (gradient,) = torch.autograd.grad(value, features)
    step = 1e-6
    for at in np.ndindex(3, 16):
        moved = given[0].copy()
        moved[at] += step
        slope = (by_hand(moved, *given[1:]) - by_hand(*given)) / step
        assert float(gradient[at]) == pytest.approx(slope, abs=1e-5)


def test_it_is_0_along_the_words_and_2_against_them() -> None:
    before, along = units(1, 2)[0], units(1, 3)[0]
    for way, value in ((0.3, 0.0), (-0.3, 2.0)):
        assert float(direction_loss((before + way * along)[None], before, along)) == pytest.approx(
            value
        )
    now = before[None].clone().requires_grad_()
    same = direction_loss(now, before, along)
    assert float(same.detach()) == pytest.approx(1)  # nothing has changed yet
    assert torch.autograd.grad(same, now)[0].isfinite().all()


def test_prompts_are_where_their_weights_say() -> None:
    text = units(2, 4)
    there = said(text, torch.tensor([1.0, -0.5]))
    torch.testing.assert_close(there, (text[0] - 0.5 * text[1]) / 1.5)
    assert said(text, torch.zeros(2)).abs().max() == 0


class Counted:
    """What the engine hands to `setup`, and how often it is asked."""

    def __init__(self, picture: Tensor) -> None:
        self.eye, self.picture, self.asked = FakePerceptor(), picture, 0

    def run(self, prompt: str = "word 0") -> RunContext:
        device = torch.device("cpu")
        return RunContext(parse_prompts(prompt), 0, device, self.embed, self.first_look)

    def embed(self, prompts: Any) -> list[Tensor]:
        return [self.eye.encode_text([prompt.text for prompt in prompts])]

    def first_look(self) -> list[Tensor]:
        self.asked += 1
        return [self.eye.encode_image(self.picture).mean(dim=0)]


def test_the_old_picture_is_embedded_once() -> None:
    old = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    begun = Counted(old)
    loss = DirectionalLoss(DirectionalConfig(weight=1, words="a cat | a dog:0.5"))
    loss.setup(begun.run())
    picture = (old * 0.9).requires_grad_()
    for _ in range(3):
        value = loss(view_of(picture))
    assert begun.asked == 1
    new = begun.eye.encode_text(["word 0"])[0]
    words = begun.eye.encode_text(["a cat", "a dog"])
    along = new - (words[0] + 0.5 * words[1]) / 1.5
    seen = begun.eye.encode_image(picture.detach())
    expected = by_hand(seen.numpy(), begun.eye.encode_image(old)[0].numpy(), along.numpy())
    assert float(value.detach()) == pytest.approx(expected, abs=1e-5)
    two = replace(view_of(picture), outputs=view_of(picture).outputs)
    assert float(loss(two).detach()) == pytest.approx(float(value.detach()))


@pytest.mark.parametrize(
    ("words", "prompt", "said"),
    [
        ("", "a cat", "losses.directional.words is empty"),
        ("a cat", "a dog@[0,0,0.5,1]", "is for prompts about the whole drawing"),
    ],
)
def test_what_it_cannot_be_without(words: str, prompt: str, said: str) -> None:
    loss = DirectionalLoss(DirectionalConfig(weight=1, words=words))
    with pytest.raises(ConfigError, match=said):
        loss.setup(Counted(torch.rand(1, 3, 32, 32)).run(prompt))


@pytest.fixture
def cat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: object) -> None:
            super().__init__()
            self.name = model

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    draw("a cat", **SMALL).save(tmp_path / "cat.svg")
    return tmp_path / "cat.svg"


def test_a_drawing_changes_along(cat: Path) -> None:
    some: dict[str, Any] = {"steps": 40, "cutouts": 2}
    falls = {}
    for weight in (0.0, 2.0):
        losses: list[float] = []
        settings = {"losses.directional.weight": weight, "losses.text.weight": 1e-3}
        if weight == 0:
            settings = {"losses.directional.weight": 1e-6, "losses.text.weight": 1e-3}
        resume(
            cat,
            "a dog",
            settings=settings,
            on_step=lambda step, kept=losses: kept.append(step.losses["directional"]),
            **some,
        )
        falls[weight] = np.mean(losses[:5]) - np.mean(losses[-5:])
    assert falls[2.0] > 0.1
    assert falls[2.0] > 2 * falls[0.0]


def test_it_needs_old_words_and_new_ones(cat: Path, tmp_path: Path) -> None:
    wish = {"losses.directional.weight": 1}
    with pytest.raises(InputError, match="goes from the old words to new ones; say those as well"):
        resume(cat, settings=wish, steps=1)
    stranger = tmp_path / "stranger.svg"
    stranger.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    )
    with pytest.raises(InputError, match="does not say what it shows; say it: --set"):
        resume(stranger, "a dog", settings=wish, steps=1)
    told = {**wish, "losses.directional.words": "a triangle"}
    assert resume(stranger, "a dog", settings=told, steps=1, cutouts=2).scene.metadata.steps == 1
    with pytest.raises(ConfigError, match="needs a drawing to change"):
        draw("a dog", settings=told, **SMALL)
