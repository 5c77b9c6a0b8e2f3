"""What somebody wants drawn, as the page says it, and the command that draws the same."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = [
    "KINDS",
    "QUALITIES",
    "ROLES",
    "Wish",
    "command",
    "number",
    "prompt_of",
    "resume_command",
]

KINDS = ("strokes", "shapes", "pixels")
ROLES = ("start", "style", "prompt", "trace")
"""What a picture is for."""
QUALITIES = ("draft", "normal", "best")
_SHAPES = 64
_OWN = ("begun", "freeze", "keep")
_LONGEST = 2000
"""Characters of a field at most; the library says what is wrong with less."""


@dataclass(frozen=True)
class Wish:
    """The fields of the page, as they were typed; an empty one is left to drawkit.

    count: strokes, shapes or colours. picture: a file; role: what it is for. begun: pixel art that
    it goes on from, a file; freeze, keep: as the library's options; no page sends these.
    """

    words: str = ""
    kind: str = "strokes"
    style: str = ""
    palette: str = ""
    size: str = ""
    quality: str = "normal"
    seed: str = "0"
    count: str = ""
    steps: str = ""
    picture: str = ""
    role: str = "start"
    begun: str = ""
    freeze: str = ""
    keep: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wish:
        """Of what the page sent; what is no field or no text is left out."""
        texts = {
            field.name: str(given[field.name]).strip()[:_LONGEST]
            for field in fields(cls)
            if isinstance(given.get(field.name), str | int) and field.name not in _OWN
        }
        wish = cls(**texts)
        allowed = ((wish.kind, KINDS), (wish.quality, QUALITIES), (wish.role, ROLES))
        return wish if all(one in several for one, several in allowed) else cls(words=wish.words)

    def plain(self) -> dict[str, str]:
        """As it is kept in files and sent to the page."""
        return asdict(self)

    @property
    def wordless(self) -> bool:
        """Whether it follows a picture alone, with no words and no judge."""
        return not self.words and bool(self.picture) and self.role == "start"

    @property
    def traced(self) -> bool:
        """Whether a picture is traced, without words."""
        return bool(self.picture) and self.role == "trace"

    def flags(self) -> list[tuple[str, Any]]:
        """The settings, by the short names of the library and the long flags of the commands."""
        steps = number(self.steps) if self.steps else None
        count = number(self.count) if self.count else None
        found: list[tuple[str, Any]] = []
        if self.kind == "pixels" and not self.traced:
            found += [("colors", count), ("palette", self.palette or None)]
        elif self.kind == "shapes" and not self.traced:
            found += [("strokes", 0), ("shapes", _SHAPES if count is None else count)]
        elif not self.traced:
            found += [("strokes", count)]
        found += [("size", number(self.size) if self.size else None), ("steps", steps)]
        found += [("seed", number(self.seed))]
        if self.quality != "normal" and not self.traced:
            found += [("quality", self.quality)]
        if self.style and not self.traced:
            found += [("style", self.style)]
        if start := self.begun or (self.picture if self.role == "start" else ""):
            found += [("init", start)]
        if self.picture and self.role == "style":
            found += [("style_image", self.picture)]
        found += [
            ("freeze", self.freeze or None),
            ("keep", float(self.keep) if self.keep else None),
        ]
        return [(name, value) for name, value in found if value is not None]

    def settings(self) -> dict[str, Any]:
        """What has no flag: colours of paths; every colour of cells that are held, however rare."""
        if self.kind == "pixels":
            return {"pixels.economy": 0.0, "pixels.rare": 0.0} if self.freeze else {}
        return {"strokes.palette": [self.palette]} if self.palette and not self.traced else {}

    @property
    def shapes(self) -> Any:
        """How many shapes a picture is traced with."""
        return number(self.count) if self.count else _SHAPES


def number(text: str) -> Any:
    """A whole number where the text is one; else the text, which the library refuses or takes."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def prompt_of(wish: Wish) -> str:
    """The words, and the picture where it is one of them, as one prompt."""
    if not wish.picture or wish.role != "prompt":
        return wish.words
    # what the prompt language reads as its own signs stands for itself behind a backslash
    shown = "@" + re.sub(r"([\\|:@])", r"\\\1", wish.picture)
    return f"{wish.words} | {shown}" if wish.words else shown


def command(wish: Wish, output: str) -> str:
    """The command line that makes the same drawing."""
    flags = wish.flags()
    prompt = prompt_of(wish)
    if wish.traced:
        parts = ["drawkit", "trace", wish.picture, "--shapes", str(wish.shapes)]
        palette = ["--palette", wish.palette] if wish.palette else []
    else:
        pixels = wish.kind == "pixels"
        parts = ["drawkit", "pixeldraw" if pixels else "clipdraw", *([prompt] if prompt else [])]
        if wish.wordless:
            parts += ["--model", "none"]
        sets = (f"{name}={json.dumps(value)}" for name, value in wish.settings().items())
        palette = [part for one in sets for part in ("--set", one)]
    for name, value in flags:
        parts += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join([*parts, *palette, "-o", output])


def resume_command(wish: Wish, source: str, output: str) -> str:
    """The command line that goes on with a drawing's file in the same way."""
    prompt = "" if wish.traced else prompt_of(wish)
    parts = ["drawkit", "resume", source, *([prompt] if prompt else [])]
    for name, value in wish.flags():
        if name in ("steps", "seed"):
            parts += [f"--{name}", str(value)]
    if wish.picture:
        parts += ["--inputs", wish.picture.rpartition("/")[0]]
    return shlex.join([*parts, "-o", output])
