"""`drawkit palettes`: lists, shows, converts and extracts, and refuses in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from palette_samples import NAMED, claiming_png
from PIL import Image

from drawkit.cli.palettes import show_palette
from drawkit.palettes import (
    builtin_names,
    builtin_palette,
    read_palette,
    writable_suffixes,
    write_palette,
)

Run = Callable[..., Any]


def test_list(run: Run) -> None:
    done = run("palettes", "list")
    assert done.code == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == list(builtin_names())
    assert "pico-8            16 colours  PICO-8, Joseph White (Lexaloffle)" in lines
    rows = json.loads(run("palettes", "list", "--json").out)
    assert [row["name"] for row in rows] == list(builtin_names())
    assert all(
        set(row) == {"name", "title", "author", "source", "colors", "color_names"} for row in rows
    )


def test_show(run: Run) -> None:
    done = run("palettes", "show", "PICO8")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[:4] == [
        "PICO-8",
        "Joseph White (Lexaloffle)",
        "https://lospec.com/palette-list/pico-8",
        "16 colours",
    ]
    assert lines[4:6] == ["#000000  black", "#1d2b53  dark-blue"]
    assert len(lines) == 20
    assert "\x1b" not in done.out
    shown = json.loads(run("palettes", "show", "pico8", "--json").out)
    assert tuple(shown["colors"]) == builtin_palette("pico-8").codes


def test_show_on_a_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show_palette("game-boy")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "\x1b[48;2;155;188;15m      \x1b[0m  #9bbc0f"


def test_show_a_file(run: Run, folder: Path) -> None:
    write_palette(NAMED, folder / "mine.gpl")
    assert "weiß, fast" in run("palettes", "show", "mine.gpl").out
    Image.new("RGB", (2, 2), (1, 2, 3)).save("one.png")
    assert "1 colour\n#010203" in run("palettes", "show", "@one.png:4").out


@pytest.mark.parametrize("suffix", writable_suffixes())
def test_convert(run: Run, folder: Path, suffix: str) -> None:
    done = run("palettes", "convert", "sweetie16", "-o", f"out{suffix}")
    assert (done.code, done.files) == (0, [Path(f"out{suffix}")])
    assert read_palette(Path(f"out{suffix}")).swatches == builtin_palette("sweetie-16").swatches
    assert [path.name for path in folder.iterdir()] == [f"out{suffix}"]


def test_extract(run: Run, folder: Path) -> None:
    Image.effect_noise((32, 32), 80).save("photo.png")
    done = run("palettes", "extract", "photo.png", "--colors", "5", "-o", "photo.gpl")
    assert (done.code, done.files) == (0, [Path("photo.gpl")])
    assert len(read_palette(Path("photo.gpl"))) == 5
    assert run("palettes", "extract", "photo.png", "-o", "sixteen.hex").code == 0
    assert len(read_palette(Path("sixteen.hex"))) == 16


def test_merged_colours_are_told(run: Run, folder: Path) -> None:
    (folder / "twice.hex").write_text("112233\n112233\n445566\n")
    done = run("palettes", "convert", "twice.hex", "-o", "once.hex")
    assert done.code == 0
    assert done.err == "drawkit: palette 'twice': merged 1 repeated colours\n"
    assert (folder / "once.hex").read_text() == "112233\n445566\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["show", "pcio8"], "unknown palette 'pcio8'; did you mean 'pico-8'?"),
        (["show", "none.gpl"], "there is no file 'none.gpl'"),
        (["show", "broken.ase"], "cannot read the palette 'broken.ase': it is cut off"),
        (["show", "@bomb.png:8"], "it claims too many pixels; allowed: 67108864 in all"),
        (["show", "many.hex"], "holds 300 different colours; allowed: 1 to 256"),
        (["show", "empty.hex"], "it holds no colour"),
        (["convert", "pico8"], "Missing option"),
        (["convert", "pico8", "-o", "out.xyz"], "'out.xyz' ends in '.xyz'; allowed: .aco"),
        (["convert", "pico8", "-o", "out.jpg"], "'out.jpg' ends in '.jpg'; allowed: .aco"),
        (["convert", "pico8", "-o", "kept.gpl"], "'kept.gpl' exists; give another name"),
        (["convert", "pico8", "-o", "no/out.gpl"], "the folder 'no' does not exist"),
        (["convert", "broken.ase", "-o", "kept.gpl", "--overwrite"], "it is cut off"),
        (["extract", "empty.hex", "-o", "a.gpl"], "it is no picture that can be read"),
        (["extract", "none.png", "-o", "a.gpl"], "there is no file 'none.png'"),
        (["extract", "none.png", "--colors", "0", "-o", "a.gpl"], "1 to 256 colours"),
        (["extract", "none.png", "--colors", "many", "-o", "a.gpl"], "'--colors': Input should be"),
    ],
)
def test_what_is_refused(run: Run, folder: Path, args: list[str], words: str) -> None:
    (folder / "broken.ase").write_bytes(b"ASEF\0\x01\0\0\xff\xff\xff\xff\0\x01\xff\xff\xff\xff")
    (folder / "kept.gpl").write_text("precious")
    (folder / "many.hex").write_text("\n".join(f"{i:06x}" for i in range(300)))
    (folder / "empty.hex").write_text("\n")
    (folder / "bomb.png").write_bytes(claiming_png(99999, 99999))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = run("palettes", *args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_no_command_shows_the_help(run: Run) -> None:
    done = run("palettes")
    assert "convert" in done.out + done.err
