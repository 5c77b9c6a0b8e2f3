"""`drawkit styles explore` and `preview`: labelled sheets, what fails, what is kept."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import InputError
from drawkit.pictures.contact_sheet import Cell, contact_sheet

Run = Callable[..., Any]
LITTLE = ("--size", "32", "--steps", "3", "--set", "cutouts.count=2", "--cell", "48")


@pytest.fixture
def styles(folder: Path) -> Path:
    """Two styles of few strokes, one broken."""
    place = folder / "styles"
    place.mkdir()
    few = "[strokes]\nstrokes = 4\n"
    (place / "red.toml").write_text(few + 'ink = "#ff0000"\nmin_width = 9.0\n')
    (place / "blue.toml").write_text(few + 'ink = "#0000ff"\nmin_width = 9.0\n')
    (place / "bad.toml").write_text("[strokes\n")
    return place


def has(color: str, picture: Image.Image) -> bool:
    """Whether a cell shows anything near red or blue."""
    red, _, blue = np.asarray(picture.convert("RGB"), dtype=int).transpose(2, 0, 1)
    apart = red - blue if color == "red" else blue - red
    return bool((apart > 120).any())


def test_a_sheet_of_styles(run: Run, folder: Path, styles: Path) -> None:
    done = run("styles", "explore", "a cat", "--styles", "red,blue", "-o", "s.png", *LITTLE)
    assert (done.code, done.out) == (0, "s.png\n")
    assert [line.split()[:2] for line in done.err.splitlines()] == [["1/2", "red"], ["2/2", "blue"]]
    sheet = Image.open(folder / "s.png")
    left, right = sheet.crop((0, 0, 60, 60)), sheet.crop((60, 0, 124, 60))
    assert (has("red", left), has("blue", left)) == (True, False)
    assert (has("red", right), has("blue", right)) == (False, True)


def test_a_style_that_fails_is_said_and_the_others_go_on(
    run: Run, folder: Path, styles: Path
) -> None:
    names = "bad,red,nope,ink:0"
    done = run("styles", "explore", "a cat", "--styles", names, "-o", "s.png", *LITTLE)
    assert (done.code, done.out) == (2, "s.png\n")
    bad, drawn, nope, zero = done.err.splitlines()
    assert bad.startswith("drawkit: bad: ")
    assert "not valid TOML" in bad
    assert drawn.startswith("2/4  red")
    assert "unknown style 'nope'" in nope
    assert "weight 0" in zero
    assert has("red", Image.open(folder / "s.png"))


def test_where_all_fail_nothing_is_written(run: Run, folder: Path, styles: Path) -> None:
    done = run("styles", "explore", "a cat", "--styles", "bad", "-o", "s.png", *LITTLE)
    assert (done.code, done.out) == (2, "")
    assert not (folder / "s.png").exists()


def test_prompts_are_columns_and_styles_rows(run: Run, folder: Path, styles: Path) -> None:
    done = run("styles", "explore", "a", "b", "--styles", "red,blue,red+blue", *LITTLE)
    assert done.code == 0
    width, height = Image.open(folder / "sheet.png").size
    assert (width, height) == (2 * 56 + 8, 22 + 3 * (48 + 14 + 8))


def test_modifiers_come_after_a_plain_picture(run: Run, folder: Path) -> None:
    little = (*LITTLE, "--set", "strokes.strokes=4", "--keep", "kept")
    (folder / "kept").mkdir()
    done = run("styles", "explore", "a cat", "--modifiers", "4k,mosaic", *little)
    assert done.code == 0
    assert [line.split()[1] for line in done.err.splitlines()] == ["plain", "4k", "mosaic"]
    kept = sorted((folder / "kept").glob("a-cat-*.png"))
    assert len({path.read_bytes() for path in kept}) == 3  # words that differ draw differently


def test_kept_pictures_are_not_drawn_again(
    run: Run, folder: Path, styles: Path, opened: list[dict[str, Any]]
) -> None:
    (folder / "kept").mkdir()
    given = ("styles", "explore", "a cat", *LITTLE, "--keep", "kept", "--overwrite")
    assert run(*given, "--styles", "red").code == 0
    assert len(opened) == 1
    assert run(*given, "--styles", "red,blue").code == 0
    assert len(opened) == 2
    sheet = (folder / "sheet.png").read_bytes()
    assert run(*given, "--styles", "red,blue").code == 0
    assert len(opened) == 2
    assert (folder / "sheet.png").read_bytes() == sheet
    assert run(*given, "--styles", "red", "--seed", "2").code == 0
    assert len(opened) == 3


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["-o", "s.svg"], "is no PNG"),
        (["-o", "there.png"], "exists"),
        (["-o", "no/s.png"], "no"),
        (["--keep", "nowhere"], "no folder 'nowhere'"),
        (["--styles", ","], "names none"),
        (["--steps", "x"], "steps"),
    ],
)
def test_refused_before_drawing(run: Run, folder: Path, args: list[str], words: str) -> None:
    (folder / "there.png").write_bytes(b"mine")
    done = run("styles", "explore", "a cat", "--styles", "ink", *args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert (folder / "there.png").read_bytes() == b"mine"


def test_preview_is_one_small_picture(run: Run, folder: Path, styles: Path) -> None:
    little = ("--steps", "2", "--set", "cutouts.count=2")
    done = run("styles", "preview", "red", "--prompt", "a fox", *little)
    assert done.code == 0
    assert done.out.splitlines() == ["red-a-fox.svg", "red-a-fox.png"]
    assert 'viewBox="0 0 112 112"' in (folder / "red-a-fox.svg").read_text()
    assert has("red", Image.open(folder / "red-a-fox.png"))
    assert run("styles", "preview", "nope").code == 2


def test_a_sheet_shows_pictures_whole_and_marks_those_that_are_missing() -> None:
    import io

    file = io.BytesIO()
    Image.new("RGB", (40, 20), "#00ff00").save(file, "PNG")
    cells = [Cell("wide", file.getvalue()), Cell("none", None)]
    sheet = Image.open(io.BytesIO(contact_sheet(cells, 2, 40)))
    assert sheet.size == (2 * 48 + 8, 8 + 40 + 14 + 8)
    assert sheet.getpixel((28, 28)) == (0, 255, 0)
    assert sheet.getpixel((28, 10)) == (255, 255, 255)  # above the wide picture
    assert sheet.getpixel((60, 30)) == (228, 228, 228)
    label = np.asarray(sheet.crop((0, 49, 48, 64)))
    assert (label < 100).any()
    assert not np.array_equal(label, np.asarray(sheet.crop((48, 49, 96, 64))))
    with pytest.raises(InputError, match="too large"):
        contact_sheet(cells * 3000, 1, 1024)


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_stopped_on_the_way_what_is_drawn_is_on_the_sheet(
    start: Callable[..., subprocess.Popen[str]], tiny_model: Path, folder: Path, styles: Path
) -> None:
    names = ",".join(["red", "blue"] * 200)
    little = (*LITTLE, "--model", tiny_model)
    process = start("styles", "explore", "a cat", "--styles", names, *little)
    assert process.stderr is not None
    while not (line := process.stderr.readline()).startswith("2/400"):
        assert line, "it ended before the second picture"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "sheet.png\n")
    sheet = Image.open(folder / "sheet.png")
    assert has("red", sheet)
    assert has("blue", sheet)
