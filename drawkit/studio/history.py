"""Drawings that are kept: a folder for each, with its SVG and what the page knew of it."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from drawkit import FileError
from drawkit.files import read_json, read_text
from drawkit.files.slugs import file_slug
from drawkit.files.writing import write_set
from drawkit.studio.wish import Wish

__all__ = ["DRAWING", "History", "Kept"]

DRAWING = "drawing.svg"
_FACTS = "drawing.json"
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[^/\\\0]{1,80}")
_MOST = 50 << 20
"""Bytes of a drawing that is read back."""


@dataclass(frozen=True)
class Kept:
    """A drawing of the history. commands: the lines that make it. held: cells that stay."""

    name: str
    wish: Wish
    score: float | None
    step: int
    total: int
    commands: tuple[str, ...] = ()
    held: tuple[tuple[int, int], ...] = ()
    changed: int = field(default=0, compare=False)
    """When its file was written, ns."""

    def plain(self) -> dict[str, Any]:
        """As the strip shows it."""
        return {
            "name": self.name,
            "words": self.wish.words,
            "kind": self.wish.kind,
            "changed": str(self.changed),
        }


class History:
    """What lies in a folder; drawings of earlier days too. Raises FileError where it cannot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drawings = folder / "drawings"
        self.pictures = folder / "pictures"
        try:
            self.drawings.mkdir(parents=True, exist_ok=True)
            self.pictures.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise FileError(f"cannot keep drawings in '{folder}': {why}") from error

    def new_name(self, words: str) -> str:
        """A name that no drawing has: the time, the words, and some luck."""
        now = time.strftime("%Y%m%d-%H%M%S")
        return f"{now}-{file_slug(words)}-{secrets.token_hex(2)}"

    def path(self, name: str) -> Path:
        """The SVG of that name. Raises FileError for what is no name of a drawing."""
        if not _NAME.fullmatch(name):
            raise FileError(f"there is no drawing '{name[:60]}' in the history")
        return self.drawings / name / DRAWING

    def keep(self, kept: Kept, svg: str) -> None:
        """Write a drawing, or write it anew. Raises FileError."""
        path = self.path(kept.name)
        facts = {
            "wish": kept.wish.plain(),
            "score": kept.score,
            "step": kept.step,
            "total": kept.total,
            "commands": kept.commands,
            "held": kept.held,
        }
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise FileError(f"cannot keep '{path.parent}': {error.strerror or error}") from error
        told = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
        write_set({path: svg.encode(), path.with_name(_FACTS): told.encode()})

    def read(self, name: str) -> tuple[Kept, str]:
        """A drawing and its SVG. Raises FileError."""
        path = self.path(name)
        return self._facts(name), read_text(path, _MOST)

    def forget(self, name: str) -> None:
        """Delete a drawing."""
        shutil.rmtree(self.path(name).parent, ignore_errors=True)

    def listed(self, most: int = 60) -> list[Kept]:
        """The newest first; what cannot be read is left out."""
        try:
            names = sorted((p.name for p in self.drawings.iterdir()), reverse=True)
        except OSError:
            return []
        found: list[Kept] = []
        for name in names:
            if len(found) == most:
                break
            try:
                at = self.path(name).stat().st_mtime_ns
                found.append(replace(self._facts(name), changed=at))
            except (FileError, OSError):
                continue
        return found

    def _facts(self, name: str) -> Kept:
        try:
            found = read_json(read_text(self.path(name).with_name(_FACTS)))
        except ValueError as error:
            raise FileError(f"'{name}' of the history is broken: {error}") from error
        if not isinstance(found, dict):
            raise FileError(f"'{name}' of the history is broken")
        score, step, total = (found.get(key) for key in ("score", "step", "total"))
        lines = found.get("commands")
        return Kept(
            name,
            Wish.of(found["wish"] if isinstance(found.get("wish"), dict) else {}),
            score if isinstance(score, float) else None,
            step if isinstance(step, int) else 0,
            total if isinstance(total, int) else 0,
            tuple(str(line) for line in lines) if isinstance(lines, list) else (),
            tuple(_places(found.get("held"))),
        )


def _places(given: Any) -> Iterator[tuple[int, int]]:
    """Those of a list that are places."""
    for place in given if isinstance(given, list) else ():
        match place:
            case [int(x), int(y)]:
                yield x, y
