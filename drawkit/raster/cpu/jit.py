"""Where the compiled kernels are kept, and the decorators that put them there.

Kernels lie in a user folder named by a hash of their source and by numba's version, so a stale
one is never loaded. Where that folder cannot be written the kernels compile anew in every
process, and the log says so. Nothing is read or written before a kernel is first called.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from drawkit.files import cache_home

__all__ = ["Kernel", "cache_folder", "device", "kernel", "maker", "parallel_kernel", "sources"]

Function = Callable[..., Any]
log = logging.getLogger("drawkit.raster")
UNCOMPILED = ("__init__.py", "kernels.py", "launch.py")
"""Files beside the kernels that make no difference to them."""


def cache_folder() -> Path:
    """The folder of this source and numba version, in the user's cache folder."""
    source = hashlib.sha256()
    for file in sources():
        source.update(file.read_bytes())
    return cache_home() / f"kernels-{source.hexdigest()[:16]}-numba{numba.__version__}"


def sources() -> list[Path]:
    """All files that kernels are made of."""
    here = Path(__file__).parent
    kernels = sorted(file for file in here.glob("*.py") if file.name not in UNCOMPILED)
    return [here.parent / "constants.py", here.parent / "maths.py", *kernels]


@functools.cache
def _usable(folder: Path) -> bool:
    """Whether kernels can be kept there; asked once in a process, so that it is said once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        log.warning(
            "the kernel cache %s cannot be written (%s): compiling uncached", folder, error.strerror
        )
        return False


class Kernel:
    """A function that Python calls and numba compiles, or finds compiled, at its first call."""

    def __init__(self, function: Function, **options: bool) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._options = options

    def __call__(self, *given: Any) -> Any:
        """Run it."""
        return self._compiled(*given)

    @functools.cached_property
    def _compiled(self) -> Function:
        folder = cache_folder()
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder)
        try:
            return _compiled(self._function, cache=_usable(folder), **self._options)
        finally:
            numba.config.CACHE_DIR = before


def device(function: Function) -> Function:
    """A function that kernels call and that makes no arrays.

    So nobody need count who holds those it is given: the counts lie in memory that all threads
    write to, and cost more than the sums.
    """
    return maker(function, _nrt=False)


def maker(function: Function, **options: bool) -> Function:
    """A function that kernels call and that makes arrays.

    Python does not call it: to compile what it would call takes a fifth of all the time.
    """
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)


def kernel(function: Function) -> Kernel:
    """A kernel on one thread, without the GIL."""
    return Kernel(function, nogil=True)


def parallel_kernel(function: Function) -> Kernel:
    """A kernel whose `prange` loops run on all threads, without the GIL."""
    return Kernel(function, nogil=True, parallel=True)


def _compiled(function: Function, **options: bool) -> Function:
    # numpy's division: Python's raises on 0, and the test for it keeps loops from vectorizing
    compiled: Function = numba.njit(fastmath=True, error_model="numpy", **options)(function)
    return compiled
