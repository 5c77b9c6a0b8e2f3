"""Jaggies: steps of a border that break its flow; finding them, and moving them by a cell.

A border runs in steps. On a straight line their lengths are alike, on a curve they grow or
shrink: 6 3 2 1. A step that is shorter or longer than both beside it (3 1 3) stands out, and so
does a bump or notch of a cell or two in a straight edge (the "jaggies" of Cure's and of Pedro
Medeiros' pixel art tutorials). Lengths that differ by one are how a grid draws a straight line:
they count as even.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.scene.grid import Cell, Tile

__all__ = ["UPRIGHT", "border_length", "evened", "jaggies"]

UPRIGHT: tuple[Cell, ...] = ("rect", "knit")
"""Cells whose borders run in steps across and down."""

_Numbers = npt.NDArray[np.integer]
_Flags = npt.NDArray[np.bool_]

_MARGIN = 8
"""Cells around a grid in which a tile goes on: longer steps than that are no jaggies."""
_OUTSIDE = -1
_UNEVEN = 2
"""Difference of two lengths from which on it is seen."""
_BUMP = 2
"""Longest bump that is one, cells; what is longer is a part of the figure."""


@dataclass(frozen=True, eq=False)
class _Steps:
    """The level steps of borders, each between one index above and one below. All [steps].

    line: the first row below; start: the first column; length: cells. left, right: lengths of
    the steps that go on one row off at either end, 0 where none does; left_down, right_down:
    whether they lie lower.
    """

    line: _Numbers
    start: _Numbers
    length: _Numbers
    left: _Numbers
    right: _Numbers
    left_down: _Flags
    right_down: _Flags

    @property
    def bumps(self) -> _Flags:
        """A cell or two that stick out of a straight edge, or are missing in it."""
        level = (self.left_down == self.right_down) & (self.length <= _BUMP)
        seen: _Flags = level & (self.length < np.minimum(self.left, self.right))
        return seen

    @property
    def short(self) -> _Flags:
        """Steps of a slope that are shorter than both beside them."""
        least = np.minimum(self.left, self.right)
        return self._slope & (self.length + _UNEVEN <= least)

    @property
    def long(self) -> _Flags:
        """Steps of a slope that are longer than both beside them."""
        most = np.maximum(self.left, self.right)
        return self._slope & (most + _UNEVEN <= self.length)

    @property
    def _slope(self) -> _Flags:
        there = (self.left > 0) & (self.right > 0)
        slope: _Flags = there & (self.left_down != self.right_down)
        return slope


def jaggies(indices: _Numbers, tile: Tile = (False, False)) -> int:
    """How many steps of the borders in a grid [H, W] break their flow.

    indices: 0 and up; below 0 lies what has no border. tile: whether it goes on across, down.
    """
    total = 0
    for turned, axes in ((indices, tile), (indices.T, tile[::-1])):
        steps = _steps(_padded(turned, axes))
        height, width = turned.shape
        row, column = steps.line - _MARGIN, steps.start - _MARGIN
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        total += int(((steps.bumps | steps.short | steps.long) & inside).sum())
    return total


def border_length(indices: _Numbers, tile: Tile = (False, False)) -> int:
    """Length of the borders in a grid [H, W], in sides of a cell; below 0 lies no border."""
    total = 0
    for turned, tiled in ((indices, tile[1]), (indices.T, tile[0])):
        whole = np.concatenate([turned, turned[:1]]) if tiled else turned
        above, below = whole[:-1], whole[1:]
        total += int(((above != below) & (above >= 0) & (below >= 0)).sum())
    return total


def evened(
    indices: _Numbers, movable: _Flags, tile: Tile = (False, False), rounds: int = 1
) -> _Numbers:
    """`indices` [H, W] without bumps, and with steps moved by a cell toward even lengths.

    A cell changes to what is across the border where `movable` [H, W, P] lets it have that
    index, and where nothing is torn apart or joined by it. Below 0 nothing changes.
    """
    result = indices
    for _ in range(rounds):
        result = _level(result, movable, tile)
        result = _level(result.T, movable.transpose(1, 0, 2), tile[::-1]).T
    return result


def _level(indices: _Numbers, movable: _Flags, tile: Tile) -> _Numbers:
    """One round for level steps."""
    padded = _padded(indices, tile)
    row, column, to = _moves(_steps(padded), padded)
    height, width = indices.shape
    y, x = row - _MARGIN, column - _MARGIN
    able = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    able[able] &= movable[y[able], x[able], to[able]]
    able[able] &= _harmless(padded, row[able], column[able], to[able])
    row, column, to = row[able], column[able], to[able]
    # Of moves that touch only the first is made: the others were planned for the old border.
    order = np.full(padded.shape, len(row))
    order[row[::-1], column[::-1]] = np.arange(len(row))[::-1]
    near = [order[row + down, column + across] for down in (-1, 0, 1) for across in (-1, 0, 1)]
    first = np.array(near).min(axis=0) >= np.arange(len(row))
    result = indices.copy()
    result[row[first] - _MARGIN, column[first] - _MARGIN] = to[first]
    return result


def _moves(steps: _Steps, padded: _Numbers) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Row, column and new index of the cells that would mend steps, in the padded grid."""
    above, below = padded[steps.line - 1, steps.start], padded[steps.line, steps.start]
    nearer_end = steps.left < steps.right
    last = steps.start + steps.length - 1
    found = []
    for at_left in (True, False):
        down = steps.left_down if at_left else steps.right_down
        row = np.where(down, steps.line, steps.line - 1)
        inner, outer = (steps.start, steps.start - 1) if at_left else (last, last + 1)
        # A short step grows into the longer one beside it, a long one gives to the shorter.
        grows = steps.short & (nearer_end != at_left)
        gives = (steps.long & (nearer_end == at_left)) | (steps.bumps & at_left)
        found.append((row[grows], outer[grows], np.where(down, below, above)[grows]))
        found.append((row[gives], inner[gives], np.where(down, above, below)[gives]))
    rows, columns, to = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, columns, to


def _steps(padded: _Numbers) -> _Steps:
    """The level steps in a padded grid."""
    above, below = padded[:-1], padded[1:]
    border = (above != below) & (above >= 0) & (below >= 0)
    same = (above[:, 1:] == above[:, :-1]) & (below[:, 1:] == below[:, :-1])
    begins = border.copy()
    begins[:, 1:] &= ~(border[:, :-1] & same)
    line, start = np.nonzero(begins)
    number = np.where(border, begins.ravel().cumsum().reshape(border.shape) - 1, -1)
    length = np.bincount(number[border], minlength=len(line))
    end = start + length
    over, under = above[line, start], below[line, start]

    def follower(column: _Numbers, touches: _Numbers, down: bool) -> _Numbers:
        """[steps] the length of the step one row off that has this column at its end, else 0."""
        there = number[line + (1 if down else -1), column]
        ours = (there >= 0) & (above[line + (1 if down else -1), column] == over)
        ours &= below[line + (1 if down else -1), column] == under
        ours &= touches[there] == np.where(touches is start, end, start)
        return np.where(ours, length[there], 0)

    left = [follower(start - 1, end, down) for down in (False, True)]
    right = [follower(end, start, down) for down in (False, True)]
    # Where two cells touch at a corner the border forks: it has no flow to break.
    one_left, one_right = (left[0] > 0) != (left[1] > 0), (right[0] > 0) != (right[1] > 0)
    return _Steps(
        line + 1,
        start,
        length,
        np.where(one_left, left[0] + left[1], 0),
        np.where(one_right, right[0] + right[1], 0),
        left[1] > 0,
        right[1] > 0,
    )


def _padded(indices: _Numbers, tile: Tile) -> _Numbers:
    """A grid [H, W] with a margin in which a tile goes on and anything else ends."""
    padded = indices.astype(np.intp)
    for axis, tiled in ((0, tile[1]), (1, tile[0])):
        width = np.zeros((2, 2), int)
        width[axis] = _MARGIN - 1
        if tiled:
            padded = np.pad(padded, width, mode="wrap")
        else:
            padded = np.pad(padded, width, constant_values=_OUTSIDE)
    return np.pad(padded, 1, constant_values=_OUTSIDE)


_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""(down, across) to the eight cells around one, in turn; the even ones share an edge with it."""


def _harmless(padded: _Numbers, row: _Numbers, column: _Numbers, to: _Numbers) -> _Flags:
    """Whether cells can change without tearing apart or joining areas, thin lines among them."""
    ring = np.stack([padded[row + down, column + across] for down, across in _RING])
    own = padded[row, column]
    fine: _Flags = (_parts(ring == own) == 1) & (_parts(ring == to) == 1)
    return fine


def _parts(ring: _Flags) -> _Numbers:
    """Connected parts that a ring [8, N] falls into (Yokoi's number for eight neighbours)."""
    gap = ~ring
    parts: _Numbers = np.zeros(ring.shape[1], np.intp)
    for at in range(0, 8, 2):
        parts += gap[at].astype(np.intp) - (gap[at] & gap[at + 1] & gap[(at + 2) % 8])
    return parts
