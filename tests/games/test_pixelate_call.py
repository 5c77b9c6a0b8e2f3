"""`drawkit.pixelate`: the command in one call, on whatever a picture is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

from drawkit import ConfigError, Drawing, FileError, InputError, pixelate

APPLE = Path(__file__).parents[2] / "examples" / "gallery" / "a-red-apple.png"


def cells(drawing: Drawing) -> Any:
    assert drawing.scene.grid is not None
    return drawing.scene.grid.rgba()


def test_a_file_a_picture_and_an_array_are_one() -> None:
    with Image.open(APPLE) as image:
        image.load()
        ways = [APPLE, str(APPLE), image, image.convert("RGBA"), np.asarray(image.convert("RGBA"))]
        found = [pixelate(way, 24, palette="db32") for way in ways]
    for drawing in found[1:]:
        assert (cells(drawing) == cells(found[0])).all()
    assert found[0].scene.metadata.title == "a-red-apple"
    assert found[2].scene.metadata.title == "picture"


def test_it_shows_itself_and_is_saved(tmp_path: Path) -> None:
    drawing = pixelate(APPLE, "16x12", colors=4, scale=3, metadata="none")
    assert drawing.scene.grid is not None
    assert drawing.scene.grid.size == (16, 12)
    assert drawing._repr_svg_().startswith("<?xml")
    assert drawing._repr_png_().startswith(b"\x89PNG")
    with Image.open(drawing.save(tmp_path / "a.png")) as image:
        assert image.size == (48, 36)
        assert not image.text  # type: ignore[attr-defined]
    assert pixelate(APPLE, (8, 9), cell="hex", dither="bayer").scene.grid is not None


def test_words_polish_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    seen: list[int] = []
    drawing = pixelate(
        APPLE,
        12,
        prompt="an apple",
        palette="pico8",
        steps=3,
        seed="tom",
        cutouts=2,
        settings={"pixels.side": 24},
        on_step=lambda step: seen.append(step.index),
    )
    assert seen == [1, 2, 3]
    assert drawing.scene.metadata.prompts == (("an apple", 1.0),)
    assert (cells(drawing) == cells(pixelate(APPLE, 12, palette="pico8"))).mean() > 0.4


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"steps": 3}, "steps needs prompt: words to polish toward"),
        ({"style": "ink"}, "style needs prompt"),
        ({"settings": {"pixels.side": 24}}, "settings pixels.side needs prompt"),
        ({"strokes": 3}, "pixelate has no setting 'strokes'"),
        ({"palete": "db32"}, "did you mean 'palette'"),
        ({"size": 0}, "the size is 0x0"),
        ({"size": "big"}, "^size takes a number"),
        ({"size": 2.5}, "^size takes"),
        ({"size": (1, 2, 3)}, "^size takes"),
        ({"palette": "picco8"}, "did you mean 'pico-8'"),
        ({"cell": "hexx"}, "hex"),
        ({"prompt": ""}, "empty"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        pixelate(APPLE, **given)
    assert "\n" not in str(told.value)


def test_an_unknown_keyword_is_a_setting_that_does_not_exist() -> None:
    with pytest.raises(ConfigError):
        pixelate(APPLE, strokes=3)  # type: ignore[call-arg]
    with pytest.raises(FileError, match="does not exist"):
        pixelate("missing.png")
