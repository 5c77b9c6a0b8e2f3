"""Where the compiled kernels are kept, and the decorators that put them there.

Kernels lie in a user folder named by a hash of their source and by numba's version, so a stale
one is never loaded. Where that folder cannot be written the kernels compile anew in every
process, and the log says so. Importing this module decides the folder; the kernel modules are
imported by `drawkit.raster.kernels` only.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba

from drawkit.files import cache_home

__all__ = ["cache_folder", "caching", "device", "kernel", "maker", "parallel_kernel"]

Function = Callable[..., Any]
log = logging.getLogger("drawkit.raster")
KERNEL_FILES = (
    "bezier.py", "jit.py", "lines.py", "pieces_cpu.py", "bins.py", "near.py", "cover.py",
    "tiles.py", "tiles_back.py",
)  # fmt: skip


def cache_folder() -> Path:
    """The folder of this source and numba version, in the user's cache folder."""
    source = hashlib.sha256()
    for name in KERNEL_FILES:
        source.update((Path(__file__).parent / name).read_bytes())
    return cache_home() / f"kernels-{source.hexdigest()[:16]}-numba{numba.__version__}"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        log.warning(
            "the kernel cache %s cannot be written (%s): compiling uncached", folder, error.strerror
        )
        return False


CACHED = _writable(cache_folder())


@contextlib.contextmanager
def caching() -> Iterator[None]:
    """Point numba at our folder while the kernels are decorated, and back again."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def device(function: Function) -> Function:
    """A function that kernels call and that makes no arrays.

    So nobody need count who holds those it is given: the counts lie in memory that all threads
    write to, and cost more than the sums.
    """
    return _compiled(function, _nrt=False)


def maker(function: Function) -> Function:
    """A function that kernels call and that makes arrays."""
    return _compiled(function)


def kernel(function: Function) -> Function:
    """A kernel on one thread, without the GIL."""
    return _compiled(function, nogil=True, cache=CACHED)


def parallel_kernel(function: Function) -> Function:
    """A kernel whose `prange` loops run on all threads, without the GIL."""
    return _compiled(function, nogil=True, cache=CACHED, parallel=True)


def _compiled(function: Function, **options: bool) -> Function:
    # numpy's division: Python's raises on 0, and the test for it keeps loops from vectorizing
    compiled: Function = numba.njit(fastmath=True, error_model="numpy", **options)(function)
    return compiled
