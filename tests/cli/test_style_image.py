"""`--style-image`: on every drawing command, the same twice, and refused before it begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

Run = Callable[..., Any]
PIXELS = ("pixeldraw", "a cat", "--size", "16", "--steps", "4", "--cutouts", "2")
STROKES = ("clipdraw", "a cat", *SMALL)


@pytest.fixture
def picture(folder: Path) -> Path:
    path = folder / "style.png"
    Image.radial_gradient("L").convert("RGB").resize((64, 40)).save(path)
    return path


@pytest.mark.parametrize("command", [STROKES, PIXELS, (*STROKES, "--shapes", "4")])
def test_it_changes_the_drawing_the_same_way_twice(
    command: tuple[str, ...], run: Run, folder: Path, picture: Path
) -> None:
    given = (*command, "--overwrite", "-o", "cat.svg")
    drawn = []
    for more in ((), ("--style-image", "style.png"), ("--style-image", "style.png")):
        assert run(*given, *more).code == 0
        text = (folder / "cat.svg").read_text()
        drawn.append(text[: text.index("<metadata")] + text[text.index("</metadata>") :])
    assert drawn[0] != drawn[1] == drawn[2]


def test_it_turns_the_loss_on_with_the_weight_of_the_paper(run: Run, picture: Path) -> None:
    def weight(*args: str) -> float:
        found = json.loads(run("config", "show", "--json", *args).out)
        return float(found["config"]["losses.style"]["weight"])

    given = ("--style-image", "style.png:0.5", "--style-image", "style.png")
    assert weight() == 0
    assert weight(*given) == 2
    assert weight(*given, "--set", "losses.style.weight=0.7") == 0.7


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere.png", "'nowhere.png' does not exist"),
        (".", "'.' is not a file"),
        ("style.png:0", "weight 0; allowed: above 0"),
        ("style.png:-2", "weight -2"),
        ("style.png:nan", "weight nan"),
        ("", "has no name"),
        ("text.png", "no picture that can be read"),
        ("cut.png", "cannot read the picture 'cut.png'"),
        ("clear.png", "wholly transparent"),
        ("a\x00b.png", "does not exist"),
    ],
)
def test_bad_pictures(
    given: str, words: str, run: Run, folder: Path, picture: Path, opened: list[Any]
) -> None:
    (folder / "text.png").write_text("not a picture")
    (folder / "cut.png").write_bytes(picture.read_bytes()[:300])
    Image.new("RGBA", (3, 3)).save(folder / "clear.png")
    for command in (STROKES, PIXELS):
        done = run(*command, "--style-image", given)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("drawkit: ")
        assert words in done.err
        assert len(done.err.splitlines()) == 1
    assert opened == []
    assert not list(folder.glob("*.svg"))
