"""On how many processor threads torch and numba compute."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import numba
import torch

__all__ = ["affordable", "cpu_threads", "processors"]

log = logging.getLogger("drawkit")


def processors() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def affordable(count: int | None) -> int | None:
    """`count` threads, but no more than there are processors; a notice says so."""
    if count is None or count <= (most := processors()):
        return count
    has = "1 processor" if most == 1 else f"{most} processors"
    log.warning("draw.threads is %d, and this machine has %s: using %d", count, has, most)
    return most


@contextmanager
def cpu_threads(count: int | None) -> Iterator[None]:
    """Compute on `count` threads inside the block; None: on as many as torch has been given.

    Numba gets the same number: left alone, its first parallel kernel would raise torch's.
    """
    before = torch.get_num_threads(), numba.get_num_threads()
    count = before[0] if count is None else count
    torch.set_num_threads(count)
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))  # it takes no more
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        numba.set_num_threads(before[1])
