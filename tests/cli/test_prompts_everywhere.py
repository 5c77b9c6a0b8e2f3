"""One way to type prompts, in every command that takes words, and the names of what they draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny_model import SMALL

from drawkit import engine
from drawkit.engine import draw

Run = Callable[..., Any]
TINY = ("--size", "12", "--steps", "2", "--cutouts", "2", "--model", "fake")
TINY += ("--set", "optimize.score_every=1", "--set", "pixels.side=24")
TWO = "a dog:-0.2 | a cat:0.5"
BOTH = [{"text": "a dog", "weight": -0.2}, {"text": "a cat", "weight": 0.5}]
CLOCK = "read as words alone, for a digit stands before the colon"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[str, float]]]:
    """What each run was told to draw."""
    found: list[list[tuple[str, float]]] = []

    class Told(engine.Run):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            found.append([(prompt.text, prompt.weight) for prompt in self._prompts])

    for place in ("engine", "games.animate", "games.terrain", "games.sets.work"):
        monkeypatch.setattr(f"drawkit.{place}.Run", Told)
    return found


@pytest.mark.parametrize("command", [("clipdraw", *SMALL), ("pixeldraw", *TINY)])
def test_several_prompts_and_their_weights(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, TWO, "--json")
    facts = json.loads(done.out)
    assert facts["prompts"] == BOTH
    assert done.err.count("read as words") == 0
    assert {Path(path).stem for path in facts["paths"]} == {"a-cat"}  # not what it stays away from


def test_they_are_as_good_as_flags_of_their_own(run: Run, folder: Path) -> None:
    one = run("clipdraw", "a cat:0.5 | a dog:-0.2", *SMALL, "--metadata", "none", "-o", "one.svg")
    two = ("a cat:0.5", "--prompt", "a dog:-0.2", *SMALL, "--metadata", "none")
    again = run("clipdraw", *two, "-o", "two.svg")
    assert (one.code, again.code) == (0, 0)
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()


@pytest.mark.parametrize("words", ["train at 10:30", "a ratio 16:9"])
def test_clocks_and_ratios_are_words_and_a_line_says_so(run: Run, words: str) -> None:
    done = run("clipdraw", words, *SMALL, "--json", "--quiet")
    facts = json.loads(done.out)
    assert facts["prompts"] == [{"text": words, "weight": 1.0}]
    (line,) = done.err.splitlines()
    assert line.startswith(f"drawkit: '{words}' is {CLOCK}")
    assert Path(facts["paths"][0]).stem == words.replace(" ", "-").replace(":", "-")


def test_quotes_let_them_be_weighted(run: Run) -> None:
    done = run("clipdraw", '"a ratio 16":9', *SMALL, "--json", "--quiet")
    facts = json.loads(done.out)
    assert (facts["prompts"], done.err) == ([{"text": "a ratio 16", "weight": 9.0}], "")
    assert Path(facts["paths"][0]).stem == "a-ratio-16"


@pytest.mark.parametrize(
    "args",
    [
        ("clipdraw", "a cat:10.5"),
        ("clipdraw", "a cat", "--prompt", "a dog:-11"),
        ("pixeldraw", "a cat |"),
        ("pixeldraw", "a cat:1:1.5"),
        ("animate", "a cat:11", "--motion", "hop"),
        ("animate", "a cat", "--frame", "a dog", "--frame", "a cow:11"),
        ("tileset", "stone:11"),
        ("tileset", "stone", "--ground", "water:11"),
        ("pixelate", "in.png", "--prompt", "a cat:11"),
        ("styles", "preview", "ink", "--prompt", "a cat:11"),
        ("models", "nearest", "a cat:11"),
        ("models", "nearest", "a cat@0%-50%"),
        ("models", "nearest", "@in.png"),
        ("pixeldraw", "a cat@[0,0,2,1]"),
        ("animate", "a cat@[0,0,1,1", "--motion", "hop"),
        ("tileset", "stone@90%-20%"),
    ],
)
def test_bad_ones_are_refused_before_anything_is_opened(
    run: Run, opened: list[Any], folder: Path, args: tuple[str, ...]
) -> None:
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(folder / "in.png")
    done = run(*args)
    assert (done.code, done.out, opened) == (2, "", [])
    assert len(done.err.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["in.png"]


def test_frames_keep_the_other_prompts(run: Run, told: list[Any]) -> None:
    frames = ("--frame", "a laughing face:2 | teeth", "-o", "f.gif")
    done = run("animate", "a dog:-0.2 | a face 5 | fur:0.5", *frames, *TINY)
    assert done.code == 0, done.err
    first, second = told
    assert first == [("a dog", -0.2), ("a face 5", 1.0), ("fur", 0.5)]
    others = [("a dog", -0.2), ("fur", 0.5)]
    assert second == [("a laughing face", 2.0), ("teeth", 1.0), *others]


def test_materials_and_what_lies_around_them(run: Run, told: list[Any], folder: Path) -> None:
    done = run("tileset", "mud:-1 | stone:2", "--ground", "water:2 | foam:-0.5", *TINY)
    assert done.code == 0, done.err
    assert told == [[("mud", -1.0), ("stone", 2.0)], [("water", 2.0), ("foam", -0.5)]]
    assert (folder / "stone.png").is_file()


def test_sprites_of_a_set(run: Run, told: list[Any], folder: Path) -> None:
    text = 'model = "fake"\nsize = 12\nsteps = 2\n[pixels]\nside = 24\n'
    text += (
        '[[sprite]]\nprompt = "a dog:-0.2 | a key:2"\n[[sprite]]\nprompt = ["a door", "red:2"]\n'
    )
    (folder / "game.toml").write_text(text)
    done = run("sheet", "game.toml", "--workers", "1")
    assert done.code == 0, done.err
    assert told == [[("a dog", -0.2), ("a key", 2.0)], [("a door", 1.0), ("red", 2.0)]]
    assert {path.name for path in (folder / "game-sprites").glob("*.png")} == {
        "a-key.png",
        "a-door.png",
    }


def test_polish_previews_and_sheets_of_styles(run: Run, told: list[Any], folder: Path) -> None:
    Image.fromarray(np.full((12, 12, 3), 90, np.uint8)).save(folder / "in.png")
    small = ("--size", "32", "--steps", "2", "--set", "cutouts.count=2", "--model", "fake")
    assert run("styles", "preview", "ink", "--prompt", TWO, *small).code == 0
    assert (folder / "ink-a-cat.png").is_file()
    explore = ("--styles", "ink", *small, "--cell", "48", "-o", "s.png", "--keep", ".")
    assert run("styles", "explore", TWO, *explore).code == 0
    assert len(list(folder.glob("a-cat-*.png"))) == 1
    assert told == [[("a dog", -0.2), ("a cat", 0.5)]] * 2


def test_from_python() -> None:
    with pytest.MonkeyPatch.context() as patch:
        from fakes import FakePerceptor

        patch.setattr("drawkit.engine.session.open_perceptor", lambda *_, **__: FakePerceptor())
        drawing = draw("a dog:-0.2 | a cat:0.5", strokes=3, size=32, steps=1, cutouts=1)
    assert drawing.scene.metadata.prompts == (("a dog", -0.2), ("a cat", 0.5))
    assert drawing.scene.metadata.title == "a cat"


@pytest.mark.parametrize(
    ("args", "stem"),
    [
        (("clipdraw", "a", "red", "cat", *SMALL), "a-red-cat"),
        (("clipdraw", *SMALL, "a", "red cat"), "a-red-cat"),
        (("clipdraw", "a", "red", *SMALL, "cat:2", "|", "a", "dog:-1"), "a-red-cat"),
        (("pixeldraw", "a", "red", "cat", *TINY), "a-red-cat"),
        (("animate", "a", "red", "cat", "--motion", "bob", *TINY), "a-red-cat"),
        (("tileset", "a", "red", "stone", *TINY), "a-red-stone"),
    ],
)
def test_words_need_no_quotes(run: Run, folder: Path, args: tuple[str, ...], stem: str) -> None:
    done = run(*args)
    assert done.code == 0, done.err
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {stem}


def test_words_without_quotes_are_one_setting(run: Run) -> None:
    shown = run("config", "show", "a", "red", "cat", "--prompt", "a dog:-1", "--json")
    assert json.loads(shown.out)["config"]["draw"]["prompts"] == ["a red cat", "a dog:-1"]


@pytest.mark.parametrize("name", ["cat.svg", "out/Cat.PNG"])
def test_a_files_name_is_not_drawn(run: Run, opened: list[Any], name: str) -> None:
    done = run("clipdraw", "a cat", name, *SMALL)
    assert (done.code, done.out, opened) == (2, "", [])
    assert done.err == f"drawkit: '{name}' is no word to draw; to write it, type -o {name}\n"


def test_no_words_are_no_prompt(run: Run) -> None:
    for args in (["clipdraw"], ["clipdraw", ""], ["clipdraw", "", " "], ["pixeldraw"]):
        done = run(*args)
        assert done.code == 2
        assert "prompt" in done.err
        assert len(done.err.splitlines()) == 1


def test_emoji_are_told_by_their_names(run: Run) -> None:
    done = run("clipdraw", "🐱🌈", *SMALL, "--json", "--quiet")
    facts = json.loads(done.out)
    assert facts["prompts"] == [{"text": "cat face and rainbow", "weight": 1.0}]
    assert {Path(path).stem for path in facts["paths"]} == {"cat-face-and-rainbow"}
    assert done.err == "drawkit: '🐱🌈' is read as 'cat face and rainbow'\n"
