"""On how many processor threads torch and numba compute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numba
import torch

__all__ = ["cpu_threads"]


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
