"""Pictures into pixel art: photos by vote, enlarged pixel art cell by cell."""

from __future__ import annotations

from drawkit.pixelart.pixelate.picture import MAX_CELLS, grid_size, pixelate
from drawkit.pixelart.pixelate.ruling import ruling_colors

__all__ = ["MAX_CELLS", "grid_size", "pixelate", "ruling_colors"]
