"""Which cells must not change: those under a mask, or those that the user has edited."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from drawkit.canvas.pixels_config import PixelsConfig

__all__ = ["frozen_cells"]

SAME = 0.02
"""Difference of a channel up to which a cell counts as not edited: rounding, not a brush."""
LIGHT = 0.5


def frozen_cells(config: PixelsConfig, start: Tensor, cells_of: Callable[[str], Tensor]) -> Tensor:
    """[M] which cells stay as they start.

    start: [M, 4] premultiplied cells of the start picture. cells_of: a file's, likewise.
    """
    frozen = torch.zeros(len(start), dtype=torch.bool)
    if config.freeze is not None:
        frozen |= cells_of(config.freeze)[:, :3].mean(dim=1) > LIGHT
    if config.freeze_edits is not None:
        frozen |= (cells_of(config.freeze_edits) - start).abs().amax(dim=1) > SAME
    return frozen
