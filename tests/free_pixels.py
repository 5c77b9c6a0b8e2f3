"""Canvases of free pixels, for tests."""

from __future__ import annotations

from typing import Any

import torch

from drawkit.canvas import CanvasSpec, canvases
from drawkit.pictures.seamless import Tile

__all__ = ["image_canvas"]


def image_canvas(
    name: str,
    size: tuple[int, int] = (40, 32),
    *,
    paper: bool = True,
    tile: Tile = (False, False),
    **settings: Any,
) -> Any:
    """A canvas of that name, on white or on nothing, with seed 0."""
    plugin, generator = canvases.get(name), torch.Generator().manual_seed(0)
    background = (1.0, 1.0, 1.0) if paper else None
    spec = CanvasSpec(*size, background=background, tile=tile, generator=generator)
    return plugin.cls(plugin.config(**settings), spec)
