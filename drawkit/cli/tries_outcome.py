"""What came of several drawings: which is the best, what failed, and what to say of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawkit.config.vary import Axis, Point
from drawkit.errors import DrawkitError

if TYPE_CHECKING:
    from drawkit.engine.many.job import Made
    from drawkit.engine.many.loop import Done

__all__ = ["TriesOutcome"]


class TriesOutcome:
    """What has come of the tries so far."""

    def __init__(self, axes: Sequence[Axis], points: Sequence[Point], *, ranked: bool) -> None:
        self.made: dict[int, Made] = {}
        self.errors: dict[int, str] = {}
        self.paths: dict[int, tuple[Path, ...]] = {}
        self._axes, self._points, self._ranked = axes, points, ranked

    def take(self, done: Done[Made]) -> None:
        """Take in what came of one."""
        if done.result is not None and done.result.drawn:
            self.made[done.at] = done.result
        error = done.error if done.result is None else done.result.error
        if error is not None:
            self.errors[done.at] = error

    @property
    def count(self) -> int:
        """How many are over."""
        return len({*self.made, *self.errors})

    @property
    def order(self) -> list[int]:
        """Places of what is drawn: the best first, or as they stand in the grid."""
        return sorted(self.made, key=self._rank) if self._ranked else sorted(self.made)

    @property
    def best(self) -> int:
        """The place of the one with the highest score."""
        return min(self.made, key=self._rank)

    def _rank(self, at: int) -> tuple[float, int]:
        score = self.made[at].score
        return (math.inf if score is None else -score, at)

    def line(self, at: int, seconds: float) -> str:
        """What to say of one that is over."""
        left = seconds / self.count * (len(self._points) - self.count)
        made = self.made.get(at)
        score = "" if made is None or made.score is None else f"  score {made.score:.3f}"
        said = f"  {self.errors[at]}" if at in self.errors else ""
        label = self._points[at].label
        return f"{self.count}/{len(self._points)}  {label}{score}{said}  {left:.0f} s left"

    def sheet(self) -> bytes:
        """A PNG of them all."""
        from drawkit.engine.many.sheet import grid_sheet, ranked_sheet

        found = {
            point: (self.made[at].picture, self.made[at].score) if at in self.made else (None, None)
            for at, point in enumerate(self._points)
        }
        if not self._ranked:
            return grid_sheet(self._axes, found)
        points = [self._points[at] for at in self.order]
        return ranked_sheet(points, [found[point] for point in points])

    def record(self, sheet: Sequence[Path], began: float) -> dict[str, Any]:
        """All of it for scripts."""
        drawn = [
            {
                "paths": [str(path) for path in self.paths.get(at, ())],
                "values": self._points[at].named,
                **self.made[at].record,
                **({"error": self.errors[at]} if at in self.errors else {}),
            }
            for at in self.order
        ]
        lost = [
            {"values": self._points[at].named, "error": error}
            for at, error in sorted(self.errors.items())
            if at not in self.made
        ]
        seconds = round(time.monotonic() - began, 3)
        return {
            "runs": drawn,
            "failed": lost,
            "sheet": str(sheet[0]) if sheet else None,
            "seconds": seconds,
        }

    def raise_failed(self) -> None:
        """Raise DrawkitError, in one line, where something failed."""
        if not self.errors:
            return
        at, error = min(self.errors.items())
        if not self.made and len(set(self.errors.values())) == 1:
            raise DrawkitError(error)
        more = "" if len(self.errors) == 1 else f" and {len(self.errors) - 1} more"
        raise DrawkitError(f"{self._points[at].label}{more} could not be drawn: {error}")
