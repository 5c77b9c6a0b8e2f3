"""Whatever words, names and files hold, no command prints what a terminal would obey."""

from __future__ import annotations

import ast
import io
import json
import logging
import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import is_plain
from PIL import Image
from tiny_model import SMALL

from drawkit.cli.console import complain, notices, tell, tell_json, tell_table
from drawkit.cli.display import Display

Run = Callable[..., Any]

NASTY = "cat\x1b]0;x\x07\x9b31m\u202e\u2066"
CLI = Path(__file__).parents[2] / "drawkit" / "cli"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="such names are for POSIX")


def plain(done: Any) -> str:
    """All that a command printed, once every line of it is plain."""
    text: str = done.out + done.err
    assert all(map(is_plain, text.split("\n"))), text
    return text


def test_only_the_console_prints() -> None:
    for file in sorted(CLI.glob("*.py")):
        calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
        names = {ast.unparse(call.func) for call in calls}
        if file.name != "console.py":
            assert not names & {"typer.echo", "click.echo", "print", "sys.stdout.write"}, file


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tell("a\nb" + NASTY)
    tell_table([(NASTY, "one"), ("dog", "two")])
    tell_json({NASTY: "\x7f"})
    one, first, second, data = capsys.readouterr().out.splitlines()
    assert one == r"a\nbcat\x1b]0;x\x07\x9b31m\u202e\u2066"
    assert first.index("one") == second.index("two")
    assert json.loads(data) == {NASTY: "\x7f"}
    assert is_plain(data)


def test_what_the_log_says(capsys: pytest.CaptureFixture[str]) -> None:
    with notices():
        logging.getLogger("drawkit").warning("first %s", NASTY)
        with Display() as display:
            logging.getLogger("drawkit").warning("second %s", NASTY)
            display.say(f"third {NASTY}")
            display.warn(f"fourth {NASTY}")
    said = capsys.readouterr().err.splitlines()
    assert [line.replace("drawkit: ", "").split()[0] for line in said] == [
        "first",
        "second",
        "third",
        "fourth",
    ]
    assert all(map(is_plain, said))


@pytest.mark.parametrize(
    "args",
    [
        (NASTY,),
        ("clipdraw", NASTY),
        ("clipdraw", "a cat", "--prompt", NASTY),
        ("clipdraw", "a cat", f"--{NASTY}"),
        ("clipdraw", "a cat", "--strokes", NASTY),
        ("clipdraw", "a cat", "--style", NASTY),
        ("clipdraw", "a cat", "--style", f"{NASTY}.toml"),
        ("clipdraw", "a cat", "--set", NASTY),
        ("clipdraw", "a cat", "--set", f"{NASTY}.x=1"),
        ("clipdraw", "a cat", "--set", f"strokes.ink={NASTY}"),
        ("clipdraw", "a cat", "--init", f"{NASTY}.png"),
        ("clipdraw", "a cat", "--modifiers", NASTY),
        ("clipdraw", "a cat", "-o", f"{NASTY}/a.svg"),
        ("clipdraw", "a cat", "-o", f"a.{NASTY}"),
        ("pixeldraw", "a cat", "--palette", NASTY),
        ("pixeldraw", "a cat", "--palette", f"#f00,{NASTY}"),
        ("pixelate", f"{NASTY}.png"),
        ("animate", "a cat", "--motion", NASTY),
        ("animate", "a cat", "--motion", "hop", "--duration", NASTY),
        ("tileset", "moss", "--terrain", NASTY),
        ("tileset", "--material", f"{NASTY}.png"),
        ("sheet", f"{NASTY}.toml"),
        ("palettes", "show", f"{NASTY}.gpl"),
        ("palettes", "convert", "pico8", "-o", f"p.{NASTY}"),
        ("styles", "show", NASTY),
        ("styles", "new", NASTY, "--from", "x.png"),
        ("styles", "explore", "a cat", "--styles", NASTY),
        ("models", "info", NASTY),
        ("models", "nearest", NASTY),
    ],
    ids=lambda args: " ".join(args).replace(NASTY, "NASTY"),
)
def test_refusals(run: Run, folder: Path, args: tuple[str, ...]) -> None:
    done = run(*args)
    assert done.code == 2
    assert len(plain(done).splitlines()) == 1


def test_a_style(run: Run, folder: Path) -> None:
    (folder / "styles" / "words").mkdir(parents=True)
    text = json.dumps(NASTY)
    (folder / "styles" / f"{NASTY}.toml").write_text(
        f"summary = {text}\n[words]\nprefix = {text}\nsuffix = {text}\n"
    )
    (folder / "styles" / "words" / "modifiers.toml").write_text(
        f"[{text}]\nwords = {text}\npurpose = {text}\n"
    )
    assert r"cat\x1b" in plain(run("styles", "list"))
    plain(run("styles", "list", "--json"))
    shown = plain(run("styles", "show", NASTY))
    assert tomllib.loads(shown.splitlines()[2].replace("words.prefix", "x"))["x"] == NASTY
    plain(run("styles", "modifiers"))
    settings = plain(run("config", "show", "--style", NASTY))
    assert tomllib.loads(settings)["words"]["prefix"] == NASTY
    plain(run("config", "show", "--style", NASTY, "--json"))
    plain(run("clipdraw", "a cat", *SMALL, "--style", NASTY))


def test_files(run: Run, folder: Path) -> None:
    Image.radial_gradient("L").convert("RGB").resize((16, 16)).save(folder / f"{NASTY}.png")
    (folder / "moss.png").write_bytes((folder / f"{NASTY}.png").read_bytes())
    (folder / f"{NASTY}.gpl").write_text(f"GIMP Palette\nName: {NASTY}\n255 0 0 {NASTY}\n")
    for args in (
        ("pixelate", f"{NASTY}.png", "--size", "8"),
        ("palettes", "show", f"{NASTY}.gpl"),
        ("palettes", "convert", f"{NASTY}.gpl", "-o", "out/".replace("out", NASTY)),
        ("palettes", "extract", f"{NASTY}.png", "-o", f"{NASTY}.hex"),
        ("tileset", "--material", "moss.png", "-o", NASTY),
        ("clipdraw", "a cat", *SMALL, "--init", f"{NASTY}.png", "-o", f"{NASTY}.svg"),
        ("clipdraw", "a cat", *SMALL, "-o", f"{NASTY}2.svg", "--json"),
    ):
        (folder / NASTY).mkdir(exist_ok=True)
        done = run(*args)
        assert done.code == 0, done.err
        plain(done)


def test_terminals_without_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [io.BytesIO(), io.BytesIO()]
    for name, file in zip(("stdout", "stderr"), written, strict=True):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(file, "latin-1", write_through=True))
    tell("caf\u00e9")
    tell_table([("\u732b", "x")])
    complain("no caf\u00e9")
    out, err = (file.getvalue() for file in written)
    assert out == b"caf\xe9\n\\u732b  x\n"
    assert err == b"drawkit: no caf\xe9\n"
