"""How the code hangs together, in figures: `python tests/house.py [CHECKOUT]`.

Arrows: pairs of a file or folder of `drawkit/` and another one that it imports. Circles: groups of
them that import each other. The walk: the functions that receive a prompt, in the order in which
they are first called, from the command line to the saved file; a return is a step back into a
file that it had left. The walk draws for real, small and briefly, as the program itself does: with
its arguments from `sys.argv`.
"""

from __future__ import annotations

import ast
import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

PROMPT = "a lantern beside a lighthouse"
DEPTH = 6
COMMAND = ["clipdraw", PROMPT, "--steps", "2", "--size", "64", "--strokes", "8", "--quiet"]


def room_of(file: Path, package: Path) -> str:
    """The file or folder of the package that a file belongs to."""
    return file.relative_to(package).parts[0].removesuffix(".py")


def imported_rooms(file: Path, package: Path) -> Iterator[str]:
    """Rooms that a file imports, at any depth of it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "drawkit":
                names = [f"drawkit.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            room = rest.partition(".")[0]
            there = (package / room).is_dir() or (package / f"{room}.py").exists()
            if top == "drawkit" and room and there:
                yield room


def arrows(package: Path) -> set[tuple[str, str]]:
    """Every pair of rooms of which the first imports the second."""
    found = set()
    for file in package.rglob("*.py"):
        here = room_of(file, package)
        found |= {(here, there) for there in imported_rooms(file, package) if there != here}
    return found


def circles(pairs: set[tuple[str, str]]) -> list[set[str]]:
    """Groups of rooms that reach each other."""
    reach = {a: {b for x, b in pairs if x == a} for pair in pairs for a in pair}
    for via in list(reach):
        for room in reach:
            if via in reach[room]:
                reach[room] |= reach[via]
    rings: list[set[str]] = []
    for room in sorted(reach):
        ring = {other for other in reach[room] if room in reach[other]}
        if ring and ring not in rings:
            rings.append(ring)
    return rings


def holds(value: Any, depth: int = DEPTH) -> bool:
    """Whether the prompt stands somewhere in a value."""
    if isinstance(value, str):
        return PROMPT in value
    if depth == 0 or value is None or isinstance(value, int | float | bytes):
        return False
    if isinstance(value, Mapping):
        return any(holds(item, depth - 1) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(holds(item, depth - 1) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return any(
            holds(getattr(value, f.name, None), depth - 1) for f in dataclasses.fields(value)
        )
    return False


class Walk:
    """Follows the prompt: notes every function of the package that is handed it, once."""

    def __init__(self, package: Path) -> None:
        self._package = str(package) + os.sep
        self.steps: list[tuple[str, str]] = []
        self._seen: set[Any] = set()

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> None:
        """A profiler's hook."""
        code = frame.f_code
        if event != "call" or code in self._seen or not code.co_filename.startswith(self._package):
            return
        if code.co_name.startswith("<"):
            return
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & 4) + bool(code.co_flags & 8)
        names = [name for name in code.co_varnames[:count] if name != "self"]
        if any(holds(frame.f_locals.get(name)) for name in names):
            self._seen.add(code)
            file = code.co_filename[len(self._package) :]
            self.steps.append((file, code.co_qualname))

    @property
    def returns(self) -> int:
        """Steps into a file that had been left."""
        files = [file for file, _ in self.steps]
        return sum(
            file != before and file in files[:at]
            for at, (before, file) in enumerate(pairwise(files))
        )


def walk(checkout: Path) -> Walk:
    """Draw once, and follow the prompt."""
    sys.path.insert(0, str(checkout))
    from drawkit.cli import app

    follower = Walk(checkout / "drawkit")
    before, sys.argv = Path.cwd(), ["drawkit", *COMMAND]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.setprofile(follower)
        try:
            app()  # as the program itself does
        except SystemExit:
            pass
        finally:
            sys.setprofile(None)
            os.chdir(before)
    return follower


def main_() -> None:
    """Print the figures of a checkout."""
    checkout = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    package = checkout / "drawkit"
    pairs = arrows(package)
    print(f"arrows {len(pairs)}")
    print(f"circles {circles(pairs)}")
    print(f"files directly in the package {len(list(package.glob('*.py')))}")
    found = walk(checkout)
    for file, name in found.steps:
        print(f"  {file}: {name}")
    print(
        f"walk: {len(found.steps)} functions in {len({f for f, _ in found.steps})} files, "
        f"{found.returns} returns"
    )


if __name__ == "__main__":
    main_()
