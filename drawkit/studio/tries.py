"""A drawing on somebody's desk: what is known of it, and what the page is told."""

from __future__ import annotations

import base64
import secrets
import struct
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from drawkit.studio.edits import parts_of
from drawkit.studio.history import Kept
from drawkit.studio.wish import Wish, number

__all__ = ["Status", "Try", "seeds"]

Status = Literal["waiting", "drawing", "stopped", "done", "failed"]
_BACK = 8
"""Frames that are kept, so that an edit finds the one that its user saw."""
_MOST_SCORES = 400
_SEEDS = 10**6


@dataclass
class Try:
    """A drawing: asked for, growing, stopped, or done.

    name: in the history. job: what the process that draws calls its run; live: whether that run is
    still there to go on with, as nobody has changed the drawing since. held: cells that stay.
    """

    name: str
    wish: Wish
    job: str = ""
    status: Status = "waiting"
    live: bool = False
    step: int = 0
    total: int = 0
    score: float | None = None
    scores: list[tuple[int, float]] = field(default_factory=list)
    svg: str = ""
    cells: bytes = b""
    frame: int = 0
    error: str = ""
    notes: list[str] = field(default_factory=list)
    held: set[tuple[int, int]] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    rounds: int = 0
    before: int = 0
    """Steps of the rounds before this one."""
    changed: int = 0
    """The frame of the last change by hand."""
    _recent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_BACK))

    @property
    def going(self) -> bool:
        """Whether it is to be drawn now."""
        return self.status in ("waiting", "drawing")

    @property
    def size(self) -> str:
        """Of pixel art, `16x24`; it stands at the beginning of its PNG."""
        width, height = struct.unpack(">II", self.cells[16:24])
        return f"{width}x{height}"

    def show(self, svg: str, cells: bytes) -> None:
        """It looks like this now."""
        self.svg, self.cells = svg, cells
        self.frame += 1
        self._recent.append((self.frame, svg))

    def seen(self, frame: int) -> str:
        """What it looked like in a frame of late; as it is now, if changed by hand since."""
        recent = self._recent if frame >= self.changed else ()
        return next((svg for number, svg in recent if number == frame), self.svg)

    def add_scores(self, scores: tuple[tuple[int, float], ...]) -> None:
        """Lengthen the curve; one that grows long keeps every second point."""
        self.scores += [(self.before + step, score) for step, score in scores]
        if len(self.scores) > _MOST_SCORES:
            self.scores = self.scores[::2]

    def next_job(self) -> str:
        """A new name for a new run of it: what an old one still says is not heard."""
        self.job = f"{self.name}#{secrets.token_hex(3)}"
        return self.job

    def kept(self) -> Kept:
        """As the history keeps it."""
        commands = tuple(self.commands)
        held = tuple(sorted(self.held))
        step, total = self.before + self.step, self.before + self.total
        return Kept(self.name, self.wish, self.score, step, total, commands, held)

    def facts(self) -> dict[str, Any]:
        """All but the picture, for the page."""
        return {
            "name": self.name,
            "wish": self.wish.plain(),
            "status": self.status,
            "step": self.before + self.step,
            "total": self.before + self.total,
            "score": self.score,
            "error": self.error,
            "notes": self.notes,
            "commands": self.commands,
            "held": sorted(self.held),
        }

    def picture(self) -> dict[str, Any]:
        """What it looks like, for the page; its parts where it does not change by itself."""
        cells = base64.b64encode(self.cells).decode() if self.cells else ""
        parts = [] if self.going or self.cells or not self.svg else parts_of(self.svg)
        return {
            "name": self.name,
            "svg": "" if cells else self.svg,
            "cells": cells,
            "frame": self.frame,
            "step": self.before + self.step,
            "total": self.before + self.total,
            "status": self.status,
            "scores": self.scores,
            "parts": parts,
        }


def seeds(wish: Wish, count: int, first: int = 0) -> list[Wish]:
    """The wish with that seed and those that follow; a random one is drawn here and now."""
    text = wish.seed if wish.seed not in ("", "random") else str(secrets.randbelow(_SEEDS))
    given = number(text)
    later = (
        str(given + at) if isinstance(given, int) else f"{text}-{at}" if at else text
        for at in range(first, first + count)
    )
    return [replace(wish, seed=seed) for seed in later]
