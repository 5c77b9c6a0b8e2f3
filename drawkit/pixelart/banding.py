"""Banding: strips of a middle tone that hug an edge; finding them, and giving them to one side.

Three tones of a ramp whose borders run beside each other, one cell apart, show the grid instead
of a soft edge ("hugging" in Cure's pixel art tutorial, "banding" in Pedro Medeiros'). One or two
cells of a middle tone at a step are anti-aliasing and stay.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.pixelart.neighbours import groups, neighbours
from drawkit.pixelart.specks import small_groups
from drawkit.scene.grid import Tile

__all__ = ["bands", "unbanded"]

_Numbers = npt.NDArray[np.integer]
_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.floating]

_SOFTENING = 2
"""Cells of a middle tone that only soften a step."""
_DETOUR = 1.25
"""How much longer than straight the way between two colours may be over one that lies between."""
_FAINT = 0.3
"""Difference of both sides (OKLab) up to which they are one ramp; beyond, the strip is a line."""


def bands(indices: _Numbers, lab: _Floats, tile: Tile = (False, False)) -> _Flags:
    """[H, W] which cells are in a strip, one cell wide, of a tone between those on its two sides.

    indices: [H, W], below 0 what has no colour; lab: their colours [P, 3] in OKLab. tile:
    whether the grid goes on at its other side, across and down.
    """
    return _strips(indices, lab, tile)[0]


def unbanded(
    indices: _Numbers, apart: _Floats, lab: _Floats, kept: _Flags, tile: Tile = (False, False)
) -> _Numbers:
    """`indices` [H, W] with each strip in the colours of the side that suits its cells better.

    apart: [H, W, P], how far each cell is from each colour. kept: [H, W], cells that stay.
    """
    strip, first, second = _strips(indices, lab, tile)
    strip &= ~kept
    at = np.flatnonzero(strip)
    if not len(at):
        return indices
    around = neighbours("rect", *indices.shape, corners=True, tile=tile)
    marked = np.where(strip, indices, -1).ravel()
    alike = (marked[around] == marked[:, None]) & (marked >= 0)[:, None]
    label = groups(alike, around)[at]
    cells = apart.reshape(-1, apart.shape[-1])[at]
    sides = np.stack([first.ravel()[at], second.ravel()[at]])
    dark_first = lab[sides[0], 0] <= lab[sides[1], 0]
    dark, light = np.where(dark_first, sides, sides[::-1])
    here = np.arange(len(at))
    # The whole strip goes to one side: else its two borders would be torn.
    gain = np.bincount(label, cells[here, light] - cells[here, dark], indices.size)[label]
    result = indices.copy()
    result.ravel()[at] = np.where(gain > 0, dark, light)
    return result


def _strips(indices: _Numbers, lab: _Floats, tile: Tile) -> tuple[_Flags, _Numbers, _Numbers]:
    """[H, W] whether a cell is in a strip, and the indices on its two sides, where it is."""
    found = np.zeros(indices.shape, bool)
    first, second = indices.copy(), indices.copy()
    for axis, goes_on in ((0, tile[1]), (1, tile[0])):
        before, after = np.roll(indices, 1, axis), np.roll(indices, -1, axis)
        if not goes_on:
            before[(0,) if axis == 0 else (slice(None), 0)] = -1
            after[(-1,) if axis == 0 else (slice(None), -1)] = -1
        there = (indices >= 0) & (before >= 0) & (after >= 0) & (before != after)
        here = there & (indices != before) & (indices != after) & ~found
        one, other = _apart(lab, before, indices), _apart(lab, indices, after)
        whole = _apart(lab, before, after)
        here &= (one + other <= _DETOUR * whole) & (whole < _FAINT)
        first[here], second[here] = before[here], after[here]
        found |= here
    around = neighbours("rect", *indices.shape, corners=True, tile=tile)
    marked = np.where(found, indices, -1).ravel()
    found &= ~small_groups(marked, around, _SOFTENING).reshape(indices.shape)
    return found, first, second


def _apart(lab: _Floats, one: _Numbers, other: _Numbers) -> _Floats:
    """Distances of the colours with these indices."""
    apart: _Floats = np.sqrt(((lab[one] - lab[other]) ** 2).sum(axis=-1))
    return apart
