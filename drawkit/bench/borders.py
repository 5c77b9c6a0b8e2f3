"""Borders of areas of pixels: how long they are, and how far one is from another."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch

__all__ = ["Mask", "border", "border_length", "distances", "holds_disc"]

Mask = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]

_AT_ONCE = 4096
"""Pixels whose distances to all others are held at a time."""


def border_length(mask: Mask) -> float:
    """Px around what is true in [H, W], holes too: true of a disc, up to 6 % off for a square.

    Cauchy and Crofton's formula: how often lines of four directions cross the border
    (https://doi.org/10.5566/ias.v26.p83-92).
    """
    held = np.pad(mask, 1)
    across = (held[:, 1:] != held[:, :-1]).sum() + (held[1:] != held[:-1]).sum()
    aslant = (held[1:, 1:] != held[:-1, :-1]).sum() + (held[1:, :-1] != held[:-1, 1:]).sum()
    return float(math.pi / 4 * (across / 2 + aslant / math.sqrt(8)))


def border(mask: Mask) -> Mask:
    """The pixels of an area [H, W] with a side at another one, or at the sheet's end."""
    held = np.pad(mask, 1)
    inner = held[2:, 1:-1] & held[:-2, 1:-1] & held[1:-1, 2:] & held[1:-1, :-2]
    edge: Mask = mask & ~inner
    return edge


def distances(of: Mask, to: Mask) -> _Floats:
    """[N] px from each true pixel of one mask [H, W] to the nearest of another."""
    here, there = (torch.from_numpy(np.argwhere(mask)).float() for mask in (of, to))
    if not len(here) or not len(there):
        return np.full(len(here), np.inf)
    rows = [
        torch.cdist(here[at : at + _AT_ONCE], there).amin(dim=1)
        for at in range(0, len(here), _AT_ONCE)
    ]
    found: _Floats = torch.cat(rows).double().numpy()
    return found


def holds_disc(mask: Mask, across: float) -> bool:
    """Whether a disc of so many px fits into an area [H, W]; beyond the sheet nothing is."""
    reach = math.ceil(across / 2)
    held = np.pad(mask, reach)
    fits = mask.copy()
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if math.hypot(down, right) < across / 2:
                rows = slice(reach + down, reach + down + mask.shape[0])
                fits &= held[rows, reach + right : reach + right + mask.shape[1]]
    return bool(fits.any())
