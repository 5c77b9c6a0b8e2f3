"""`--preview`: the drawing on the terminal, and on nothing else."""

from __future__ import annotations

import base64
import io
import os
import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pseudo_terminal import half_blocks, shown_on_terminal
from rich.console import Console
from tiny_model import SMALL

from drawkit.cli.display import Display
from drawkit.cli.preview import Preview, no_preview
from drawkit.cli.terminal import has_kitty_graphics

Run = Callable[..., Any]
SAYS_NOTHING = b"\x1b[?62;22c"
SAYS_KITTY = b"\x1b_Gi=31;OK\x1b\\" + SAYS_NOTHING
posix = pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")


def console(**named: Any) -> Console:
    given = {"force_terminal": True, "color_system": "truecolor", "width": 80, "height": 24}
    return Console(file=io.StringIO(), **{**given, **named})


def picture(mode: str = "RGBA") -> Image.Image:
    """Four quarters of its own colour each, one of them clear."""
    shown = Image.new(mode, (8, 8), "#102030")
    pen = ImageDraw.Draw(shown)
    pen.rectangle((4, 0, 7, 3), fill="#ff8000")
    pen.rectangle((0, 4, 3, 7), fill="#00ff66")
    pen.rectangle((4, 4, 7, 7), fill=(0, 0, 0, 0))
    return shown


@pytest.mark.parametrize(("system", "near"), [("truecolor", 0), ("256", 26)])
def test_half_blocks_show_the_picture(system: str, near: int) -> None:
    there = console(color_system=system)
    preview = Preview(there)
    preview.look(picture)
    there.print(preview, end="")
    lines = there.file.getvalue().splitlines()  # type: ignore[attr-defined]
    pixels = half_blocks(lines)
    assert pixels.shape == (40, 40, 3)  # 24 lines, of which 4 are left
    expected = np.asarray(picture().resize((40, 40), Image.Resampling.NEAREST)).astype(float)
    clear = expected[..., 3] == 0
    assert np.isnan(pixels[clear]).all()
    assert np.abs(pixels - expected[..., :3])[~clear].max() <= near


def test_wide_pictures_fit_across() -> None:
    there = console(width=41)
    preview = Preview(there)
    preview.look(lambda: Image.new("RGB", (400, 100), "red"))
    there.print(preview, end="")
    assert half_blocks(there.file.getvalue().splitlines()).shape == (10, 40, 3)  # type: ignore[attr-defined]


def test_looking_takes_a_few_percent_of_the_time() -> None:
    preview, looks = Preview(console()), []

    def slow() -> Image.Image:
        looks.append(time.monotonic())
        time.sleep(0.03)
        return picture()

    began = time.monotonic()
    while time.monotonic() - began < 1.2:
        preview.look(slow)
    assert 1 <= len(looks) <= 2
    assert all(b - a > 30 * 0.03 for a, b in pairwise(looks))
    preview.look(slow, now=True)
    assert len(looks) > 1


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ({"force_terminal": False}, "this is no terminal"),
        ({"color_system": None}, "this terminal shows no colours"),
        ({"height": 5}, "this terminal has too few lines"),
        ({}, None),
    ],
)
def test_where_it_cannot_be(named: dict[str, Any], why: str | None) -> None:
    assert no_preview(console(**named)) == why


def test_a_log_gets_one_line(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--preview")
    assert done.code == 0
    assert done.err.splitlines()[0] == "no --preview: this is no terminal"
    assert "\x1b" not in done.err + done.out
    quiet = run("pixeldraw", "a cat", "--size", "8", "--steps", "2", "--preview", "-q")
    assert (quiet.code, quiet.err) == (0, "")
    several = run("clipdraw", "a cat", *SMALL, "--preview", "--runs", "2")
    assert several.code == 2
    assert several.err == "drawkit: --preview shows one drawing; leave it out, or --runs\n"


def test_no_terminal_is_asked_for_nothing(tmp_path: Path) -> None:
    with open(tmp_path / "file", "w+") as file:
        assert not has_kitty_graphics(file)
        file.seek(0)
        assert file.read() == ""


def test_a_fault_in_it_loses_no_drawing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drawkit.cli.display.Display._bar", lambda self: 1 / 0)
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    assert run("clipdraw", "a cat", *SMALL, "--preview").code == 0
    assert (folder / "a-cat.svg").is_file()
    with Display(preview=True) as display:
        assert display.works


@posix
@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("answer", [SAYS_NOTHING, SAYS_KITTY], ids=["blocks", "kitty"])
def test_a_terminal_shows_it(answer: bytes, folder: Path, tiny_model: Path) -> None:
    more = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    words = ["clipdraw", "a cat", *SMALL, "--model", str(tiny_model), "--preview", "-o", "cat.png"]
    code, said = shown_on_terminal(words, answer=answer, **more)
    assert code == 0, said
    assert re.search(r"4 steps in \d+ s", said)
    with Image.open(folder / "cat.png") as file:
        drawn = file.convert("RGB")
    if answer == SAYS_KITTY:
        assert "▀" not in said
        sent = re.findall(r"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", said)
        at = max(at for at, (head, _) in enumerate(sent) if head.startswith("a=T"))
        data = "".join(part for _, part in sent[at:])
        with Image.open(io.BytesIO(base64.b64decode(data))) as file:
            shown = np.asarray(file.convert("RGB")).astype(float)
        assert "C=1" in sent[at][0]
    else:
        assert said.count("\x1b_G") == 1  # it was asked, and did not say so
        lines = [line for line in said.split("\n") if "▀" in line]
        shown = half_blocks([line[line.index("\x1b[0m") :] for line in lines[-32:]])
    expected = np.asarray(drawn.resize(shown.shape[1::-1], Image.Resampling.BOX)).astype(float)
    assert np.abs(shown - expected).mean() < 12  # of the last step, not of the best
