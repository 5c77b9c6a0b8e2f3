"""`--modifiers`, a style's words, and mixtures of styles, from the command line to the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import SMALL

Run = Callable[..., Any]
PIXELS = ("pixeldraw", "a cat", "--size", "16", "--steps", "4", "--cutouts", "2")
STROKES = ("clipdraw", "a cat", *SMALL)


@pytest.fixture
def wordy(folder: Path) -> Path:
    (folder / "styles").mkdir()
    path = folder / "styles" / "wordy.toml"
    path.write_text('[words]\nsuffix = "in oil"\nnegatives = ["a photo"]\n')
    return path


def told(run: Run, *args: str) -> list[tuple[str, float]]:
    done = run(*args, "--json")
    assert done.code == 0, done.err
    return [(prompt["text"], prompt["weight"]) for prompt in json.loads(done.out)["prompts"]]


@pytest.mark.parametrize("command", [STROKES, PIXELS])
def test_modifiers_are_told_and_recorded(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "--modifiers", "oil-painting,4k", "--json")
    facts = json.loads(done.out)
    assert facts["prompts"] == [{"text": "a cat, oil painting, 4k", "weight": 1.0}]
    assert facts["config"]["words"]["modifiers"] == ["oil-painting", "4k"]
    assert Path(facts["paths"][0]).stem == "a-cat"  # files are named after the user's words
    text = (folder / facts["paths"][0]).read_text()
    assert "a cat, oil painting, 4k" in text


def test_unknown_modifiers_are_refused_before_drawing(run: Run, folder: Path) -> None:
    done = run(*STROKES, "--modifiers", "4k,oil-paint")
    assert (done.code, done.out) == (2, "")
    assert "unknown modifier 'oil-paint'; did you mean 'oil-painting'" in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(folder.iterdir())


def test_each_word_that_a_perceptor_does_not_know_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(self: object, prompt: str) -> str | None:
        return None if prompt in ("a cat", "in", "the", "style", "of") else f"unsure of {prompt}"

    monkeypatch.setattr("drawkit.perceptor.Perceptor.doubt", doubt)
    done = run(*STROKES, "--modifiers", "van-gogh,hokusai")
    said = [line for line in done.err.splitlines() if "unsure" in line]
    assert said == [f"drawkit: unsure of {word}" for word in ("Vincent", "van", "Gogh", "Hokusai")]


def test_a_styles_words_are_for_the_perceptors_that_it_names(run: Run, wordy: Path) -> None:
    clip = ("--model", "ViT-B-32/openai")
    assert told(run, *STROKES, "--style", "wordy") == [("a cat", 1.0)]
    both = [("a cat in oil", 1.0), ("a photo", -0.3)]
    assert told(run, *STROKES, "--style", "wordy", *clip) == both
    wordy.write_text(wordy.read_text() + 'perceptors = ["builtin"]\n')
    assert told(run, *STROKES, "--style", "wordy") == both
    assert told(run, *STROKES, "--style", "wordy", *clip) == [("a cat", 1.0)]


def test_show_shows_words_and_refuses_broken_ones(run: Run, wordy: Path) -> None:
    assert 'words.suffix = "in oil"' in run("styles", "show", "wordy").out
    wordy.write_text("[words]\n\nsufix = 'x'\n")
    done = run("styles", "show", "wordy")
    assert done.code == 2
    assert "wordy.toml:3: unknown setting 'words.sufix'; did you mean" in done.err


def test_a_mixture_draws_and_is_recorded(run: Run, wordy: Path) -> None:
    args = (*STROKES, "--style", "ink:0.7", "--style", "wordy:0.3")
    done = run(*args, "--json")
    facts = json.loads(done.out)
    assert facts["config"]["draw"]["style"] == ["ink:0.7", "wordy:0.3"]
    assert facts["config"]["strokes"]["ink"] == "#000000"
    clip = told(run, *args, "--model", "ViT-B-32/openai")
    assert clip == [("a cat", 0.7), ("a cat in oil", 0.3), ("a photo", pytest.approx(-0.09))]


def test_modifiers_are_listed(run: Run) -> None:
    lines = run("styles", "modifiers").out.splitlines()
    assert any(line.split()[:3] == ["4k", "4k", "quality:"] for line in lines)
    rows = json.loads(run("styles", "modifiers", "--json").out)
    assert {"name": "4k", "words": "4k", "purpose": "quality: fine detail"} in rows
