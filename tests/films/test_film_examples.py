"""`examples/films`: the films that its page names are there, and play to their ends."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "films"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FRAMES = {"process.mp4": 143, "by-hand.mp4": 168, "cat-and-owl.mp4": 80}


def test_the_page_names_what_is_there() -> None:
    assert set(re.findall(r"[\w-]+\.mp4", PAGE)) - {"FILM.mp4"} == set(FRAMES)
    for name in re.findall(r"\]\(([\w-]+\.png)\)", PAGE):
        assert (FOLDER / name).stat().st_size < 600_000


@pytest.mark.parametrize("name", FRAMES)
def test_a_film_plays_to_its_end(name: str) -> None:
    assert (FOLDER / name).stat().st_size < 300_000
    with av.open(str(FOLDER / name)) as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES[name]
