"""`drawkit animate`: what moves, in the files that hold frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from drawkit.engine.loop import Loop

TINY = ("--size", "12", "--steps", "2", "--cutouts", "2", "--model", "fake", "--seed", "1")
TINY += ("--set", "pixels.side=24", "--set", "optimize.score_every=1")
Run = Callable[..., Any]


def frames_of(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def test_a_gif_and_an_aseprite_file(run: Run, folder: Path) -> None:
    done = run("animate", "a slime", "--motion", "bob", "--frames", "3", *TINY)
    assert done.code == 0, done.err
    assert [path.name for path in done.files] == ["a-slime.gif", "a-slime.aseprite"]
    frames = frames_of(folder / "a-slime.gif")
    assert len(frames) == 3
    assert (frames[1][:-1] == frames[0][1:]).all()
    assert (frames[2] == frames[0]).all()
    assert (frames[0][..., 3] == 0).any()


def test_words_and_durations(run: Run, folder: Path) -> None:
    frames = ("--frame", "a red thing", "--frame", "another thing")
    done = run("animate", "a face", *frames, "--duration", "50,60,70", *TINY, "-o", "f.apng")
    assert done.code == 0, done.err
    with Image.open(folder / "f.apng") as image:
        times = [round(frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
    assert times == [50, 60, 70]


def test_a_finished_sprite_only_moves(run: Run, folder: Path) -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[4:14, 5:11] = (200, 30, 40, 255)
    pixels[4, 5] = (10, 20, 30, 255)
    Image.fromarray(pixels).save(folder / "hero.png")
    done = run("animate", "--init", "hero.png", "--motion", "bob", "--frames", "2", "-o", "h.gif")
    assert done.code == 0, done.err
    still, up = frames_of(folder / "h.gif")
    assert (still == pixels).all()
    assert (up[:-1] == pixels[1:]).all()
    for detail in ("none", "short"):
        given = ("--motion", "bob", "--metadata", detail, "-o", f"{detail}.apng")
        assert run("animate", "--init", "hero.png", *given).code == 0
        assert (b"drawkit" in (folder / f"{detail}.apng").read_bytes()) is (detail == "short")
    named = run("animate", "--init", "hero.png", "--motion", "hop", "--tag", "jump")
    assert [path.name for path in named.files] == ["hero-jump.gif", "hero-jump.aseprite"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("a cat",), "needs a motion or words"),
        (("a cat", "--motion", "hup"), "did you mean 'hop'"),
        (("a cat", "--motion", "bob", "--frames", "1"), "2 to 64"),
        (("a cat", "--motion", "bob", "--duration", "fast"), "got 'fast'"),
        (("a cat", "--motion", "bob", "--duration", "1,2"), "2 durations for 4 frames"),
        (("a cat", "--motion", "bob", "-o", "cat.xyz"), "xyz"),
        (("--motion", "bob"), "there is no prompt"),
        (("--motion", "bob", "--init", "none.png"), "none.png"),
    ],
)
def test_bad_calls_are_one_line(run: Run, folder: Path, args: tuple[str, ...], words: str) -> None:
    done = run("animate", *args, *TINY)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err
    assert not list(folder.iterdir())


@pytest.mark.parametrize("at", [3, 9])
def test_whatever_goes_wrong_on_the_way_the_frames_are_saved(
    at: int, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, step = [], Loop._step

    def fail(self: Loop) -> Any:
        steps.append(1)
        if len(steps) == at:
            raise OSError(5, "Input/output error")
        return step(self)

    monkeypatch.setattr(Loop, "_step", fail)
    args = ("--size", "12", "--steps", "6", "--cutouts", "2", "--set", "pixels.side=24")
    done = run("animate", "a face", "--frame", "a laughing face", *args, "-q")
    assert (done.code, done.out.split()) == (2, ["a-face.gif", "a-face.aseprite"])
    assert "Input/output error" in done.err
    assert len(done.err.splitlines()) == 1
    assert Image.open(folder / "a-face.gif").size[0] > 0
