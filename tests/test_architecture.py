"""The house rules that a machine can hold: who imports whom, and how files are kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house import PROMPT, Walk, arrows, circles

import drawkit

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "drawkit"

# Data flows one way. A room (a folder or file of drawkit) may import the rooms of the floors below
# its own, never its neighbours, and these libraries; the standard library always, and `drawkit`
# itself for the version. What a room takes from the public library counts as from where it stands.
FLOORS = (
    {"errors": ""},  # what all stand on
    {"registry": "", "files": "torch safetensors"},  # weights too, by no other import of `files`
    {"scene": "numpy", "color": "numpy PIL"},
    # settings; paths to pixels and back: no canvas, no CLIP
    {"config": "", "raster": "torch numba numpy pydiffvg"},
    # pictures that users give; writers, never with torch
    {
        "pictures": "torch numpy PIL lxml svgelements tinycss2 cssselect2",
        "export": "numpy PIL svgwrite resvg_py cairosvg shapely vpype av",
    },
    {"palettes": "numpy PIL", "generators": "torch"},  # networks that make pictures of latents
    {
        "pixelart": "numpy PIL",
        "styles": "numpy PIL",
        "imagination": "torch safetensors inflect numpy PIL",
        "diffusion": "torch diffusers transformers peft kornia",
    },
    # the three contracts: never each other
    {
        "canvas": "torch numpy PIL",
        "losses": "torch torchvision safetensors",
        "perceptor": "torch torchvision numpy open_clip timm safetensors huggingface_hub"
        " transformers ftfy regex",
    },
    {"engine": "torch numba numpy PIL ray"},  # builds the parts and runs the loop
    # sprites, sheets and tiles, in the files that games read; drawings that move
    {"games": "torch numpy PIL", "films": "numpy PIL fontTools"},
    {"bench": "torch numpy PIL resvg_py lxml vtracer"},
    {"studio": "nicegui fastapi uvicorn lxml"},  # a page in the browser: the library's first user
    {"cli": "typer pydantic rich numpy PIL"},  # flags in, files and progress out
    {"__main__": ""},
)

FILES = sorted(PACKAGE.rglob("*.py"))
OURS = sorted(
    p for top in ("drawkit", "tests", "training", "docs") for p in (ROOT / top).rglob("*.py")
)
BY_NAME = pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))


def room_of(file: Path) -> str:
    """The room that a file of the package belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source: str) -> Iterator[str]:
    """Dotted names of every module that `source` imports, at any depth of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write the whole name: from drawkit.x import y"
            if node.module == "drawkit":
                yield from (f"drawkit.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def allowed_in(room: str) -> set[str]:
    """The rooms and libraries that a room may import, itself among them."""
    (height,) = (at for at, floor in enumerate(FLOORS) if room in floor)
    below = {name for floor in FLOORS[:height] for name in floor}
    return below | {room} | set(FLOORS[height][room].split())


def forbidden(room: str, source: str) -> list[str]:
    """What `source`, standing in `room`, imports against the floors."""
    allowed = allowed_in(room)
    wrong = []
    for name in imported(source):
        top, _, rest = name.partition(".")
        if top in sys.stdlib_module_names or name in ("drawkit", "drawkit.__version__"):
            continue
        if top == "drawkit" and rest in drawkit._WHERE:  # of the public library: where it is from
            rest = drawkit._WHERE[rest].partition(".")[2]
        if (rest.partition(".")[0] if top == "drawkit" else top) not in allowed:
            wrong.append(name)
    return wrong


def test_every_room_has_one_floor() -> None:
    rooms = [room for floor in FLOORS for room in floor]
    assert sorted(rooms) == sorted({room_of(file) for file in FILES} - {"__init__"})


@BY_NAME
def test_imports_go_down(file: Path) -> None:
    if room_of(file) == "__init__":
        return  # what it hands out it loads late; `test_import_is_light` holds it to that
    assert not forbidden(room_of(file), file.read_text(encoding="utf-8"))


def test_the_floors_can_fail() -> None:
    assert forbidden("losses", "from drawkit.canvas.strokes import StrokesCanvas") != []
    assert forbidden("export", "def f():\n    import torch") == ["torch"]
    assert forbidden("scene", "import drawkit.color") == ["drawkit.color"]
    assert forbidden("export", "import json\nfrom drawkit.scene import Scene") == []
    assert forbidden("cli", "from drawkit import film") == []
    assert forbidden("scene", "from drawkit import film") == ["drawkit.film"]


def test_few_arrows_few_files_no_circle() -> None:
    """Pairs of rooms of which one imports the other; more of them are harder to keep in mind."""
    assert len(arrows(PACKAGE)) < 120
    assert not circles(arrows(PACKAGE))
    assert len(list(PACKAGE.glob("*.py"))) <= 8


@pytest.mark.slow
def test_the_prompt_takes_a_short_way() -> None:
    """Functions that are handed it between the command line and the files; they may only fall."""
    command = [sys.executable, str(ROOT / "tests" / "house.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "  cli/clipdraw.py: clipdraw\n" in done.stdout
    assert "  export/_chunks.py: with_text\n" in done.stdout
    found = re.search(r"^walk: (\d+) functions in \d+ files, (\d+) returns$", done.stdout, re.M)
    assert found is not None
    assert int(found[1]) <= 34
    assert int(found[2]) <= 4


def test_the_walk_can_be_long(tmp_path: Path) -> None:
    """Whoever is handed the prompt counts once, in whatever holds it, and so does a step back."""
    sources = {
        "a.py": "def first(words):\n second([words])\n third({'p': words})\n fourth(len(words))\n"
        "def third(kept): ...\ndef fourth(length): ...",
        "b.py": "def second(several): ...",
    }
    names: dict[str, Any] = {}
    for name, source in sources.items():
        exec(compile(source, str(tmp_path / name), "exec"), names)
    follower = Walk(tmp_path)
    before = sys.getprofile()
    sys.setprofile(follower)
    try:
        names["first"](f"{PROMPT}:2")
        names["first"](PROMPT)
    finally:
        sys.setprofile(before)
    assert follower.steps == [("a.py", "first"), ("b.py", "second"), ("a.py", "third")]
    assert follower.returns == 1


def test_the_loop_names_no_plug_in() -> None:
    plug_ins = {
        ".".join(("drawkit", *file.relative_to(PACKAGE).with_suffix("").parts))
        for file in FILES
        if re.search(r"^@\w+\.register\(", file.read_text(encoding="utf-8"), re.M)
    }
    assert "drawkit.export.svg" in plug_ins
    source = (PACKAGE / "engine" / "loop.py").read_text(encoding="utf-8")
    assert not plug_ins & set(imported(source))


def test_import_is_light() -> None:
    heavy = "{'torch', 'open_clip', 'timm', 'kornia', 'numba', 'PIL', 'svgwrite', 'typer'}"
    code = f"import sys, drawkit; print(sorted(set(sys.modules) & {heavy}), drawkit.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] ")


@pytest.mark.parametrize("file", OURS, ids=lambda f: str(f.relative_to(ROOT)))
def test_one_idea_per_file(file: Path) -> None:
    assert file.stem not in {"utils", "util", "helpers", "misc", "common"}
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def calls_of_print(tree: ast.AST) -> list[int]:
    """Lines that print, but for `main()` and `if __name__ ...`: those are commands themselves."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            found.append(node.lineno)
        found += calls_of_print(node)
    return found


def bare_excepts(tree: ast.AST) -> list[int]:
    handlers = (n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler))
    return [handler.lineno for handler in handlers if handler.type is None]


def or_defaults(tree: ast.AST) -> list[int]:
    """Lines like `size = size or 224`, which take 0 for nothing given."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.BoolOp)
        and isinstance(node.value.op, ast.Or)
        and ast.unparse(node.targets[0]) == ast.unparse(node.value.values[0])
    ]


@BY_NAME
def test_habits(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not bare_excepts(tree)
    assert not or_defaults(tree)
    if room_of(file) not in ("cli", "__main__"):
        assert not calls_of_print(tree), "the core is silent; the command line prints"
    assert ast.get_docstring(tree), "the first line says what the file does"


def test_habits_can_fail() -> None:
    assert calls_of_print(ast.parse("def f():\n    print(1)\ndef main():\n    print(2)\n")) == [2]
    assert bare_excepts(ast.parse("try:\n    x()\nexcept:\n    pass\n")) == [3]
    assert or_defaults(ast.parse("x = x or 3\ny = x or 3\n")) == [1]
