"""What a command prints in the end: where its files are, or for scripts all about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drawkit.cli.console import tell, tell_json
from drawkit.errors import FileError
from drawkit.saving.places import reason

__all__ = ["print_result"]


def print_result(paths: Sequence[Path], record: Mapping[str, Any] | None = None) -> None:
    """Print the paths, one a line, or `record` as JSON.

    In escapes where the output's encoding has no other way. Raises `FileError` where standard
    output takes nothing, such as a full disk; its line says where the files are all the same.
    """
    try:
        if record is not None:
            tell_json(record)
        for path in paths if record is None else ():
            tell(str(path))
    except OSError as error:
        files = ", ".join(f"'{path}'" for path in paths)
        raise FileError(
            f"cannot write to standard output: {reason(error)}; the result is in {files}"
        ) from error
