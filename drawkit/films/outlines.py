"""The outline of a letter as closed runs of cubics."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from fontTools.pens.basePen import BasePen

__all__ = ["outline_of"]

_Floats = npt.NDArray[np.float64]
_Point = tuple[float, float]


def outline_of(glyph: Any, glyphs: Any) -> list[_Floats]:
    """The control points [3 S, 2] of each contour, in units of the font, y up."""
    pen = _Cubics(glyphs)
    glyph.draw(pen)
    return [np.array(run) for run in pen.runs if len(run) >= 3]


class _Cubics(BasePen):  # type: ignore[misc]
    """fontTools draws on it: it makes cubics of quadratics, and letters of their parts."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.runs: list[list[_Point]] = []

    def _moveTo(self, pt: _Point) -> None:
        self.runs.append([pt])

    def _lineTo(self, pt: _Point) -> None:
        start = np.array(self.runs[-1][-1])
        way = np.array(pt) - start
        self._curveToOne(tuple(start + way / 3), tuple(start + way * 2 / 3), pt)

    def _curveToOne(self, pt1: _Point, pt2: _Point, pt3: _Point) -> None:
        self.runs[-1] += [pt1, pt2, pt3]

    def _closePath(self) -> None:
        run = self.runs[-1]
        if len(run) > 1 and run[-1] != run[0]:
            self._lineTo(run[0])
        run.pop()

    def _endPath(self) -> None:
        self._closePath()
