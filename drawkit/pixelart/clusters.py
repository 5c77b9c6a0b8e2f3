"""Clusters: cells whose two nearest colours are about as near take what their neighbours have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.neighbours import Neighbours

__all__ = ["COHERENCE", "clustered"]

COHERENCE = 0.01
"""How much farther (squared, OKLab) a colour may be that all neighbours have."""
_ROUNDS = 2
"""How often each cell looks at what its neighbours have become."""


def clustered(
    apart: npt.NDArray[np.floating],
    around: Neighbours,
    coherence: float = COHERENCE,
    kept: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.intp]:
    """[cells] the nearest colours; where two are about as near, the one that the neighbours have.

    apart: [cells, P] squared distances to the colours. kept: cells that ask nobody. A few rounds
    of iterated conditional modes (J. Besag, 1986) on a Potts model.
    """
    rows: npt.NDArray[np.intp] = apart.argmin(axis=1)
    count, colors = apart.shape
    for _ in range(_ROUNDS if coherence else 0):
        place = np.arange(count)[:, None] * colors + rows[around]
        votes = np.bincount(place.ravel(), minlength=apart.size).reshape(apart.shape)
        asked = (apart - coherence / around.shape[1] * votes).argmin(axis=1)
        rows = asked if kept is None else np.where(kept, rows, asked)
    return rows
