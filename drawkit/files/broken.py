"""What libraries raise for weights that are broken or of something else, in one line of ours."""

from __future__ import annotations

import logging
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from drawkit.errors import DrawkitError, InputError

__all__ = ["BROKEN", "BROKEN_FILE", "OTHER_MODEL", "RUNS_NOTHING", "reading"]

log = logging.getLogger("drawkit")

BROKEN = (
    SafetensorError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    struct.error,
    zlib.error,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What libraries raise for weights and configs that are broken or of something else."""
BROKEN_FILE = "it is no weights file, or a broken one"
OTHER_MODEL = "its weights belong to another model"
RUNS_NOTHING = "it holds more than weights, and drawkit runs no code out of files"


@contextmanager
def reading(path: Path, otherwise: str = BROKEN_FILE) -> Iterator[None]:
    """Say in one line that what lies at `path` is broken; otherwise: what else it may be."""
    try:
        yield
    except DrawkitError:
        raise
    except (*BROKEN, OSError) as error:
        log.debug("%s: %s", path, error)
        raise InputError(
            f"{path} cannot be read as this model: {_own_words(error) or otherwise}"
        ) from error


def _own_words(error: Exception) -> str:
    """What is wrong with weights, if that is known; a library's words would help nobody."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if "Error(s) in loading state_dict" in said or "size mismatch" in said:
        return OTHER_MODEL
    if "which no weights need" in said or "unsupported global" in said.lower():
        return RUNS_NOTHING
    if said.startswith("Required pretrained weights"):
        return "there are no weights in it"
    return ""
