"""Imagining that the perceptor leads: moves by the formula, and pictures that fit better."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from drawkit import draw
from drawkit.errors import ConfigError
from drawkit.imagination.leading import leading
from drawkit.perceptor.clip import open_perceptor


@pytest.mark.parametrize("now", [0.0, 0.25, 0.5])
def test_pictures_move_up_the_slope_by_a_length_that_falls(now: float) -> None:
    """Of a fit -|x - w|^2 in RGB the slope is known, and opacity has none."""
    wanted = 0.75

    def fit(shown: torch.Tensor) -> torch.Tensor:
        return -(shown[:, :3] - wanted).square().sum((1, 2, 3))

    clean = torch.rand(2, 4, 8, 8, generator=torch.Generator().manual_seed(0)) - 0.5
    clean[:, 3] = 1.0
    found = leading(fit, 0.3)(clean, now)
    slope = torch.zeros_like(clean)
    slope[:, :3] = wanted - (clean[:, :3] + 1) / 2
    length = slope.square().mean((1, 2, 3), keepdim=True).sqrt()
    moved = (clean + 0.3 * (1 - now) * slope / length).clamp(-1, 1)
    torch.testing.assert_close(found, moved)
    assert not found.requires_grad
    assert torch.equal(leading(fit, 0.3)(clean, 0.7), clean)  # then it is left alone


def test_what_has_no_slope_stays() -> None:
    clean = torch.zeros(1, 4, 8, 8)
    assert torch.equal(leading(lambda shown: shown.sum((1, 2, 3)) * 0, 0.3)(clean, 0.0), clean)


def test_led_pictures_fit_the_words_better() -> None:
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    text = perceptor.encode_text(["a watermelon"])

    def imagined(lead: float) -> torch.Tensor:
        dice = torch.Generator().manual_seed(0)
        found = perceptor.imagine(text, [1.0], 2, dice, recall=False, lead=lead)
        assert found is not None
        return found.picture

    free, led = imagined(0.0), imagined(0.2)
    fits = [float(perceptor._fit(one, text, torch.ones(1))) for one in (free, led)]
    assert fits[1] > fits[0] + 0.05
    assert torch.equal(led, imagined(0.2))


def test_the_setting_reaches_who_imagines(monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes import FakePerceptor

    asked: list[dict[str, Any]] = []

    class Imagining(FakePerceptor):
        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()

        def imagine(self, *_: Any, **how: Any) -> None:
            asked.append(how)

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Imagining)
    small: dict[str, Any] = {"canvas": "pixels", "size": 8, "steps": 1, "cutouts": 1, "imagine": 2}
    for lead in (0.0, 0.2):
        draw("a cat", settings={"perceptor.lead": lead}, **small)
    assert ["lead" in how for how in asked] == [False, True]
    assert asked[1]["lead"] == 0.2
    with pytest.raises(ConfigError, match=r"perceptor.lead is 3; allowed: 0 to 2"):
        draw("a cat", settings={"perceptor.lead": 3.0}, **small)
