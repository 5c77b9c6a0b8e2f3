"""Memory that stays with the process from one step to the next."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as <malloc.h> numbers them
_KEPT = 512 << 20
_FROM_HEAP = 32 << 20  # the most that glibc takes


def keep_freed_memory() -> bool:
    """Let glibc keep up to half a gigabyte of what was freed; whether it will.

    A step of a drawing frees what the next one needs again. Given back to the system in between,
    it comes anew page by page, each zeroed: a tenth of a step's time. Only for processes that are
    drawkit's own, as it holds for all that runs in them. Elsewhere than on glibc nothing happens.
    """
    if sys.platform != "linux":
        return False
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is None:  # another C library
        return False
    return bool(tune(_MMAP_THRESHOLD, _FROM_HEAP)) and bool(tune(_TRIM_THRESHOLD, _KEPT))
