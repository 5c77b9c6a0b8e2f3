"""The prompt language on the command line: files of prompts, words without quotes, resuming."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

from drawkit import draw
from drawkit.pictures.svg import read_svg_file

Run = Callable[..., Any]
ALL = "a cat:1:0.9 | a dog@0%-60%:0.5 | a cow@[.5,0,1,1]"
TYPED = ["a cat:1:0.9", "a dog:0.5@0%-60%", "a cow@[0.5,0,1,1]"]


def typed(path: Path) -> tuple[str, ...]:
    return read_svg_file(path).scene.metadata.typed


def test_a_file_of_prompts_is_as_good_as_the_words(run: Run, folder: Path) -> None:
    (folder / "p.txt").write_text("a dog@0%-60%:0.5\n\na cow@[.5,0,1,1]\n")
    one = run("clipdraw", ALL, *SMALL, "--metadata", "none", "-o", "one.svg")
    more = ("--prompts-file", "p.txt", "--metadata", "none", "-o", "two.svg")
    two = run("clipdraw", "a cat:1:0.9", *SMALL, *more)
    assert (one.code, two.code) == (0, 0), one.err + two.err
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()
    alone = run("clipdraw", "--prompts-file", "p.txt", *SMALL, "--json")
    told = json.loads(alone.out)
    assert [prompt["text"] for prompt in told["prompts"]] == ["a dog", "a cow"]
    assert {Path(path).stem for path in told["paths"]} == {"a-dog"}
    text = (folder / "a-dog.svg").read_text()
    assert "p.txt" in text
    assert str(folder) not in text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (None, "there is no file 'p.txt'"),
        ("", "'p.txt' holds no prompt"),
        ("a cat\na dog:11", "'p.txt', line 2: prompt weight 11"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_is_none_is_one_line(
    run: Run, folder: Path, opened: list[Any], lines: str | bytes | None, words: str
) -> None:
    if lines is not None:
        (folder / "p.txt").write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    done = run("clipdraw", "a cat", "--prompts-file", "p.txt", *SMALL)
    assert (done.code, done.out, opened) == (2, "", [])
    (line,) = done.err.splitlines()
    assert words in line


def test_from_python_and_in_settings(run: Run, folder: Path, tiny_model: Path) -> None:
    (folder / "p.txt").write_text("a dog:0.5\n")
    small: dict[str, Any] = {"model": str(tiny_model), "strokes": 3, "size": 32, "steps": 1}
    drawing = draw("a cat", prompts_file=folder / "p.txt", **small)
    assert drawing.scene.metadata.prompts == (("a cat", 1.0), ("a dog", 0.5))
    (folder / "drawkit.toml").write_text('[draw]\nprompts_file = "p.txt"\n')
    told = json.loads(run("clipdraw", "a cat", *SMALL, "--json").out)
    assert [prompt["text"] for prompt in told["prompts"]] == ["a cat", "a dog"]
    (folder / "drawkit.toml").write_text(run("config", "show", "a cat").out)
    again = json.loads(run("clipdraw", *SMALL, "--json", "--overwrite").out)
    assert again["prompts"] == told["prompts"]


def test_several_texts_are_one_and_a_line_says_so(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", "a dog", *SMALL, "--quiet", "--json")
    assert json.loads(done.out)["prompts"] == [{"text": "a cat a dog", "weight": 1.0}]
    assert done.err == (
        "drawkit: 'a cat a dog' is read as one prompt; several would be 'a cat | a dog'\n"
    )
    done = run("clipdraw", "a", "red", "cow@[0,.3,.5,1]", "|", "a", "tree", *SMALL, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert typed(folder / "a-red-cow.svg") == ("a red cow@[0,0.3,0.5,1]", "a tree")


def test_files_behind_an_at_sign_need_no_quotes(run: Run, folder: Path) -> None:
    Image.new("RGB", (40, 40), "white").save(folder / "mask.png")
    done = run("clipdraw", "a", "fish@mask.png", "|", "@mask.png:0.5", *SMALL, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert typed(folder / "a-fish.svg") == ('a fish@"mask.png"', "@mask.png:0.5")


def test_a_mistake_is_one_line_that_points_at_it(run: Run, opened: list[Any]) -> None:
    done = run("clipdraw", "a cat@[0,0,2,1]", *SMALL)
    assert (done.code, done.out, opened) == (2, "", [])
    assert done.err.count("\n") == 1
    assert "2 is not on the sheet" in done.err
    assert done.err.endswith("at character 12\n")


def test_a_drawing_goes_on_with_all_that_was_said(run: Run, folder: Path) -> None:
    for name in ("photo.png", "mask.png"):
        Image.new("RGB", (40, 40), "white").save(folder / name)
    said = f"{ALL} | catch 22@mask.png | @photo.png:0.5@60%-100%"
    small = ("--size", "32", "--steps", "10", "--strokes", "4", "--set", "cutouts.count=2")
    done = run("clipdraw", said, *small, "--model", "fake", "-o", "in/cat.svg", "--quiet")
    assert done.code == 2  # there is no such folder
    (folder / "in").mkdir()
    assert run("clipdraw", said, *small, "--model", "fake", "-o", "in/cat.svg").code == 0
    wanted = (*TYPED, 'catch 22@"mask.png"', "@photo.png:0.5@60%-100%")
    assert typed(folder / "in" / "cat.svg") == wanted
    done = run("resume", "in/cat.svg", "--steps", "10", "-o", "more.svg")
    assert done.code == 2
    assert "'mask.png' of a prompt is not in" in done.err
    for name in ("photo.png", "mask.png"):
        (folder / name).rename(folder / "in" / name)
    done = run("resume", "in/cat.svg", "--steps", "10", "-o", "more.svg")
    assert done.code == 0, done.err
    assert typed(folder / "more.svg") == wanted
    assert str(folder) not in (folder / "more.svg").read_text()
    Image.new("RGB", (40, 40), "red").save(folder / "in" / "photo.png")
    done = run("resume", "in/cat.svg", "--steps", "10", "-o", "last.svg")
    assert done.code == 2
    assert "'photo.png' of a prompt is another file by now" in done.err


def test_words_of_numbers_go_on_as_words(run: Run, folder: Path) -> None:
    done = run("clipdraw", '"a ratio 16":9 | a \\| b', *SMALL, "-o", "a.svg")
    assert done.code == 0, done.err
    done = run("resume", "a.svg", "--steps", "1", "-o", "b.svg", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["prompts"] == [
        {"text": "a ratio 16", "weight": 9.0},
        {"text": "a | b", "weight": 1.0},
    ]


def test_frames_and_pixels_take_it(run: Run, folder: Path) -> None:
    tiny = ("--size", "12", "--steps", "4", "--cutouts", "2", "--model", "fake")
    tiny += ("--set", "optimize.score_every=1", "--set", "pixels.side=24")
    (folder / "p.txt").write_text("a hat@[0,0,1,.5]\n")
    frames = ("--frame", "a laughing face", "-o", "f.gif", "--prompts-file", "p.txt")
    done = run("animate", "a face@50%-100%", *frames, *tiny)
    assert done.code == 0, done.err
    assert run("pixeldraw", ALL, *tiny).code == 0
