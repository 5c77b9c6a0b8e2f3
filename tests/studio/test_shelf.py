"""Every style that ships has its picture on the shelf (`python docs/studio_pictures.py`)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from drawkit.cli.studio import _shelf
from drawkit.studio.shelf import STATIC, StyleCard

ROOT = Path(__file__).parents[2]


def test_every_style_has_a_picture() -> None:
    styles = {style.name: style for style in _shelf().styles}
    for path in (ROOT / "styles").glob("*.toml"):
        with Image.open(STATIC / styles[path.stem].picture.removeprefix("/static/")) as picture:
            assert picture.size == (132, 132)
    assert StyleCard("of-my-own", "").picture == ""


def test_palettes_show_their_colours() -> None:
    shelf = _shelf().plain()
    pico = next(one for one in shelf["palettes"] if one["name"] == "pico-8")
    assert len(pico["colours"]) == 16
    assert "#ff004d" in pico["colours"]
