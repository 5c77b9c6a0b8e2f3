"""A figure seen from other sides, cell by cell, as pixel artists turn one.

Seen from the front it has features: parts of another colour that lie inside it, such as eyes, a
visor, a beard. As it turns they move over it, and what passes its edge is gone; its back is the
same figure with the features painted over. The outline stays, so that no facing is larger than
another. A figure drawn from its side is its own side view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from drawkit.color import srgb_to_oklab
from drawkit.pixelart.neighbours import groups, neighbours
from drawkit.scene.grid import Indices, Rgb

__all__ = ["FACINGS", "LOOKS", "Figure", "Looks"]

FACINGS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        1: ("down",),
        2: ("left", "right"),
        4: ("down", "left", "right", "up"),
        8: ("down", "left", "right", "up", "down-left", "down-right", "up-left", "up-right"),
    }
)
"""How many sides a figure is seen from -> where it looks, in the order of the rows of a sheet."""

Looks = Literal["down", "left", "right"]
LOOKS: tuple[Looks, ...] = get_args(Looks)

_RING = ("down", "down-right", "right", "up-right", "up", "up-left", "left", "down-left")
_TURN: Mapping[str, float] = MappingProxyType({"down-": 0.17, "": 0.33, "up-": 1.3})
"""How far features move, in halves of the figure's width there.

Farther, and the built-in perceptor no longer names faces of which one eye is gone.
"""
_ALIKE = 0.1
"""Difference of colours (OKLab) up to which neighbours are of one part."""
_OPEN = 0.3
"""Share of a feature's border that may lie on the outline."""
_LARGEST = 0.45
"""Of the figure, that a feature may cover."""
_FACE = 0.6
"""Of the figure, that its face may cover."""
_HAIR, _COVERED = 0.05, 0.6
"""Of the figure, that hair covers at least; of a face's columns, that have some above."""
_NECK = 0.65
"""Where the middle of a face is at the lowest, from the top."""
_ASIDE = 0.2
"""How far from the middle the features of a figure lie that already looks that way a little."""

_Flags = npt.NDArray[np.bool_]
_Whole = npt.NDArray[np.intp]


class Figure:
    """A figure on cells of index `empty`: what it looks like from each side.

    indices: [H, W] of the palette's colours. looks: where the figure looks as it is drawn.
    """

    def __init__(
        self, indices: Indices, palette: Sequence[Rgb], empty: int, looks: Looks = "down"
    ) -> None:
        self._cells, self._empty, self._looks = indices, empty, looks
        self._shown: _Flags = indices != empty
        self._lab = srgb_to_oklab(np.array(palette) / 255)
        features, face, hair = self._features()
        behind = _painted_over(indices, face, hair)
        self._plain = _painted_over(behind, features, self._shown & ~features)
        self._marks = self._movable(features | face)
        self._drawn_side = looks if looks != "down" else self._nearer_side()

    def seen(self, facing: str) -> Indices:
        """[H, W] of the figure as it looks that way."""
        if other := self.mirror_of(facing):
            return self.mirrored(self.seen(other))
        if facing == "down" or (self._looks != "down" and "up" not in facing):
            return self._cells.copy()
        if facing == "up":
            return self.mirrored(self._plain)
        if self._looks != "down":
            return self._plain.copy()
        where, _, side = facing.rpartition("-")
        share = _TURN[f"{where}-" if where else ""]
        return self._moved(share if side == "right" else -share)

    def mirror_of(self, facing: str) -> str:
        """The facing that this one is the mirror image of; empty where it is none."""
        where, _, side = facing.rpartition("-")
        if side not in ("left", "right") or side == self._drawn_side:
            return ""
        return f"{where}-{self._drawn_side}".lstrip("-")

    def mirrored(self, cells: Indices) -> Indices:
        """The mirror image about the middle of the body, as near to it as the grid has room."""
        there = np.flatnonzero(self._shown.any(axis=0))
        if not len(there):
            return cells.copy()
        columns = cells.shape[1]
        twice = int(np.clip(self._axis(), there[-1], columns - 1 + there[0]))
        source = twice - np.arange(columns)
        inside = (source >= 0) & (source < columns)
        result = np.full_like(cells, self._empty)
        result[:, inside] = cells[:, source[inside]]
        return result

    def turning(self, facing: str, share: float) -> str:
        """The facing after that share (0..1) of a whole turn."""
        at = _RING.index(facing) + round(len(_RING) * share)
        return _RING[at % len(_RING)]

    def _axis(self) -> int:
        """Twice the column of the middle of the body: of the longest run of each row."""
        runs = [_longest(row) for row in self._shown if row.any()]
        return int(np.median([first + last for first, last in runs])) if runs else 0

    def _parts(self, cells: Indices) -> _Whole:
        """[H, W] the part that each cell is in: neighbours of about one colour."""
        around = neighbours("rect", *cells.shape)
        flat, shown = cells.ravel(), self._shown.ravel()
        apart = np.sqrt(np.square(self._lab[flat][:, None] - self._lab[flat[around]]).sum(axis=2))
        alike = (apart < _ALIKE) & shown[:, None] & shown[around]
        return groups(alike, around).reshape(cells.shape)

    def _features(self) -> tuple[_Flags, _Flags, _Flags]:
        """[H, W] the cells of parts that lie inside the figure, of its face, of hair over that."""
        if not self._shown.any():
            return self._shown, self._shown, self._shown
        label, shown = self._parts(self._cells).ravel(), self._shown.ravel()
        around = neighbours("rect", *self._cells.shape)
        border = label[around] != label[:, None]
        count = len(label)
        whole = np.bincount(label, border.sum(axis=1), count)
        outer = np.bincount(label, (border & ~shown[around]).sum(axis=1), count)
        size = np.bincount(label[shown], minlength=count)
        inner = (outer <= _OPEN * np.maximum(whole, 1)) & (size <= _LARGEST * shown.sum())
        inner[size.argmax()] = False
        found = (inner[label] & shown).reshape(self._cells.shape)
        return (found, *self._face(label.reshape(self._cells.shape), found))

    def _face(self, label: _Whole, features: _Flags) -> tuple[_Flags, _Flags]:
        """[H, W] parts that bear features, and hair or a hat above that hides them from behind.

        label: the parts of the figure.
        """
        whole, rest = self._shown.sum(), self._shown & ~features
        size = np.bincount(label[self._shown], minlength=label.size)
        around = neighbours("rect", *label.shape)
        beside = features.ravel()[around].any(axis=1).reshape(label.shape)
        there = np.flatnonzero(self._shown.any(axis=1))
        neck = there[0] + (there[-1] - there[0]) * _NECK
        face, hair = np.zeros_like(features), np.zeros_like(features)
        for name in np.unique(label[rest & beside]):
            part = label == name
            columns = np.flatnonzero(part.any(axis=0))
            top = part.argmax(axis=0)[columns]
            above = np.maximum(top - 1, 0), columns
            inside = (top > 0) & features[above]  # a lock of hair, or an ornament of the hat
            over = np.bincount(label[above][(top > 0) & rest[above]], minlength=label.size)
            over[size < _HAIR * whole] = 0
            share = (inside.sum() + over.max()) / len(columns)
            low = np.nonzero(part)[0].mean() > neck
            if not low and size[name] <= _FACE * whole and share >= _COVERED and over.any():
                face |= part
                hair |= label == over.argmax()
        return face, hair & ~face

    def _central(self) -> _Flags:
        """[H, W] the cells of parts of the plain figure that reach over its middle."""
        label = self._parts(self._plain)
        middle = self._axis() / 2
        columns = np.arange(label.shape[1])[None, :] + 0 * label
        left = np.full(label.size, label.shape[1])
        right = np.full(label.size, -1)
        np.minimum.at(left, label.ravel(), columns.ravel())
        np.maximum.at(right, label.ravel(), columns.ravel())
        found: _Flags = ((left <= middle) & (right >= middle))[label] & self._shown
        return found

    def _movable(self, features: _Flags) -> list[tuple[_Whole, _Whole]]:
        """Rows and columns of each feature that lies on the body, not on what it holds."""
        flat = features.ravel()
        around = neighbours("rect", *features.shape, corners=True)
        label = groups(flat[:, None] & flat[around], around)
        self._body = self._central()
        found = []
        for name in np.unique(label[flat]):
            at = np.flatnonzero(flat & (label == name))
            rows, columns = np.divmod(at, features.shape[1])
            if self._body[rows, columns].mean() > 0.5:  # where it lies, once painted over
                found.append((rows, columns))
        return found

    def _nearer_side(self) -> Looks:
        """The side that the figure looks to already, or holds things to: the better side view."""
        twice = self._axis()
        aside = [(2 * columns - twice) / (2 * self._half(rows)) for rows, columns in self._marks]
        mean = float(np.concatenate(aside).mean()) if aside else 0.0
        if abs(mean) < _ASIDE and self._shown.any():
            there = np.flatnonzero(self._shown.any(axis=0))
            mean = float(there[0] + there[-1] - twice)
        return "left" if mean < 0 else "right"

    def _half(self, rows: _Whole) -> float:
        """Half the width of the body in these rows, cells."""
        runs = [_longest(row) for row in self._shown[np.unique(rows)]]
        return float(np.median([(last - first + 1) / 2 for first, last in runs]))

    def _moved(self, share: float) -> Indices:
        """The plain figure with its features moved to the right by that share of its half width.

        Of a feature that passes the edge with half of its cells nothing is left.
        """
        result = self._held()
        columns = result.shape[1]
        for y, x in self._marks:
            there = x + round(share * self._half(y))
            inside = (there >= 0) & (there < columns)
            inside[inside] &= self._body[y[inside], there[inside]]
            if 2 * inside.sum() > len(x):
                result[y[inside], there[inside]] = self._cells[y[inside], x[inside]]
        return result

    def _held(self) -> Indices:
        """The figure without the features that move."""
        result = self._cells.copy()
        for y, x in self._marks:
            result[y, x] = self._plain[y, x]
        return result


def _longest(row: _Flags) -> tuple[int, int]:
    """First and last column of the longest run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(int)))
    starts, ends = edges[::2], edges[1::2]
    at = int((ends - starts).argmax())
    return int(starts[at]), int(ends[at]) - 1


def _painted_over(cells: Indices, hidden: _Flags, around_it: _Flags) -> Indices:
    """Cells in the colours of those `around_it` that are nearest, from their edge inward."""
    around = neighbours("rect", *cells.shape, corners=True)
    flat, todo, known = cells.ravel().copy(), hidden.ravel().copy(), around_it.ravel().copy()
    others = around != np.arange(len(flat))[:, None]
    while todo.any():
        near = others & known[around]
        at = np.flatnonzero(todo & near.any(axis=1))
        if not len(at):
            break
        flat[at] = [int(np.bincount(flat[around[cell]][near[cell]]).argmax()) for cell in at]
        todo[at], known[at] = False, True
    return flat.reshape(cells.shape)
