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
        (["--metadata", "all"], "metadata is 'all'; allowed: short, full, none"),
        (["--size", "0"], "1 to 512"),
        (["--size", "5000"], "1 to 512"),
        (["--size", "big"], "--size takes"),
        (["--palette", "db33"], "did you mean"),
        (["--colors", "0"], "colors is 0"),
        (["--cell", "round"], "cells are rect"),
        (["--dither", "floyd"], "dithers are none"),
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


def test_nothing_is_overwritten(run: Callable[..., Any], folder: Path) -> None:
    (folder / "a.png").write_bytes(b"mine")
    done = run("pixelate", APPLE, "-o", "a.png")
    assert (done.code, (folder / "a.png").read_bytes()) == (2, b"mine")
