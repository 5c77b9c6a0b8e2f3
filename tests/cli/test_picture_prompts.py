"""Pictures in place of words: as prompts that a perceptor sees, or followed without any."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from tiny_model import SMALL

from drawkit.config import parse_prompts, read_prompts
from drawkit.errors import InputError

Run = Callable[..., Any]


@pytest.fixture
def photo(folder: Path) -> Path:
    """A picture in a folder whose name must not get about."""
    place = folder / "my secret"
    place.mkdir()
    image = Image.new("RGB", (40, 30), "white")
    image.paste((200, 30, 20), (10, 8, 30, 24))
    image.save(place / "fruit 1.png")
    return place / "fruit 1.png"


@pytest.mark.parametrize("detail", ["short", "full"])
def test_a_picture_is_a_prompt_and_names_the_file(
    run: Run, folder: Path, photo: Path, detail: str
) -> None:
    done = run("clipdraw", f"@{photo}", *SMALL, "--metadata", detail)
    assert done.code == 0, done.err
    text = (folder / "fruit-1.svg").read_text(encoding="utf-8")
    assert "my secret" not in text
    assert hashlib.sha256(photo.read_bytes()).hexdigest() in text
    title = etree.fromstring(text.encode()).findtext("{http://www.w3.org/2000/svg}title")
    assert title == "fruit 1"


def test_it_stands_beside_words_and_is_weighted(run: Run, photo: Path) -> None:
    done = run("clipdraw", f"a cat | @{photo}:0.5", "--json", *SMALL)
    assert done.code == 0, done.err
    told = json.loads(done.out)["prompts"]
    assert told == [{"text": "a cat", "weight": 1.0}, {"text": "@fruit 1.png", "weight": 0.5}]


def test_which_picture_it_is_decides(run: Run, folder: Path, photo: Path) -> None:
    Image.new("RGB", (30, 30), "navy").save(folder / "other.png")
    for name in (str(photo), "other.png"):
        assert (
            run("clipdraw", f"@{name}", *SMALL, "--seed", "1", "-o", f"{len(name)}.svg").code == 0
        )
    one, other = (path.read_text() for path in folder.glob("[0-9]*.svg"))
    assert one.split("<path", 1)[1] != other.split("<path", 1)[1]


def test_a_picture_alone_is_followed_without_a_perceptor(
    run: Run, folder: Path, photo: Path
) -> None:
    small = ("--steps", "60", "--size", "48", "--strokes", "24", "--quiet")
    done = run("clipdraw", "--init", str(photo), "--model", "none", *small, "-o", "out.png")
    assert done.code == 0, done.err
    drawn = Image.open(folder / "out.png").convert("RGB").resize((48, 48))
    red = drawn.getpixel((24, 24))
    white = drawn.getpixel((4, 24))
    assert red[0] > 150 > red[2]
    assert min(white) > 200


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("@nowhere.png",), "nowhere.png"),
        (("@",), "no file behind @"),
        (("a cat", "--model", "none"), "there must be a picture to draw; name one: --init"),
        (("a cat", "--model", "none", "--model", "builtin"), "'none' stands alone"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    run: Run, folder: Path, args: tuple[str, ...], words: str
) -> None:
    done = run("clipdraw", *args, "--steps", "1", "--size", "32", "--strokes", "2")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert words in line
    assert not list(folder.iterdir())


def test_how_they_are_typed() -> None:
    (one,) = parse_prompts("@a/b c.png:-0.5")
    assert (one.picture, one.text, one.weight) == ("a/b c.png", "@b c.png", -0.5)
    assert parse_prompts(str(one)) == [one]
    (words,) = read_prompts(['"@home":2'])
    assert (words.picture, words.text, words.weight) == (None, "@home", 2.0)
    assert parse_prompts(str(words)) == [words]
    with pytest.raises(InputError, match="stop 2"):
        parse_prompts("@a.png:1:2")


SHORT = ("--steps", "3", "--size", "64", "--quiet", "--metadata", "none")


def test_alone_it_draws_what_it_shows(run_real: Run, folder: Path, photo: Path) -> None:
    """With the perceptor that imagines words: it has none for most pictures, but sees them."""
    done = run_real("clipdraw", f"@{photo}", *SHORT, "--strokes", "48", "-o", "out.png")
    assert done.code == 0, done.err
    drawn = Image.open(folder / "out.png").convert("RGB").resize((64, 64))
    red, white = drawn.getpixel((32, 32)), drawn.getpixel((4, 32))
    assert red[0] > 150 > red[2]
    assert min(white) > 200


def test_in_a_place_it_lies_there(run_real: Run, folder: Path, photo: Path) -> None:
    Image.new("RGB", (20, 20), (20, 40, 200)).save(folder / "blue.png")
    both = f"@{photo}@[.5,0,1,1] | @blue.png@[0,0,.5,1]"
    longer = ("--steps", "60", "--strokes", "64", *SHORT[2:])
    done = run_real("clipdraw", both, *longer, "-o", "out.png", "-o", "out.svg")
    assert done.code == 0, done.err
    drawn = Image.open(folder / "out.png").convert("RGB").resize((64, 64))
    left, right = drawn.getpixel((14, 32)), drawn.getpixel((48, 32))
    assert left[2] > 120 > left[0]
    assert right[0] > 150 > right[2]
    text = (folder / "out.svg").read_text()
    assert 'label="fruit 1"' in text
    assert 'label="blue"' in text


def test_any_open_clip_model_sees_it(
    run_real: Run, folder: Path, photo: Path, tiny_model: Path
) -> None:
    small = ("--steps", "2", "--size", "32", "--strokes", "4", "--quiet", "--metadata", "none")
    for name in (str(photo), "away.png"):
        Image.new("RGB", (30, 30), "navy").save(folder / "away.png")
        out = ("--model", tiny_model, "-o", f"{len(name)}.svg")
        done = run_real("clipdraw", f"@{name}", *small, *out)
        assert done.code == 0, done.err
    one, other = (path.read_text() for path in folder.glob("[0-9]*.svg"))
    assert one != other


def test_beside_words_the_words_say_what_is_drawn(run_real: Run, folder: Path, photo: Path) -> None:
    """What they lead to is the same, however the picture then pulls at it."""
    few = (*SHORT[2:], "--steps", "1", "--strokes", "16", "--set", "losses.text.weight=0")
    assert run_real("clipdraw", "a cat", *few, "-o", "one.svg").code == 0
    assert run_real("clipdraw", f"a cat | @{photo}:0.5", *few, "-o", "two.svg").code == 0
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()
