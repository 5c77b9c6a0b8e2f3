"""Several things on a sheet: each in a place of its own, side by side.

A picture of several things at once is hard to imagine, and harder still in a strip; one of them is
not. So each is imagined by itself and stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination.compose import is_strip
from drawkit.imagination.counts import counted, singular
from drawkit.imagination.memory import Recalled

__all__ = [
    "AS_GOOD",
    "KINDS",
    "Thing",
    "places",
    "shows_pair",
    "side_by_side",
    "told_apart",
    "varied",
]

KINDS = 3
"""Pictures of one thing that take turns, at most."""
AS_GOOD = 0.025
"""How much less than the best one, a cosine, those may fit that take turns with it."""

_LARGER = 1.5
"""How much larger things must become to stand in several rows, not in one."""
_PLACE = 128
"""Pixels of a place's shorter side."""
_FILLED = 0.94
"""Share of a place that its thing fills, one way at least."""
_GROWN = 1.6
"""Times that a thing may be enlarged to fill its place: it was imagined in a square."""
_LONGEST = 2
"""Times that a place is as long as wide at most."""
_SOLID = 0.5
_PAIR = re.compile(r"\bpair\s+of\b", re.IGNORECASE)


@dataclass(frozen=True)
class Thing:
    """One of the things that prompts want several of: the prompts for one, and how many of it."""

    texts: list[str]
    count: int
    kinds: int
    """How many pictures of it take turns; what makes a pair is alike."""


def told_apart(texts: Sequence[str]) -> list[Thing] | None:
    """The things that prompts want several of, each by itself; None where there are none."""
    for at, text in enumerate(texts):
        if things := counted(text):
            most = 1 if _PAIR.search(text) else KINDS
            return [
                Thing([*texts[:at], one, *texts[at + 1 :]], count, min(count, most))
                for one, count in things
            ]
    return None


def shows_pair(known: Recalled | None, things: Sequence[Thing]) -> bool:
    """Whether what is remembered shows two of a thing already, as cherries are drawn."""
    if known is None or sum(thing.count for thing in things) != 2:
        return False
    last = [name.partition(" (")[0].split()[-1] for name in known.names]
    return all(singular(word) not in (None, word) for word in last)


def places(
    count: int, size: tuple[int, int], aspect: float = 1.0
) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of each place, as shares of a sheet of width and height.

    aspect: width by height of the things. In one row along the longer side, in more where things
    become much larger; a last row with fewer stands in the middle.
    """
    width, height = size
    single = (count, 1) if width >= height else (1, count)
    ways = [(across, -(-count // across)) for across in range(1, count + 1)]

    def side(way: tuple[int, int]) -> float:
        return min(width / way[0] / aspect, height / way[1])

    best = max(ways, key=side)
    across, down = best if side(best) >= _LARGER * side(single) else single
    found = []
    for place in range(count):
        row, column = divmod(place, across)
        free = across - min(across, count - row * across)
        found.append(((column + free / 2) / across, row / down, 1 / across, 1 / down))
    return found


def varied(pictures: Tensor, count: int) -> list[Tensor]:
    """So many pictures [1, 4, h, w] out of fewer [N, 4, h, w]: all in turn, then mirrored."""
    kinds = len(pictures)
    some = [pictures[at % kinds][None] for at in range(count)]
    return [one.flip(3) if at // kinds % 2 else one for at, one in enumerate(some)]


def side_by_side(pictures: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
    """Pictures [1, 4, h, w], premultiplied, as one for a sheet: [1, 4, H, W] of its proportions.

    Of each what is drawn, as large as its place allows. On a sheet that is longer than they need
    it is for the middle of it.
    """
    most = _LONGEST * len(pictures) * min(size)
    square = not is_strip(size)
    size = min(size[0], most), min(size[1], most)
    things = [_drawn(picture) for picture in pictures]
    usual = sum(one.shape[3] / one.shape[2] for one in things) / len(things) if square else 1.0
    shares = places(len(pictures), size, usual)
    aspect = size[0] * shares[0][2] / (size[1] * shares[0][3])  # of a place
    wide, high = _PLACE * max(1.0, aspect), _PLACE * max(1.0, 1 / aspect)
    most_grown = _GROWN * _PLACE / max(pictures[0].shape[-2:])
    sheet = torch.zeros(1, 4, round(high / shares[0][3]), round(wide / shares[0][2]))
    for one, (left, top, _, _) in zip(things, shares, strict=True):
        grown = min(wide * _FILLED / one.shape[3], high * _FILLED / one.shape[2], most_grown)
        rows, columns = (max(1, int(side * grown)) for side in one.shape[2:])
        sized = F.interpolate(one, size=(rows, columns), mode="bilinear", antialias=True)
        y = round(top * sheet.shape[2] + (high - rows) / 2)
        x = round(left * sheet.shape[3] + (wide - columns) / 2)
        sheet[..., y : y + rows, x : x + columns] = sized
    return sheet


def _drawn(picture: Tensor) -> Tensor:
    """The part of a picture [1, 4, h, w] that something is in; all of an empty one."""
    solid = picture[0, 3] > _SOLID
    rows, columns = solid.any(1).nonzero().flatten(), solid.any(0).nonzero().flatten()
    if not len(rows):
        return picture
    first, last = int(rows[0]), int(rows[-1]) + 1
    return picture[..., first:last, int(columns[0]) : int(columns[-1]) + 1]
