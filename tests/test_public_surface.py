"""`__all__` is what a module offers: sorted, real, and all that others take from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "drawkit"
FILES = sorted(PACKAGE.rglob("*.py"))
BY_NAME = pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))


def declared(tree: ast.Module) -> list[str] | None:
    """The names in `__all__`, or None where the module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def bound(tree: ast.Module) -> set[str]:
    """Every name that exists at the top of the module: defined, assigned or imported."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found.update((a.asname or a.name).split(".")[0] for a in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def taken(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of everything that `from drawkit.module import name` takes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("drawkit"):
            yield from ((str(node.module), alias.name) for alias in node.names)


def linter_order(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions: the order that the linter's fix gives."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@BY_NAME
def test_all_is_sorted_and_real(file: Path) -> None:
    tree = parsed(file)
    names = declared(tree)
    if names is None:
        functions = [n.name for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
        assert file.stem.startswith("__") or not functions, "defines names and has no __all__"
        return
    assert names == sorted(names, key=linter_order)
    assert len(names) == len(set(names))
    assert not set(names) - bound(tree), "__all__ names what does not exist"


OFFERED = {dotted(file): declared(parsed(file)) for file in FILES}


def hidden(tree: ast.Module) -> list[str]:
    """What `tree` takes from a module of drawkit that does not offer it."""
    return [
        f"{module}: {name}"
        for module, name in taken(tree)
        if f"{module}.{name}" not in OFFERED and name not in (OFFERED[module] or [])
    ]


@BY_NAME
def test_modules_take_only_what_others_offer(file: Path) -> None:
    assert not hidden(parsed(file))


def test_the_tests_can_fail() -> None:
    tree = ast.parse("__all__ = ['b', 'a']\ndef a(): ...\n")
    assert declared(tree) == ["b", "a"]
    assert {"b", "a"} - bound(tree) == {"b"}
    assert hidden(ast.parse("from drawkit.scene import Scene, np")) == ["drawkit.scene: np"]
    assert hidden(ast.parse("from drawkit import errors, scene")) == []
