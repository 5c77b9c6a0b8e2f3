"""What a user can get wrong: one line on stderr, exit code 2, and not one file touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import SMALL

from drawkit.losses import losses

Run = Callable[..., Any]


def refused(run: Run, folder: Path, *args: object) -> str:
    """The one line that `drawkit ARGS` answers with."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("drawkit: ")
    lines: list[str] = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    return lines[0]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "no prompt"),
        ([""], "prompt is empty"),
        (["  "], "prompt is empty"),
        (["a\x00cat"], "control character U+0000"),
        (["a\x1bcat"], "control character U+001B"),
        (["a\ncat"], "control character U+000A"),
        (["a cat", "--prompt", ""], "prompt is empty"),
        (["a cat:0"], "weight 0"),
        (["a cat:nan"], "weight nan"),
        (["a cat", "--strokes", "0"], "shapes"),
        (["a cat", "--strokes", "-3"], "--strokes: strokes.strokes is -3; allowed: 0 to"),
        (
            ["a cat", "--strokes", "10000000"],
            "strokes.strokes is 10000000; allowed: 0 to 100000",
        ),
        (["a cat", "--strokes", "many"], "a whole number, got 'many'"),
        (["a cat", "--strokes", "2.5"], "a whole number, got '2.5'"),
        (["a cat", "--shapes", "-1"], "--shapes: strokes.shapes is -1"),
        (["a cat", "--segments", "0"], "--segments: strokes.segments"),
        (["a cat", "--segments", "3-1"], "--segments: strokes.segments"),
        (["a cat", "--segments", "x"], "--segments: strokes.segments"),
        (["a cat", "--size", "0"], "--size: draw.size is 0x0; allowed: 16 to 4096"),
        (["a cat", "--size", "1"], "allowed: 16 to 4096"),
        (["a cat", "--size", "100000"], "allowed: 16 to 4096"),
        (["a cat", "--size", "-5"], "WIDTHxHEIGHT, got '-5'"),
        (["a cat", "--size", "big"], "WIDTHxHEIGHT, got 'big'"),
        (["a cat", "--min-width", "-1"], "--min-width: "),
        (["a cat", "--max-width", "nan"], "a number, got 'nan'"),
        (["a cat", "--min-width", "9", "--max-width", "3"], "min_width"),
        (["a cat", "--steps", "0"], "--steps: optimize.steps is 0"),
        (["a cat", "--seed", "-1"], "--seed: draw.seed is -1"),
        (["a cat", "--seed", ""], "--seed: draw.seed is empty"),
        (["a cat", "--cutouts", "0"], "--cutouts: cutouts.count is 0"),
        (["a cat", "--threads", "0"], "--threads: draw.threads is 0"),
        (["a cat", "--png-size", "0"], "--png-size: "),
        (["a cat", "--save-every", "-1"], "--save-every: draw.save_every is -1"),
        (["a cat", "--background", "blurple"], "'blurple' is not a colour; did you mean 'purple'"),
        (["a cat", "--ink", "inky"], "'inky' is not a colour"),
        (["a cat", "--precision", "fp8"], "auto, fp32 or bf16"),
        (["a cat", "--device", "tpu"], "auto, cpu, cuda or mps"),
        (["a cat", "--rasterizer", "numbr"], "did you mean 'numba'"),
        (["a cat", "--style", "inkk"], "unknown style 'inkk'; did you mean 'ink'?"),
        (["a cat", "--style", "./none.toml"], "no style file"),
        (["a cat", "--set", "strokes.lr_pionts=1"], "did you mean 'lr_points'?"),
        (["a cat", "--set", "stroke.strokes=1"], "unknown section 'stroke'"),
        (["a cat", "--set", "strokes.strokes"], "section.key=value"),
        (["a cat", "--set", "draw.canvas=strkes"], "did you mean 'strokes'"),
        (["a cat", "--set", "cutouts.recipe=hole"], "did you mean 'whole'"),
        (["a cat", *(f"--set=losses.{k}.weight=0" for k in losses.names())], "every loss"),
        (
            ["a cat", "--set", "losses.style.weight=-1"],
            "--set: losses.style.weight is -1; allowed: 0 to 10000",
        ),
        (
            ["a cat", "--set", "losses.ink_coverage.weight=nan"],
            "--set: losses.ink_coverage.weight takes a number",
        ),
        (
            ["a cat", "--set", "losses.ink_coverage.weight=-inf"],
            "--set: losses.ink_coverage.weight takes a number",
        ),
        (
            ["a cat", "-o", "cat.bmp"],
            "'.bmp'; allowed: .anim.svg, .apng, .aseprite, .gif, .hpgl, .jpeg, .jpg, .json",
        ),
        (["a cat", "-o", "cat"], "has no suffix"),
        (["a cat", "-o", "x.svg", "-o", "x.svg"], "twice"),
        (["a cat", "-o", "nowhere/x.svg"], "does not exist"),
        (["a cat", "--stroks", "3"], "No such option: --stroks"),
        (["a cat", "--steps"], "requires an argument"),
    ],
    ids=lambda value: (
        " ".join(value).encode("ascii", "backslashreplace").decode()[:40]
        if isinstance(value, list)
        else ""
    ),
)
def test_one_line(args: list[str], words: str, run: Run, folder: Path) -> None:
    assert words in refused(run, folder, "clipdraw", *SMALL, *args)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["clipdrwa", "a cat"], "did you mean 'clipdraw'"),
        (["config", "shw"], "did you mean 'show'"),
        (["--vresion"], "No such option"),
    ],
)
def test_unknown_commands(args: list[str], words: str, run: Run, folder: Path) -> None:
    assert words.lower() in refused(run, folder, *args).lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[strokes]\nstroks = 3\n", "drawkit.toml:2: unknown setting 'strokes.stroks'; did you"),
        ("[strokes]\nstrokes = 'x'\n", "drawkit.toml:2: strokes.strokes takes a whole number"),
        ("[strokes]\n\nstrokes = -3\n", "drawkit.toml:3: strokes.strokes is -3"),
        (
            "[losses.ink_coverage]\nweight = -0.5\n",
            "drawkit.toml:2: losses.ink_coverage.weight is -0.5; allowed: 0",
        ),
        ("[stroke]\n", "drawkit.toml:1: unknown section 'stroke'"),
        ("steps = 3\n", "drawkit.toml:1: unknown key 'steps'"),
        ("[strokes\n", "not valid TOML"),
        ("[draw]\nstyle = 3\n", "drawkit.toml:2: draw.style takes a list"),
        ("[strokes]\nlr_points = true\n", "drawkit.toml:2: strokes.lr_points takes a number"),
    ],
)
def test_settings_files(text: str, words: str, run: Run, folder: Path) -> None:
    (folder / "drawkit.toml").write_text(text)
    assert words in refused(run, folder, "clipdraw", "a cat")
    assert words in refused(run, folder, "config", "show")


def test_an_existing_file_is_refused_before_drawing(
    run: Run, folder: Path, opened: list[Any]
) -> None:
    (folder / "cat.svg").write_text("mine")
    assert "--overwrite" in refused(run, folder, "clipdraw", "a cat", "-o", "cat.svg", *SMALL)
    assert opened == []


def test_a_path_below_a_file(run: Run, folder: Path) -> None:
    (folder / "file").write_text("")
    assert "file" in refused(run, folder, "clipdraw", "a cat", "-o", "file/cat.svg")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
def test_a_folder_that_is_not_writable(run: Run, folder: Path) -> None:
    """Root may write anywhere but there."""
    line = refused(run, folder, "clipdraw", "a cat", "-o", "/proc/cat.svg", *SMALL)
    assert "cannot write in the folder '/proc'" in line


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(run: Run, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    line = refused(run, folder, "clipdraw", "a cat", "-o", "locked/cat.svg", *SMALL)
    assert "cannot write in the folder 'locked'" in line
