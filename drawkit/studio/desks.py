"""Desks: each tab of the browser has one, with up to four tries; it outlives its tab."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from drawkit.studio.tries import Try

__all__ = ["MOST", "Board", "Desk", "Desks"]

MOST = 4
"""Tries on a desk."""


class Board(Protocol):
    """A page that shows a desk."""

    @property
    def there(self) -> bool:
        """Whether anybody has it open."""

    def send(self, message: dict[str, Any]) -> None:
        """Tell it something."""


@dataclass
class Desk:
    """The tries of a tab, and the pages that show them."""

    name: str
    tries: list[Try] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while something is done that was asked for."""

    @property
    def attended(self) -> bool:
        """Whether a page shows it."""
        return any(board.there for board in self.boards)

    def send(self, message: dict[str, Any]) -> None:
        """Tell every page that shows it."""
        self.boards = [board for board in self.boards if board.there]
        for board in self.boards:
            board.send(message)

    def find(self, name: str) -> Try | None:
        """The try of that name."""
        return next((one for one in self.tries if one.name == name), None)


class Desks:
    """All desks, the one that was used last at the end."""

    def __init__(self) -> None:
        self._all: dict[str, Desk] = {}

    def __iter__(self) -> Any:
        return iter(list(self._all.values()))

    def take(self, name: str, board: Board) -> Desk:
        """The desk that a page asks for; else one that was left with tries on it; else a new one.

        A desk that another page shows is not given to a second one.
        """
        asked = self._all.get(name)
        free = [desk for desk in self._all.values() if not desk.attended]
        if asked not in free:
            left = [desk for desk in free if desk.tries]
            asked = left[-1] if left else None
        if asked is None:
            asked = Desk(secrets.token_hex(4))
        self._all.pop(asked.name, None)
        self._all[asked.name] = asked
        asked.boards = [board]
        return asked

    def of(self, job: str) -> tuple[Desk, Try] | None:
        """Whose run it is."""
        return self._find(lambda one: one.job == job)

    def holding(self, name: str) -> tuple[Desk, Try] | None:
        """Where the drawing of that name lies."""
        return self._find(lambda one: one.name == name)

    def _find(self, fits: Callable[[Try], bool]) -> tuple[Desk, Try] | None:
        found = ((desk, one) for desk in self._all.values() for one in desk.tries if fits(one))
        return next(found, None)
