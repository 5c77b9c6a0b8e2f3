"""What short names alone can say, and what is refused in their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

import drawkit
from drawkit import draw
from drawkit.config import Given
from drawkit.engine import Run, settings_for
from drawkit.engine.settings import refuse_lacking
from drawkit.errors import ConfigError, InputError


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())


PIXELS: dict[str, Any] = {"canvas": "pixels", "size": 12, "steps": 1, "cutouts": 2}


def test_pixels_are_drawn_by_short_names() -> None:
    drawing = draw("a knight", transparent=True, palette="pico8", **PIXELS)
    assert drawing.scene.grid is not None
    assert drawing.scene.grid.size == (12, 12)
    assert drawing.scene.background.color is None
    assert drawkit.Session().draw("a knight", on_step=lambda step: False, **PIXELS).scene.grid


def test_what_stays_needs_a_start_picture(tmp_path: Path) -> None:
    picture = tmp_path / "start.png"
    Image.new("RGB", (12, 12), "teal").save(picture)
    for name in ("freeze", "freeze_edits"):
        with pytest.raises(ConfigError, match=f"^{name} needs init: the picture that stays$"):
            draw("a cat", **PIXELS, **{name: picture})
        drawing = draw("a cat", init=picture, **PIXELS, **{name: picture})
        assert drawing.scene.grid is not None
    with pytest.raises(ConfigError, match=r"^settings: freeze needs init"):
        draw("a cat", settings={"pixels.freeze": str(picture)}, **PIXELS)
    with pytest.raises(ConfigError, match=r"^--freeze needs --init: the picture that stays$"):
        refuse_lacking(
            settings_for(
                {
                    "draw.canvas": Given("pixels", "test"),
                    "pixels.freeze": Given(str(picture), "--freeze"),
                }
            )
        )
    Run(settings_for(_frozen(picture)), np.zeros((12, 12, 4), np.uint8))  # that is a start


def _frozen(mask: Path) -> dict[str, Given]:
    own = {"draw.prompts": ["a cat"], "draw.canvas": "pixels", "draw.size": 12}
    return {k: Given(v, "test") for k, v in {**own, "pixels.freeze": str(mask)}.items()}


@pytest.mark.parametrize("words", ["", " ", [""], ["a cat", "  "]])
def test_no_words_are_refused_as_at_the_command_line(words: str | list[str]) -> None:
    with pytest.raises(InputError, match=r"^the prompt is empty; say in a few words what to draw$"):
        draw(words)
    with pytest.raises(ConfigError, match=r"^test: draw\.prompts the prompt is empty; "):
        settings_for({"draw.prompts": Given([""], "test")})


def test_prompts_of_another_kind_are_named() -> None:
    with pytest.raises(ConfigError, match=r"draw\.prompts takes a list"):
        draw(3)  # type: ignore[call-overload]
