"""Whole files or none: every exporter hands its bytes to `write_whole`."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from drawkit.errors import FileError

__all__ = ["reason", "write_whole"]


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step, replacing what is there; `FileError` where it fails.

    The bytes go to a hidden file in the same folder and to the disk first, so that neither a
    full disk nor a power cut leaves half a drawing under the name. On failure, Ctrl-C included,
    the hidden file is removed and what stood at `path` stays.
    """
    temporary = path.with_name(f".drawkit-{secrets.token_hex(8)}.tmp")
    try:
        # "x" and not tempfile: the file gets the permissions that the user's umask gives.
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def reason(error: OSError) -> str:
    """The system's words for an error, without its number and paths."""
    return error.strerror or str(error)
