"""Specks: cells and small groups of cells that stand alone in their colour, and taking them out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.neighbours import Neighbours, groups

__all__ = ["despeckled", "orphans", "small_groups"]

_Numbers = npt.NDArray[np.integer]
_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


def orphans(indices: _Numbers, around: Neighbours) -> _Flags:
    """[cells] whether no neighbour of a cell has its index. indices: [cells]."""
    alike = indices[around] == indices[:, None]
    company: _Flags = (alike & _others(around)).any(axis=1)
    return ~company


def small_groups(indices: _Numbers, around: Neighbours, most: int) -> _Flags:
    """[cells] whether a cell is in a connected group of at most `most` cells of one index."""
    alike = (indices[around] == indices[:, None]) & _others(around)
    label = groups(alike, around, most)
    # A group that is larger has members that do not yet agree, or too many of them.
    torn = (alike & (label[around] != label[:, None])).any(axis=1)
    large = np.bincount(label, minlength=len(label)) > most
    large[label[torn]] = True
    return ~large[label]


def despeckled(
    indices: _Numbers,
    lab: _Floats,
    around: Neighbours,
    most: int,
    contrast: float = np.inf,
    kept: _Flags | None = None,
) -> _Numbers:
    """`indices` [cells] with groups of at most `most` cells in the colour of what is around them.

    lab: OKLab colours of the indices, [P, 3]. contrast: distance in OKLab to every neighbour
    from which on a group stays; an eye or a highlight is meant. kept: cells that stay as they are.
    """
    if most < 1:
        return indices
    small = small_groups(indices, around, most)
    distance = np.sqrt(((lab[indices][:, None] - lab[indices[around]]) ** 2).sum(axis=-1))
    unlike = indices[around] != indices[:, None]
    nearest = np.where(unlike, distance, np.inf).min(axis=1)
    small &= (nearest < contrast) & unlike.any(axis=1)
    if kept is not None:
        small &= ~kept
    result = indices.copy()
    at = np.flatnonzero(small)
    if len(at):
        result[at] = _common(indices, around[at], small, unlike[at], distance[at])
    return result


def _common(
    indices: _Numbers, around: Neighbours, small: _Flags, unlike: _Flags, distance: _Floats
) -> _Numbers:
    """What most neighbours [N, K] have that are no specks themselves; of equals the most alike."""
    there = indices[around]
    counts = unlike & ~small[around]
    counts = np.where(counts.any(axis=1, keepdims=True), counts, unlike)
    votes = ((there[:, :, None] == there[:, None, :]) & counts[:, None, :]).sum(axis=2)
    worth = np.where(counts, votes - np.minimum(distance, 0.99), -1.0)
    chosen: _Numbers = there[np.arange(len(there)), worth.argmax(axis=1)]
    return chosen


def _others(around: Neighbours) -> _Flags:
    """Where the table of neighbours names another cell."""
    others: _Flags = around != np.arange(len(around))[:, None]
    return others
