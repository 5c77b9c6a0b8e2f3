"""`import drawkit`: the names that it offers, their types, and calls that type checkers refuse."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import drawkit
from drawkit.config import SHORT_NAMES, DrawOptions, PixelateOptions, named_layer
from drawkit.engine import sections
from drawkit.errors import ConfigError

SOURCE = Path(drawkit.__file__)
OPTIONS = get_type_hints(DrawOptions)
ELSEWHERE = {"prompt", "style"}
"""Parameters of their own."""


def typed_imports() -> dict[str, str]:
    """name -> module of what type checkers see."""
    (block,) = (n for n in ast.parse(SOURCE.read_text("utf-8")).body if isinstance(n, ast.If))
    return {
        alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_names_agree_wherever_they_stand() -> None:
    assert typed_imports() == drawkit._WHERE
    assert set(drawkit.__all__) == {*drawkit._WHERE, "__version__"}
    assert set(drawkit.__all__) <= set(dir(drawkit))
    for name in drawkit.__all__:
        assert getattr(drawkit, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'drow'"):
        drawkit.drow  # noqa: B018


def test_every_error_is_offered() -> None:
    import drawkit.errors as errors

    found = {n for n in errors.__all__ if isinstance(getattr(errors, n), type)}
    assert found <= set(drawkit.__all__)
    assert issubclass(drawkit.DrawingDiverged, drawkit.DivergedError)
    assert issubclass(drawkit.DrawingInterrupted, KeyboardInterrupt)


def members(hint: Any) -> set[Any]:
    """The types that a hint is any of: literals one by one, lists as what is in them and alone."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {m for arg in args for m in members(arg)}
    if origin is Literal:
        return set(args)
    if origin is tuple and args[-1:] == (Ellipsis,):
        return members(args[0])
    return {hint}


def accepted(name: str) -> set[Any]:
    """What the option's type takes, as `members` of a field: without what only a call takes."""
    found = set()
    for hint in members(OPTIONS[name]):
        if get_origin(hint) not in (None, tuple):
            found |= members(get_args(hint)[0]) if get_args(hint) != (str,) else {str}
        else:
            found.add(hint)
    return {h for h in found if h is not type(None) and "PathLike" not in str(h)}


MORE = {"size": {int, str}, "seed": set(), "segments": set(), "time": {str}}
"""What the settings read themselves, beside their fields' types."""


def test_options_are_the_short_names() -> None:
    assert set(OPTIONS) == set(SHORT_NAMES) - ELSEWHERE | {"transparent"}
    assert set(get_type_hints(PixelateOptions)) < set(OPTIONS)


@pytest.mark.parametrize("name", sorted(set(SHORT_NAMES) - ELSEWHERE))
def test_options_take_what_their_settings_take(name: str) -> None:
    section, _, key = SHORT_NAMES[name].rpartition(".")
    hint = get_type_hints(sections()[section])[key]
    assert accepted(name) == members(hint) - {type(None)} | MORE.get(name, set())
    field = sections()[section].__dataclass_fields__[key]
    takes_path = "PathLike" in str(OPTIONS[name])
    assert takes_path == bool(field.metadata.get("file"))


def test_transparent_and_paths() -> None:
    layer = named_layer(
        {"transparent": True, "init": Path("a.png"), "style_image": [Path("b.png")]}
    )
    assert layer["draw.background"].value == "transparent"
    assert layer["draw.init"].value == "a.png"
    assert layer["losses.style.images"].value == ["b.png"]
    assert named_layer({"transparent": False, "canvas": None}) == {}
    with pytest.raises(ConfigError, match="transparent takes true or false, got 'yes'"):
        named_layer({"transparent": "yes"})
    with pytest.raises(ConfigError, match="did you mean 'transparent'"):
        named_layer({"transparant": True})


GOOD = """
from pathlib import Path
from drawkit import Drawing, DrawOptions, DrawkitError, Prompt, Scene, Session, draw

options: DrawOptions = {"strokes": 3, "seed": "tom"}
drawing: Drawing = draw("a cat", canvas="pixels", size=24, transparent=True, palette=Path("p.gpl"))
draw(["a cat", "a dog:-1"], style=["ink", Path("mine.toml")], on_step=lambda step: step.score)
again = Session().draw("a cat", state=Path("run"), settings={"optimize.steps": 3}, **options)
scene: Scene = again.scene
prompt = Prompt("a cat", 0.5)
picture = drawing.image(64).size
try:
    drawing.save("a.svg")
except DrawkitError as error:
    print(error)
"""
BAD = """
from drawkit import Session, draw

draw("a cat", stroks=3)
draw("a cat", strokes="many")
draw("a cat", dither="bayern")
Session().draw("a cat", size=2.5)
"""


@pytest.mark.slow
def test_a_users_scripts_are_checked(tmp_path: Path) -> None:
    scripts = {"good.py": GOOD, "bad.py": BAD}
    for name, text in scripts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    # Settings and cache are the package's own: `check` has just filled it, which takes a minute.
    # What is told from a cache names the folder of its first time.
    root = SOURCE.parent.parent
    command = [sys.executable, "-m", "mypy", *(str(tmp_path / name) for name in scripts)]
    env = {**os.environ, "MYPYPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert "(checked 2 source files)" in lines[-1], done.stderr
    assert [line for line in lines if "good.py:" in line] == []
    found = [line[line.index("bad.py:") :] for line in lines if "bad.py:" in line]
    for number, word in enumerate(("stroks", "strokes", "dither", "size"), start=4):
        assert any(x.startswith(f"bad.py:{number}: ") and word in x for x in found), (word, found)
