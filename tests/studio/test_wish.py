"""What the page sends becomes settings, and a command line that the shell takes as it is."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from drawkit import Prompt
from drawkit.config import parse_prompts
from drawkit.studio.tries import seeds
from drawkit.studio.wish import Wish, command, number, prompt_of, resume_command


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"words": "a cat", "count": "64", "seed": "3"},
            ["clipdraw", "a cat", "--strokes", "64", "--seed", "3"],
        ),
        (
            {"words": "a 'cat' | a dog:-0.5", "kind": "shapes", "quality": "draft"},
            [
                "clipdraw",
                "a 'cat' | a dog:-0.5",
                *["--strokes", "0", "--shapes", "64", "--quality", "draft"],
            ],
        ),
        (
            {
                "words": "a heart",
                "kind": "pixels",
                "palette": "pico-8",
                "size": "24",
                "seed": "tom",
            },
            ["pixeldraw", "a heart", *["--palette", "pico-8", "--size", "24", "--seed", "tom"]],
        ),
        (
            {"words": "a cat", "palette": "nord", "style": "crayon"},
            ["clipdraw", "a cat", "--style", "crayon", "--set", 'strokes.palette=["nord"]'],
        ),
        ({"picture": "/a b/c.png"}, ["clipdraw", "--model", "none", "--init", "/a b/c.png"]),
        (
            {"picture": "/c.png", "role": "trace", "count": "9", "words": "no"},
            ["trace", "/c.png", "--shapes", "9"],
        ),
    ],
)
def test_a_wish_is_a_command(given: dict[str, str], words: list[str]) -> None:
    line = shlex.split(command(Wish.of(given), "x.svg"))
    assert line[0] == "drawkit"
    assert line[-2:] == ["-o", "x.svg"]
    assert set(words) <= set(line)
    assert line[1] == words[0]


def test_going_on_is_a_command() -> None:
    wish = Wish(words="a dog", steps="40", seed="2", style="crayon")
    line = shlex.split(resume_command(wish, "/x/from-1.svg", "a-dog.svg"))
    want = "drawkit resume /x/from-1.svg | a dog | --steps 40 --seed 2 -o a-dog.svg"
    assert line == [*want.split(" | ")[0].split(), "a dog", *want.split(" | ")[2].split()]


@pytest.mark.parametrize(
    "given", [{"kind": "clay"}, {"role": 3}, {"quality": "top"}, {"words": []}]
)
def test_what_no_page_sends_is_left_out(given: dict[str, Any]) -> None:
    assert Wish.of({**given, "freeze": "/etc/passwd", "other": "x"}) == Wish()


def test_numbers_are_numbers_and_all_else_is_for_the_library_to_refuse() -> None:
    assert [number(text) for text in ("12", "-3", "1e3", "many", "1.5", "٣")] == [
        12, -3, "1e3", "many", "1.5", "٣",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/tmp/cat.png", "/tmp/a b/c.png", "/tmp/a|b:c/@d.png"])
def test_a_picture_is_one_of_the_prompts(path: str) -> None:
    text = prompt_of(Wish(words="a cat", picture=path, role="prompt"))
    words, picture = parse_prompts(text)
    assert words == Prompt("a cat")
    assert str(picture.picture) == path


def test_tries_have_seeds_of_their_own() -> None:
    assert [wish.seed for wish in seeds(Wish(seed="7"), 3)] == ["7", "8", "9"]
    assert [wish.seed for wish in seeds(Wish(seed="tom"), 2)] == ["tom", "tom-1"]
    found = [int(wish.seed) for wish in seeds(Wish(seed="random"), 2)]
    assert found[1] == found[0] + 1


def test_a_picture_keeps_its_part_when_pixel_art_goes_on() -> None:
    wish = Wish("a cat", "pixels", picture="/m.png", role="style", begun="/f.png", freeze="/h.png")
    flags = dict(wish.flags())
    assert (flags["init"], flags["freeze"], flags["style_image"]) == ("/f.png", "/h.png", "/m.png")
    assert wish.settings() == {"pixels.economy": 0.0, "pixels.rare": 0.0}
    assert "--inputs" in shlex.split(resume_command(Wish("a", picture="/p/m.png"), "/x.svg", "o"))
