"""The outline of a figure: a line of cells around it, or its outermost own cells."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.neighbours import Neighbours

__all__ = ["Side", "contour"]

Side = Literal["inside", "outside"]


def contour(shown: npt.NDArray[np.bool_], around: Neighbours, side: Side) -> npt.NDArray[np.bool_]:
    """[cells] which cells the outline of a figure takes.

    shown: [cells] the figure. outside: hidden cells beside it; inside: its own cells beside
    hidden ones.
    """
    if side == "outside":
        return ~shown & shown[around].any(axis=1)
    return shown & ~shown[around].all(axis=1)
