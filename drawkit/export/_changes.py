"""What differs between two pictures of one size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Box", "Pixels", "changed_box"]

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in whole pixels."""


def changed_box(before: Pixels, after: Pixels) -> Box | None:
    """Left, top, right and bottom of all pixels that differ; None where none does."""
    apart = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(apart.any(axis=1)), np.flatnonzero(apart.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
