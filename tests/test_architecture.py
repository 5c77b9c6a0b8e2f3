"""The house rules that a machine can hold: who imports whom, and how files are kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "drawkit"

# Data flows one way. Each module may import the modules of its line, all from lines above its
# own, and those libraries; the standard library always, and `drawkit` itself for the version.
# A line names a module or a package of drawkit.
MAY_IMPORT = {
    # what all stand on
    "errors": "",
    "registry": "errors",
    "files": "errors",
    "limits": "errors",
    "saving": "errors",
    "streams": "",
    "workers": "",
    "grid": "numpy",
    "scene": "grid numpy",
    "color": "errors numpy PIL",
    # paths to pixels and back: knows no canvas, no CLIP, no file
    "raster": "files errors torch numba numpy pydiffvg",
    # settings
    "config": "limits color files registry errors",
    "styles": "config files errors",
    # writers: never torch
    "export": "limits saving scene grid color registry errors numpy PIL svgwrite resvg_py cairosvg",
    "outputs": "saving export scene errors",
    "filesets": "saving export errors",
    "drawing": "saving export scene PIL",
    # pictures that users give
    "pictures": "files errors numpy PIL",
    # frames in one picture, with the files that games read; tiles that join
    "sprites": "limits saving export scene grid registry errors numpy PIL",
    "tilesets": "limits sprites export scene grid color registry errors numpy",
    # palettes: their files, the built-in ones, those of pictures
    "recolor": "grid color numpy",
    "palettes": "pictures outputs export color registry files errors numpy PIL",
    # pictures into pixel art, and the seams of tiles
    "pixelate": "pictures grid palettes color errors numpy PIL",
    "tiling": "torch",
    "traces": "color torch",
    "lines": "traces torch",
    "materials": "pixelate pictures tiling grid color errors torch numpy",
    # the three contracts: never each other
    "canvas": "limits lines traces pixelate pictures palettes tiling raster config scene grid color"
    " registry errors torch numpy PIL",
    "perceptor": "limits palettes raster config scene registry files errors"
    " torch torchvision numpy kornia open_clip timm safetensors huggingface_hub"
    " transformers ftfy regex",
    "losses": "limits files lines traces pictures tiling raster config scene color registry errors"
    " torch torchvision safetensors",
    # builds the parts and runs the loop
    "engine": "tiling pictures drawing outputs saving files limits export canvas perceptor losses"
    " styles config raster scene color registry errors torch numba numpy",
    "animate": "limits recolor engine drawing config color grid errors numpy",
    "terrain": "animate recolor materials tilesets sprites palettes engine drawing canvas"
    " config color export scene grid errors numpy",
    "sets": "limits files workers saving recolor animate engine drawing styles canvas perceptor"
    " losses sprites torch pictures palettes config color export scene grid errors numpy PIL",
    "bench": "engine canvas perceptor losses styles outputs drawing materials pictures export"
    " config scene grid color errors numpy PIL torch resvg_py",
    "picture_style": "files saving pictures palettes color config errors numpy PIL",
    # flags in, files and progress out
    "cli": "animate terrain sets bench picture_style engine drawing outputs filesets saving"
    " materials tilesets sprites pixelate pictures palettes recolor styles config export"
    " perceptor canvas losses raster scene grid color registry errors typer pydantic rich numpy",
    "__main__": "cli streams",
}

FILES = sorted(PACKAGE.rglob("*.py"))
OURS = sorted(p for top in ("drawkit", "tests", "training") for p in (ROOT / top).rglob("*.py"))
BY_NAME = pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))


def row_of(file: Path) -> str:
    """The line of the table that a file of the package belongs to."""
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


def forbidden(row: str, source: str) -> list[str]:
    """What `source`, standing in `row`, imports against the table."""
    allowed = set(MAY_IMPORT[row].split()) | {row}
    wrong = []
    for name in imported(source):
        top, _, rest = name.partition(".")
        if top in sys.stdlib_module_names or name in ("drawkit", "drawkit.__version__"):
            continue
        if (rest.partition(".")[0] if top == "drawkit" else top) not in allowed:
            wrong.append(name)
    return wrong


def test_every_module_has_its_line() -> None:
    assert {row_of(file) for file in FILES} - {"__init__"} <= set(MAY_IMPORT)


def test_lines_name_only_lines_above() -> None:
    above: set[str] = set()
    for row, line in MAY_IMPORT.items():
        later = set(MAY_IMPORT) - above
        assert not later & set(line.split()), f"{row} may not import {later & set(line.split())}"
        above.add(row)


@BY_NAME
def test_imports_follow_the_table(file: Path) -> None:
    if row_of(file) == "__init__":
        return  # what it hands out it loads late; `test_import_is_light` holds it to that
    assert not forbidden(row_of(file), file.read_text(encoding="utf-8"))


def test_the_table_can_fail() -> None:
    assert forbidden("losses", "from drawkit.canvas.strokes import StrokesCanvas") != []
    assert forbidden("export", "def f():\n    import torch") == ["torch"]
    assert forbidden("scene", "import drawkit.errors") == ["drawkit.errors"]
    assert forbidden("export", "import json\nfrom drawkit.scene import Scene") == []


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
    if row_of(file) not in ("cli", "__main__"):
        assert not calls_of_print(tree), "the core is silent; the command line prints"
    assert ast.get_docstring(tree), "the first line says what the file does"


def test_habits_can_fail() -> None:
    assert calls_of_print(ast.parse("def f():\n    print(1)\ndef main():\n    print(2)\n")) == [2]
    assert bare_excepts(ast.parse("try:\n    x()\nexcept:\n    pass\n")) == [3]
    assert or_defaults(ast.parse("x = x or 3\ny = x or 3\n")) == [1]
