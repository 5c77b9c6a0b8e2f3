"""Loads the kernels on first use: from the user's cache, or by compiling them."""

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
    from drawkit.raster.jit import cache_folder

    return any(cache_folder().glob("**/tiles_back.draw_back-*.nbc"))


def kernels() -> SimpleNamespace:
    """All kernels by name; the first call takes a while where nothing is cached."""
    with LOADING:
        return _load()


@functools.cache
def _load() -> SimpleNamespace:
    from drawkit.raster import jit

    if not cached():
        log.info("compiling the rasterizer, once after an install (about 15 s)")
    with jit.caching():
        from drawkit.raster import bins, lines, pieces_cpu, tiles, tiles_back
    return SimpleNamespace(
        **{
            name: getattr(module, name)
            for module, names in (
                (lines, ("Lines", "count_lines", "make_lines")),
                (pieces_cpu, ("find_pieces",)),
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
                (tiles_back, ("draw_back",)),
            )
            for name in names
        }
    )
