from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

GOLDEN = Path(__file__).parents[1] / "golden"
APPLE = Path(__file__).parents[2] / "examples" / "gallery" / "a-red-apple.png"


def test_a_picture_becomes_pixel_art(run: Callable[..., Any], folder: Path) -> None:
    Image.new("RGB", (80, 80), (170, 80, 55)).save(folder / "clay.png")
    done = run("pixelate", "clay.png", "--size", "16", "--palette", "pico8", "--scale", "4")
    assert done.code == 0, done.err
    assert done.out.split() == ["clay-pixels.svg", "clay-pixels.png"]
    image = Image.open(folder / "clay-pixels.png")
    assert (image.mode, image.size) == ("P", (64, 64))
    assert tuple(np.asarray(image.convert("RGB"))[32, 32]) == (171, 82, 54)  # of PICO-8


def test_the_polish_begins_with_it(run: Callable[..., Any], folder: Path) -> None:
    given = (APPLE, "--size", "16", "--palette", "pico8", "--prompt", "an apple", "-q")
    assert run("pixelate", *given[:5], "-o", "plain.png").code == 0
    done = run("pixelate", *given, "-o", "polished.png")
    assert done.code == 0, done.err
    plain, polished = (
        np.asarray(Image.open(folder / name).convert("RGB"))
        for name in ("plain.png", "polished.png")
    )
    alike = (plain == polished).all(axis=-1).mean()
    assert alike > 0.4


@pytest.mark.parametrize("more", [[], ["--prompt", "an apple", "-q"]])
def test_how_much_its_files_say(more: list[str], run: Callable[..., Any], folder: Path) -> None:
    sizes = {}
    for detail in ("none", "short", "full"):
        files = ("-o", f"{detail}.png", "-o", f"{detail}.svg")
        done = run("pixelate", APPLE, "--size", "16", *more, *files, "--metadata", detail)
        assert done.code == 0, done.err
        sizes[detail] = (folder / f"{detail}.png").stat().st_size
        assert bool(Image.open(folder / f"{detail}.png").text) is (detail != "none")
        assert ("metadata" in (folder / f"{detail}.svg").read_text()) is (detail != "none")
    assert sizes["none"] < sizes["short"] < sizes["full"]
    assert run("pixelate", APPLE, "--size", "16", *more, "-o", "usual.png").code == 0
    assert (folder / "usual.png").stat().st_size < sizes["full"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--metadata", "all"], "draw.metadata takes short, full or none, got 'all'"),
        (["--size", "0"], "1 to 512"),
        (["--size", "5000"], "1 to 512"),
        (["--size", "big"], "--size takes"),
        (["--palette", "db33"], "did you mean"),
        (["--colors", "0"], "colors is 0"),
        (["--cell", "round"], "cells are rect"),
        (["--dither", "floyd"], "dithers are none"),
        (["--despeckle", "-1"], "despeckle is -1; allowed: 0 to 64"),
        (["--seed", "3"], "--seed needs --prompt"),
        (["--style", "ink"], "--style needs --prompt"),
        (["--model", "builtin"], "--model needs --prompt"),
        (["--set", "optimize.steps=3"], "--set optimize.steps needs --prompt"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    given: list[str], words: str, run: Callable[..., Any], folder: Path
) -> None:
    done = run("pixelate", APPLE, *given)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert words in done.err
    assert not any(folder.iterdir())


def test_files_that_are_no_pictures(run: Callable[..., Any], folder: Path) -> None:
    (folder / "cut.png").write_bytes(APPLE.read_bytes()[:600])
    for name in ("cut.png", "missing.png"):
        done = run("pixelate", name)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert name in done.err


def test_what_a_file_says_of_its_pixels_is_followed(run: Callable[..., Any], folder: Path) -> None:
    done = run("pixelate", GOLDEN / "exif-orientation-6.jpg", "--size", "16", "--scale", "1")
    assert done.code == 0, done.err
    upright = np.asarray(Image.open(folder / "exif-orientation-6-pixels.png").convert("RGB"))
    assert upright.shape == (16, 11, 3)
    assert upright[0, 0, 2] > 150 > upright[0, 0, 0]  # blue at the top left
    assert run("pixelate", GOLDEN / "gray16-transparent.png", "-o", "clear.png").code == 0
    assert not np.asarray(Image.open("clear.png").convert("RGBA"))[0, 0].any()


def test_which_frame_is_taken_is_said_once(run: Callable[..., Any], folder: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(folder / "two.gif", save_all=True, append_images=frames[1:])
    done = run("pixelate", "two.gif", "--size", "8", "-o", "one.png")
    assert done.err == "drawkit: the picture 'two.gif': it has 2 frames; the first is taken\n"
    again = ("pixeldraw", "a cat", "--init", "two.gif", "--size", "8", "--steps", "1", "-o")
    done = run(*again, "cat.png")
    assert done.code == 0, done.err
    assert done.err.count("the first is taken") == 1


def test_the_polish_takes_settings_as_other_drawings_do(
    run: Callable[..., Any], folder: Path, opened: list[dict[str, Any]]
) -> None:
    (folder / "drawkit.toml").write_text('[draw]\nseed = 5\nmetadata = "full"\n')
    given = (APPLE, "--size", "16", "--prompt", "an apple", "-q")
    assert run("pixelate", *given, "-o", "a.png", "--set", "optimize.steps=3").code == 0
    facts = " ".join(map(str, Image.open(folder / "a.png").text.values()))
    assert '"seed": 5' in facts or "seed = 5" in facts
    more = ("--seed", "7", "--style", "game-boy", "--model", "RN50", "--steps", "2")
    done = run("pixelate", *given, "-o", "b.png", *more)
    assert done.code == 0, done.err
    facts = " ".join(map(str, Image.open(folder / "b.png").text.values()))
    assert '"seed": 7' in facts or "seed = 7" in facts
    assert "game-boy" in facts
    assert opened[-1]["model"] == "RN50"
    bad = run("pixelate", *given, "--style", "game-bo")
    assert (bad.code, bad.err.count("\n")) == (2, 1)
    assert "did you mean" in bad.err


def test_settings_of_the_folder_hold_without_words(run: Callable[..., Any], folder: Path) -> None:
    (folder / "drawkit.toml").write_text(
        '[draw]\nmetadata = "none"\n[pixels]\npalette = "pico8"\n[export.png]\nscale = 2\n'
    )
    assert run("pixelate", APPLE, "--size", "16", "-o", "a.png").code == 0
    image = Image.open(folder / "a.png")
    assert not image.text
    assert image.size == (32, 32)
    assert run("pixelate", APPLE, "--size", "16", "-o", "b.png", "--scale", "1").code == 0
    assert Image.open(folder / "b.png").size == (16, 16)


def test_the_files_that_people_have(run: Callable[..., Any], folder: Path) -> None:
    """Each with its right answer, from the README beside them."""
    given = ("--size", "32", "--scale", "1", "--metadata", "none", "-o")
    for name, source in (("sprite-32-enlarged-q75.jpg", "sprite-32.png"), ("stars-32.png",) * 2):
        done = run("pixelate", GOLDEN / name, *given, f"{name}.png")
        assert done.code == 0, done.err
        ours = np.asarray(Image.open(folder / f"{name}.png").convert("RGB")).astype(int)
        with Image.open(GOLDEN / source) as image:
            theirs = Image.new("RGBA", image.size, "white")
            theirs.alpha_composite(image.convert("RGBA"))
        apart = np.abs(ours - np.asarray(theirs.convert("RGB"))).max(axis=2)
        assert (apart > (24 if name.endswith("jpg") else 0)).sum() == 0
    done = run("pixelate", GOLDEN / "banner-1000x40.png", "--size", "16", "-o", "whole.png")
    assert done.code == 0, done.err
    ends = np.asarray(Image.open(folder / "whole.png").convert("RGB"))[0, [0, -1]].astype(int)
    with Image.open(GOLDEN / "banner-1000x40.png") as image:
        true = np.asarray(image.convert("RGB"))[20, [5, -5]].astype(int)
    assert np.abs(ends - true).max() <= 8
    done = run("pixelate", GOLDEN / "banner-1000x40.png", "--size", "16x16", "-o", "cut.png")
    assert "96 % of the picture's width are cut off, half at each end, to fill 16x16" in done.err


def test_nothing_is_overwritten(run: Callable[..., Any], folder: Path) -> None:
    (folder / "a.png").write_bytes(b"mine")
    done = run("pixelate", APPLE, "-o", "a.png")
    assert (done.code, (folder / "a.png").read_bytes()) == (2, b"mine")
