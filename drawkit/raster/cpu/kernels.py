"""Imports the kernels on first use: numba takes a while, and drawing pixels needs none of them."""

from __future__ import annotations

import functools
import logging
import threading
from types import SimpleNamespace

__all__ = ["cached", "kernels"]

log = logging.getLogger("drawkit.raster")
LOADING = threading.Lock()


def cached() -> bool:
    """Whether the kernels of this source lie compiled in the user's cache."""
    from drawkit.raster.cpu.jit import cache_folder

    return any(cache_folder().glob("**/tiles_back.draw_backward-*.nbc"))


def kernels() -> SimpleNamespace:
    """All kernels by name; their first calls take a while where nothing is cached."""
    with LOADING:
        return _load()


@functools.cache
def _load() -> SimpleNamespace:
    from drawkit.raster.cpu import bins, lines, pieces, tiles, tiles_back

    if not cached():
        log.info("compiling the rasterizer, once after an install (about half a minute)")
    return SimpleNamespace(
        **{
            name: getattr(module, name)
            for module, names in (
                (lines, ("Lines", "count_lines", "list_controls", "make_lines")),
                (pieces, ("find_pieces",)),
                (
                    bins,
                    (
                        "Edges",
                        "Paints",
                        "Pairs",
                        "bound_layers",
                        "join_edges",
                        "list_pairs",
                        "mark_tiles",
                    ),
                ),
                (tiles, ("Kept", "ROOM", "draw", "new_kept")),
                (tiles_back, ("draw_backward",)),
            )
            for name in names
        }
    )
