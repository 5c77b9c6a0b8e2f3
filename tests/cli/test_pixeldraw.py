"""`drawkit pixeldraw`: every flag of pixel art does what it says, and what is wrong is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawkit.cli.flags import PIXEL_FLAGS

TINY = ("--size", "12", "--steps", "3", "--cutouts", "2", "--model", "fake", "--json")
TINY += ("--set", "optimize.score_every=1", "--set", "pixels.side=24")
APPLE = Path(__file__).parents[2] / "examples" / "gallery" / "a-red-apple.png"


def drawn(run: Callable[..., Any], folder: Path, *given: str) -> Image.Image:
    """The PNG of a small sprite."""
    done = run("pixeldraw", "a cat", *TINY, "--seed", "1", "--overwrite", "-o", "a.png", *given)
    assert done.code == 0, done.err
    return Image.open(folder / "a.png")


def colors_of(image: Image.Image) -> set[tuple[int, ...]]:
    return set(map(tuple, np.asarray(image.convert("RGBA")).reshape(-1, 4).tolist()))


def test_the_file_is_the_grid(run: Callable[..., Any], folder: Path) -> None:
    plain = drawn(run, folder, "--palette", "pico8", "--transparent")
    assert (plain.mode, plain.size) == ("P", (12, 12))
    large = drawn(run, folder, "--palette", "pico8", "--transparent", "--scale", "8")
    assert large.size == (96, 96)
    assert (np.asarray(large)[::8, ::8] == np.asarray(plain)).all()
    assert (0, 0, 0, 0) in colors_of(plain)
    assert all(pixel[3] == 255 for pixel in colors_of(drawn(run, folder)))


def test_without_a_name_there_is_an_svg_and_a_png(run: Callable[..., Any], folder: Path) -> None:
    done = run("pixeldraw", "a cat", *TINY)
    assert json.loads(done.out)["paths"] == ["a-cat.svg", "a-cat.png"]
    assert "shape-rendering" in (folder / "a-cat.svg").read_text() or (folder / "a-cat.svg").stat()


Differs = Callable[[np.ndarray, np.ndarray], bool]
CASES: dict[str, tuple[list[str], Differs]] = {
    "palette": (["--palette", "game-boy"], lambda a, b: len(np.unique(b[..., :3])) <= 12),
    "colors": (["--colors", "3"], lambda a, b: tones(b) <= 3 < tones(a)),
    "shades": (["--shades", "1", "--colors", "256"], lambda a, b: tones(b) < 60),
    "cell": (["--cell", "hex", "--scale", "8"], lambda a, b: b.shape[:2] == (84, 96)),
    "symmetry": (["--symmetry", "x"], lambda a, b: (b == b[:, ::-1]).all() and (a != b).any()),
    "outline": (["--outline", "#010203"], lambda a, b: (b == (1, 2, 3, 255)).all(-1).any()),
    "outline_side": (
        ["--outline", "#010203", "--outline-side", "inside"],
        lambda a, b: (b == (1, 2, 3, 255)).all(-1).any(),
    ),
    "dither": (["--dither", "bayer"], lambda a, b: (a != b).any()),
    "despeckle": (["--despeckle", "0", "--set", "pixels.contrast=2"], lambda a, b: (a != b).any()),
    "freeze": (
        ["--init", str(APPLE), "--freeze", str(APPLE)],
        lambda a, b: (a != b).any(),
    ),
    "freeze_edits": (
        ["--init", str(APPLE), "--freeze-edits", str(APPLE)],
        lambda a, b: (a != b).any(),
    ),
    "scale": (["--scale", "3"], lambda a, b: b.shape[:2] == (36, 36)),
}


def tones(rgba: np.ndarray) -> int:
    return len(np.unique(rgba.reshape(-1, 4), axis=0))


def test_every_flag_has_its_case() -> None:
    assert {flag.name for flag in PIXEL_FLAGS} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_flag_changes_the_drawing(name: str, run: Callable[..., Any], folder: Path) -> None:
    given, differs = CASES[name]
    plain = np.asarray(drawn(run, folder).convert("RGBA"))
    other = np.asarray(drawn(run, folder, *given).convert("RGBA"))
    assert differs(plain, other)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--size", "0"], "--size: draw.size is 0x0; allowed: 1 to 512 cells a side"),
        (["--size", "5000"], "allowed: 1 to 512 cells a side"),
        (["--size", "big"], "sprite"),
        (["--palette", "picco8"], "did you mean 'pico-8'"),
        (["--palette", "missing.gpl"], "missing.gpl"),
        (["--colors", "0"], "--colors: pixels.colors is 0; allowed: 1 to 256"),
        (["--colors", "1"], "transparent"),
        (["--cell", "hexx"], "did you mean 'hex'"),
        (["--symmetry", "rot4", "--size", "8x9"], "a square grid of rect cells"),
        (["--dither", "floyd"], "bayer"),
        (["--outline", "blurple"], "did you mean 'purple'"),
        (["--init", "missing.png"], "does not exist"),
        (["--init", "."], "is not a file"),
        (["--freeze", "mask.png"], "--freeze needs --init"),
        (["--freeze-edits", "a.png"], "--freeze-edits needs --init: the picture that stays"),
        (["--scale", "0"], "--scale: "),
        (["--tile", "z"], "--tile: "),
        (["--tile", "xy", "--cell", "hex", "--size", "9"], "hex cells needs an even number of r"),
        (["--tile", "x", "--dither", "bayer", "--size", "30"], "bayer dither needs sides that 4"),
        (["--tile", "xy", "--dither", "blue", "--size", "37"], "blue dither needs sides that a n"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    given: list[str], words: str, run: Callable[..., Any], folder: Path
) -> None:
    done = run("pixeldraw", "a cat", "--model", "fake", *given)
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith("drawkit: ")
    assert done.err.count("\n") == 1
    assert not any(folder.iterdir())


def test_truncated_pictures_are_refused(run: Callable[..., Any], folder: Path) -> None:
    (folder / "cut.png").write_bytes(APPLE.read_bytes()[:600])
    for flag in ("--init", "--palette"):
        done = run("pixeldraw", "a cat", "--model", "fake", flag, "cut.png")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "cut.png" in done.err


def test_tiles_have_no_seams_and_no_holes(run: Callable[..., Any], folder: Path) -> None:
    done = run("pixeldraw", "moss", *TINY, "--tile", "xy", "-o", "t.png")
    assert done.code == 0, done.err
    assert json.loads(done.out)["config"]["draw"]["tile"] == "xy"
    image = Image.open(folder / "t.png")
    assert "transparency" not in image.info
    cells = np.asarray(image.convert("RGB")).astype(int)
    for axis in (0, 1):
        steps = np.abs(cells - np.roll(cells, 1, axis)).mean((1 - axis, 2))
        assert steps[0] <= steps[1:].max()


def test_an_outline_that_a_full_tile_has_no_room_for_is_told(
    run: Callable[..., Any], folder: Path
) -> None:
    words = "no figure to outline"
    assert words in run("pixeldraw", "moss", *TINY, "--tile", "xy", "--outline", "auto").err
    for given in (("--tile", "xy"), ("--outline", "auto"), ("--tile", "x", "--outline", "auto")):
        assert words not in run("pixeldraw", "moss", *TINY, *given).err
