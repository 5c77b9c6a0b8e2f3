"""`--target generate` on the command line, with a small random model."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_unet import save_tiny_unet

Run = Callable[..., Any]
SMALL = ("--size", "8", "--steps", "1", "--cutouts", "2")
FEW = ("--set", "target.generate.steps=3", "--set", "target.generate.side=16")
FEW += ("--set", "target.generate.views=2")
GENERATE = ("--target", "generate", "--target-weights", "own/tiny.safetensors", *FEW)


@pytest.fixture(autouse=True)
def _own(folder: Path) -> None:
    (folder / "own").mkdir()
    save_tiny_unet(folder / "own" / "tiny.safetensors")


def test_the_same_words_give_the_same_bytes(run: Run, folder: Path) -> None:
    words = ("pixeldraw", "a cat", *SMALL, *GENERATE)
    for name, more in {"a": (), "b": (), "c": ("--seed", "1")}.items():
        done = run(*words, *more, "-o", f"{name}.png", "--json")
        assert done.code == 0, done.err
    assert "the picture to follow is sampled in up to 3 steps" in done.err
    told = json.loads(done.out)["config"]
    assert told["draw"]["target"] == "generate"
    assert told["target.generate"]["views"] == 2
    first, same, other = ((folder / f"{name}.png").read_bytes() for name in "abc")
    assert first == same != other
    assert b"tiny.safetensors" in first
    assert b"own/" not in first  # where files lie is nobody's business


def test_ctrl_c_while_it_samples_writes_nothing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class LeftError(BaseException):
        """The process would have ended here."""

    def leave(code: int) -> None:
        raise LeftError(code)

    def signalled(at: int, total: int) -> None:
        assert at <= 2 < total
        if at == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr("drawkit.engine.targets.generate._told_now_and_then", signalled)
    with pytest.raises(LeftError, match="130"):
        run("pixeldraw", "a cat", *SMALL, *GENERATE)
    assert "nothing was written" in capfd.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["own"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--target", "generate"), "needs target.generate.weights"),
        (("--target-weights", "own/tiny.safetensors"), "--target-weights needs --target generate"),
        (FEW[:2], "target.generate.steps needs draw.target generate"),
        (("--target", "sample"), "draw.target takes imagine or generate, got 'sample'"),
        (("--target", "generate", "--target-weights", "none.pt"), "none.pt"),
        (("--target", "generate", "--target-weights", "page.pt"), "web page"),
        (("--target", "generate", "--target-weights", "empty"), "empty"),
        ((*GENERATE, "--set", "target.generate.clamp=nan"), "target.generate.clamp"),
        ((*GENERATE, "--model", "none"), "it needs a perceptor (--model)"),
        ((*GENERATE, "--init", "photo.png"), "below 1"),
    ],
)
def test_bad_input_gets_one_line(flags: tuple[str, ...], words: str, run: Run) -> None:
    from PIL import Image

    Path("page.pt").write_text("<!doctype html><p>sign in")
    Path("empty").mkdir()
    Image.new("RGB", (9, 9), "teal").save("photo.png")
    done = run("pixeldraw", "a cat", *SMALL, *flags)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err
    assert not list(Path().glob("a-cat*"))
