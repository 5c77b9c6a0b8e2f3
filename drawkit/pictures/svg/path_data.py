"""Path data, the `d` of SVG, as runs of cubic curves.

As SVG has it, data with an error in it counts up to there. svgelements reads the same, but takes
66 us a segment, some ten times as long: files of megabytes would take minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import svgelements

from drawkit.errors import InputError
from drawkit.pictures.svg.values import LARGEST
from drawkit.scene import Subpath

__all__ = ["MAX_SEGMENTS", "line_to", "runs_of"]

MAX_SEGMENTS = 250_000
"""Of a whole file; a map of a continent has as many."""

Floats = npt.NDArray[np.float64]
_COMMAND = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)")
_DRAWS = re.compile(r"[LlHhVvCcSsQqTt]")
"""Commands that draw a segment at least."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_BETWEEN = re.compile(r"[\s,]*")
_ARC = re.compile(
    rf"[\s,]*({_NUMBER.pattern})[\s,]*({_NUMBER.pattern})[\s,]*({_NUMBER.pattern})[\s,]*([01])[\s,]*([01])[\s,]*({_NUMBER.pattern})[\s,]*({_NUMBER.pattern})"
)
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2}


def runs_of(data: str) -> list[Subpath]:
    """The runs of a path's data. Raises InputError where it has too many segments."""
    if len(_DRAWS.findall(data)) > MAX_SEGMENTS:  # said before the work, not after it
        raise _too_many()
    pen = _Pen()
    place = len(data) - len(data.lstrip())
    for match in _COMMAND.finditer(data):
        if match.start() != place or not pen.follow(match[1], match[2]):
            break
        place = match.end()
    return pen.finish()


def line_to(start: Floats, end: Floats) -> list[Floats]:
    """The three control points after `start` of a straight segment to `end`."""
    return [start + (end - start) / 3, start + (end - start) * 2 / 3, end]


def _too_many() -> InputError:
    return InputError(f"it has more than {MAX_SEGMENTS} segments in a path")


class _Pen:
    """What a path has drawn so far."""

    def __init__(self) -> None:
        self._runs: list[Subpath] = []
        self._points: list[Floats] = []
        self._here = self._first = np.zeros(2)
        self._handle: tuple[str, Floats] = "", self._here  # of the last curve, for S and T
        self._begun = False

    def follow(self, command: str, text: str) -> bool:
        """Do what a command says; whether the whole of it was understood."""
        upper, relative = command.upper(), command.islower()
        if not self._begun and upper != "M":
            return False
        if upper == "Z":
            self._close()
            return not text.strip(" \t\r\n\f")
        rows, whole = _arcs(text) if upper == "A" else _numbers(text, _TAKES[upper])
        if len(rows) + len(self._points) // 3 > MAX_SEGMENTS:
            raise _too_many()
        rows = np.clip(rows, -LARGEST, LARGEST)
        draw: Callable[[Floats, bool], None] = getattr(self, f"_{upper.lower()}")
        for at, row in enumerate(rows):
            if upper == "M" and at:
                self._l(row, relative)
            else:
                draw(row, relative)
        return whole and len(rows) > 0

    def finish(self) -> list[Subpath]:
        """Every run that has a segment."""
        self._end(closed=False)
        return self._runs

    def _end(self, *, closed: bool) -> None:
        if len(self._points) > 1:
            points = np.array(self._points)
            if closed and (points[-1] == points[0]).all():
                points = points[:-1]  # it is back already
            elif closed:
                points = np.vstack([points, line_to(points[-1], points[0])[:2]])
            self._runs.append(Subpath(points, closed))
        self._points = []

    def _close(self) -> None:
        if not self._points:
            self._points = [self._here]
        if len(self._points) == 1:
            self._points += [self._here] * 3  # a dot, which round ends show
        self._end(closed=True)
        self._here = self._first
        self._handle = "", self._here

    def _curve(self, first: Floats, second: Floats, end: Floats) -> None:
        if not self._points:  # after Z, or at the start
            self._points = [self._here]
        self._points += [first, second, end]
        self._here = end

    def _line(self, end: Floats) -> None:
        self._curve(*line_to(self._here, end))
        self._handle = "", end

    def _m(self, row: Floats, relative: bool) -> None:
        self._end(closed=False)
        self._here = self._first = row + self._here if relative and self._begun else row
        self._points, self._begun = [self._here], True
        self._handle = "", self._here

    def _l(self, row: Floats, relative: bool) -> None:
        self._line(row + self._here if relative else row)

    def _h(self, row: Floats, relative: bool) -> None:
        self._line(np.array([row[0] + (self._here[0] if relative else 0), self._here[1]]))

    def _v(self, row: Floats, relative: bool) -> None:
        self._line(np.array([self._here[0], row[0] + (self._here[1] if relative else 0)]))

    def _c(self, row: Floats, relative: bool) -> None:
        first, second, end = row.reshape(3, 2) + (self._here if relative else 0)
        self._curve(first, second, end)
        self._handle = "C", second

    def _s(self, row: Floats, relative: bool) -> None:
        second, end = row.reshape(2, 2) + (self._here if relative else 0)
        self._curve(self._mirrored("C"), second, end)
        self._handle = "C", second

    def _q(self, row: Floats, relative: bool) -> None:
        middle, end = row.reshape(2, 2) + (self._here if relative else 0)
        self._quadratic(middle, end)

    def _t(self, row: Floats, relative: bool) -> None:
        self._quadratic(self._mirrored("Q"), row + (self._here if relative else 0))

    def _quadratic(self, middle: Floats, end: Floats) -> None:
        start = self._here
        self._curve(start + (middle - start) * 2 / 3, end + (middle - end) * 2 / 3, end)
        self._handle = "Q", middle

    def _a(self, row: Floats, relative: bool) -> None:
        start, end = self._here, row[5:] + (self._here if relative else 0)
        size = np.abs(row[:2])
        if (start == end).all():
            return
        if not size.all() or not np.isfinite(row).all():
            self._line(end)
            return
        arc = svgelements.Arc(
            complex(*start), *size.tolist(), row[2], int(row[3]), int(row[4]), complex(*end)
        )
        for curve in arc.as_cubic_curves():
            points = np.array([curve.control1, curve.control2, curve.end], dtype=np.float64)
            self._curve(*points)
        self._points[-1] = self._here = end
        self._handle = "", end

    def _mirrored(self, kind: str) -> Floats:
        """The handle of the last curve on the other side of the pen; none: where the pen is."""
        found, handle = self._handle
        return 2 * self._here - handle if found == kind else self._here


def _numbers(text: str, each: int) -> tuple[Floats, bool]:
    """[rows, each] numbers, and whether there is nothing else."""
    found = _NUMBER.findall(text)
    whole = True
    if _NUMBER.sub("", text).strip(" \t\r\n\f,"):
        whole, found, place = False, [], 0
        while match := _NUMBER.match(text, _BETWEEN.match(text, place).end()):  # type: ignore[union-attr]
            found.append(match[0])
            place = match.end()
    rows = len(found) // each
    values = np.array(list(map(float, found[: rows * each])), dtype=np.float64)
    return values.reshape(rows, each), whole and rows * each == len(found)


def _arcs(text: str) -> tuple[Floats, bool]:
    """[rows, 7] of arcs, whose flags may stand without anything between."""
    rows, place = [], 0
    while match := _ARC.match(text, place):
        rows.append([float(part) for part in match.groups()])
        place = match.end()
    return np.array(rows, dtype=np.float64).reshape(-1, 7), not text[place:].strip(" \t\r\n\f,")
