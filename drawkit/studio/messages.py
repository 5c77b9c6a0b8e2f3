"""What the desks and the process that draws tell each other; plain data that a queue can carry."""

from __future__ import annotations

from dataclasses import dataclass

from drawkit.studio.wish import Wish

__all__ = [
    "Answered",
    "Begin",
    "Check",
    "Ended",
    "Export",
    "Failed",
    "Forget",
    "Frame",
    "Go",
    "GoOn",
    "Halt",
    "Noted",
    "Paint",
    "Quit",
]


@dataclass(frozen=True)
class Begin:
    """Draw a wish."""

    id: str
    wish: Wish


@dataclass(frozen=True)
class GoOn:
    """Draw on from a file, with the words, the steps and the seed of the wish.

    path: the drawing, an SVG. held: places of cells of pixel art that stay, (x, y). Pixel art goes
    on from the file that the wish has begun with, with its mask; both are made of these.
    """

    id: str
    wish: Wish
    path: str
    held: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Halt:
    """Stop, and keep the run in mind."""

    id: str


@dataclass(frozen=True)
class Go:
    """Take the next steps of a run that was stopped."""

    id: str


@dataclass(frozen=True)
class Forget:
    """Stop, and keep nothing."""

    id: str


@dataclass(frozen=True)
class Export:
    """Write the drawing of an SVG to another file; its suffix says what kind.

    form: whole; sprite, a pixel for each cell; or film, in which it is drawn by hand. `Answered`
    says how it went.
    """

    id: str
    source: str
    target: str
    form: str = "whole"


@dataclass(frozen=True)
class Paint:
    """Paint cells of the pixel art in an SVG, (x, y, colour), in place. `Answered` follows."""

    id: str
    path: str
    cells: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Check:
    """Look whether a picture can be read. `Answered` follows."""

    id: str
    path: str


@dataclass(frozen=True)
class Quit:
    """End the process."""


@dataclass(frozen=True)
class Frame:
    """What a drawing looks like at a step. scores: (step, score) since the last frame.

    cells: pixel art as a PNG, a pixel a cell; empty otherwise. parts of a run that has just begun
    have step 0.
    """

    id: str
    step: int
    total: int
    svg: str
    cells: bytes = b""
    scores: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Ended:
    """A run has stopped, or is done; `last` is the best drawing. why: an error that ended it."""

    id: str
    done: bool
    last: Frame
    score: float | None
    why: str = ""


@dataclass(frozen=True)
class Failed:
    """There is nothing to show, and one line says why."""

    id: str
    line: str


@dataclass(frozen=True)
class Noted:
    """Something that the user should know of a run, in one line."""

    id: str
    line: str


@dataclass(frozen=True)
class Answered:
    """What was asked for is done, or a line says why not. svg, cells: as of a frame, if painted."""

    id: str
    line: str = ""
    svg: str = ""
    cells: bytes = b""
