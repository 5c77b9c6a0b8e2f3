"""Help and completion: everywhere, with the defaults in force, and without what takes seconds."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from drawkit.cli import app
from drawkit.cli.defaults import default_values
from drawkit.cli.pixeldraw import PixelCommand
from drawkit.cli.tileset import TilesetCommand
from drawkit.config import SHORT_NAMES, Given
from drawkit.engine import settings_for
from drawkit.palettes import builtin_names
from drawkit.pixelart.motion import MOTIONS
from drawkit.scene.grid import CELLS
from drawkit.styles import style_names

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "open_clip", "numba", "svgwrite", "drawkit.engine", "drawkit.palettes"}
MOST_MODULES = 750
"""That the help of a command may load; with torch it is 2,500."""


def commands() -> Iterator[tuple[str, ...]]:
    root = typer.main.get_command(app)
    context = root.make_context("drawkit", ["config"])
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        yield (name,)
        if hasattr(command, "list_commands"):
            yield from ((name, one) for one in command.list_commands(context))


ALL = list(commands())


def test_all_commands_are_known() -> None:
    assert {("clipdraw",), ("styles", "show"), ("bench", "svg")} <= set(ALL)


@pytest.mark.parametrize("path", [(), *ALL], ids=" ".join)
def test_h_is_help_everywhere(run: Run, path: tuple[str, ...]) -> None:
    short, long = run(*path, "-h"), run(*path, "--help")
    assert (short.code, short.err) == (0, "")
    assert short.out == long.out
    assert " ".join(["Usage: drawkit", *path]) in short.out


def test_the_help_lists_commands_by_the_names_that_they_are_typed_by(run: Run) -> None:
    for path in [(), *{(name,) for name, *rest in ALL if rest}]:
        text = run(*path, "--help").out
        names = [one[-1] for one in ALL if one[:-1] == path]
        assert [w for w in (line[2:].split(" ")[0] for line in text.splitlines()) if w in names]
        for name in names:
            assert f"│ {name} " in text


@pytest.mark.parametrize(
    ("canvas", "own"),
    [
        ("strokes", {}),
        ("pixels", PixelCommand("x").own()),
        ("pixels", TilesetCommand("x").own()),
        ("fourier", {}),
    ],
)
def test_defaults_are_those_that_the_engine_finds(canvas: str, own: dict[str, Given]) -> None:
    """Found without it, as it loads torch; what files are like, exporters say."""
    settings = settings_for({**own, "draw.canvas": Given(canvas, "test")})
    found = default_values(canvas, own)
    known = {f"{section}.{key}": value for section, key, value, _ in settings.rows()}
    names = {key for key in SHORT_NAMES.values() if known.get(key) not in (None, (), "")}
    names = {key for key in names if not key.startswith("export.")}
    assert len(names) >= 15
    assert {key: found[key] for key in names} == {key: known[key] for key in names}


def loaded(args: str, **environment: str) -> tuple[list[str], str]:
    """The modules that a command loads in a process of its own, and what it prints."""
    code = (
        "import json, sys\n"
        "from drawkit.cli import app\n"
        f"try: app({args!r}.split())\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return json.loads(done.stderr.splitlines()[-1]), done.stdout


@pytest.mark.parametrize("args", ["clipdraw --help", "pixeldraw -h", "config show -h"])
def test_the_help_of_a_command_loads_little(args: str, tmp_path: Path) -> None:
    modules, text = loaded(args)
    assert "Usage: drawkit" in text
    assert not HEAVY & set(modules)
    assert len(modules) < MOST_MODULES


@pytest.mark.parametrize("args", ["--help", "styles --help", "tileset --help", "animate -h"])
def test_no_help_loads_torch(args: str) -> None:
    modules, text = loaded(args)
    assert "Usage: drawkit" in text
    assert not {"torch", "open_clip", "numba", "drawkit.engine"} & set(modules)


def test_the_count_of_modules_can_fail() -> None:
    modules, _ = loaded("config show")
    assert len(modules) > MOST_MODULES
    assert "torch" in modules


def offered(run: Run, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    """What bash offers behind `drawkit ...`."""
    count = len(shlex.split(line)) + line.endswith(" ")
    monkeypatch.setenv("COMP_WORDS", f"drawkit {line}")
    monkeypatch.setenv("COMP_CWORD", str(count))
    monkeypatch.setenv("_DRAWKIT_COMPLETE", "complete_bash")
    done = run()
    assert (done.code, done.err) == (0, "")
    return done.out.split()


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("clipdraw --style ", style_names()),
        ("clipdraw --style wood", ["woodcut"]),
        ("clipdraw 'a cat' --style ink --style neo", ["neon"]),
        ("pixeldraw --palette ", builtin_names()),
        ("pixelate in.png --palette pico-8-", ["pico-8-32"]),
        ("clipdraw --model b", ["builtin"]),
        ("clipdraw --model ViT-L", ["ViT-L-14/openai", "ViT-L-14/laion2b_s32b_b82k"]),
        ("animate --motion ", ["none", *MOTIONS]),
        ("pixeldraw --cell ", CELLS),
        ("pixelate in.png --cell he", ["hex"]),
        ("pixeldraw --symmetry x", ["x", "xy"]),
        ("clipdraw --device c", ["cpu", "cuda"]),
        ("clipdraw --modifiers 4k,oil", ["4k,oil-painting"]),
        ("tileset --terrain ", ["blob47", "edge16"]),
        ("styles show wood", ["woodcut"]),
        ("styles preview wood", ["woodcut"]),
        ("styles explore x --styles ink,wood", ["ink,woodcut"]),
        ("palettes show game-boy-", ["game-boy-pocket"]),
        ("palettes convert db3", ["db32"]),
        ("models info bu", ["builtin"]),
        ("bench styles ne", ["neon"]),
        ("clipd", ["clipdraw"]),
        ("styles sh", ["show"]),
        ("clipdraw --seg", ["--segments"]),
        ("clipdraw --steps ", []),
    ],
)
def test_completion_offers_what_may_stand_there(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, values: list[str]
) -> None:
    assert offered(run, monkeypatch, line) == list(values)


def test_completion_knows_the_styles_of_this_folder(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "styles").mkdir()
    (folder / "styles" / "mine.toml").write_text("[strokes\n")
    assert offered(run, monkeypatch, "clipdraw --style mi") == ["mine"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "drawkit animate --motion ")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_DRAWKIT_COMPLETE", f"complete_{shell}")
    assert set(MOTIONS) <= set(run().out.replace('"', " ").split())


@pytest.mark.parametrize("line", ["clipdraw --style ", "pixeldraw --cell ", "models info V"])
def test_completion_loads_little(line: str) -> None:
    words = f"drawkit {line}"
    count = str(len(words.split(" ")) - 1)
    modules, text = loaded(
        "", COMP_WORDS=words, COMP_CWORD=count, _DRAWKIT_COMPLETE="complete_bash"
    )
    assert len(text.split()) > 2
    assert not HEAVY & set(modules)
    assert len(modules) < MOST_MODULES


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["a cat"], "there is no command 'a cat'; to draw these words: drawkit clipdraw \"a cat\""),
        (
            ["a", "red", "cat", "--strokes", "9"],
            "there is no command 'a'; to draw these words: drawkit clipdraw \"a red cat\"",
        ),
        (["qqq"], "there is no command 'qqq'; to draw these words: drawkit clipdraw qqq"),
        (["clipdrw", "a cat"], "there is no command 'clipdrw'; did you mean 'clipdraw'?"),
        (["style", "list"], "there is no command 'style'; did you mean 'styles'?"),
        (["styles", "lst"], "there is no command 'lst'; did you mean 'list'?"),
        (
            ["models", "x"],
            "there is no command 'x'; 'drawkit models' has list, info, pull, convert, nearest",
        ),
        (
            ["sheep"],
            "there is no command 'sheep'; did you mean 'sheet'? "
            "To draw these words: drawkit clipdraw sheep",
        ),
        (
            ["a $HOME 'cat'"],
            "there is no command 'a $HOME 'cat''; to draw these words: "
            "drawkit clipdraw 'a $HOME '\"'\"'cat'\"'\"''",
        ),
    ],
)
def test_a_slip_is_told_what_to_type(run: Run, args: list[str], line: str) -> None:
    done = run(*args)
    assert (done.code, done.out, done.err) == (2, "", f"drawkit: {line}\n")


@pytest.mark.parametrize("text", ["a" * 5000, "\x1b[31mred", "a\ncat", "", "🐱"])
def test_whatever_is_typed_gets_one_line(run: Run, text: str) -> None:
    done = run(text)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.isprintable()
    assert len(line) < 300
