"""`examples/films`: the films that its page names are there, and play to their ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import av
import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "films"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FRAMES = {"process.mp4": 143, "by-hand.mp4": 168, "cat-and-owl.mp4": 80, "story.mp4": 720}


def test_the_page_names_what_is_there() -> None:
    assert set(re.findall(r"[\w-]+\.mp4", PAGE)) - {"FILM.mp4"} == set(FRAMES)
    for name in re.findall(r"\]\(([\w-]+\.png)\)", PAGE):
        assert (FOLDER / name).stat().st_size < 600_000


@pytest.mark.parametrize("name", FRAMES)
def test_a_film_plays_to_its_end(name: str) -> None:
    assert (FOLDER / name).stat().st_size < 400_000
    with av.open(str(FOLDER / name)) as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES[name]


def test_the_story_is_small_and_plays_thirty_seconds() -> None:
    told = (FOLDER / "story.json").read_bytes()
    assert len(told) < 500_000
    lottie = json.loads(told)
    assert lottie["op"] / lottie["fr"] == pytest.approx(30)
    assert "".join(lottie["nm"].split()) == "acattoanowltoafishtoasailboattoahousetoatree"
    assert (FOLDER / "story.anim.svg").stat().st_size < 700_000
