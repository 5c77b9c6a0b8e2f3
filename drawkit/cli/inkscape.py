"""`drawkit inkscape`: drawkit in Inkscape's own menu."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.console import tell
from drawkit.cli.inkscape_files import (
    NAMES,
    command_of,
    extension_files,
    extensions_folder,
    is_ours,
)
from drawkit.errors import FileError
from drawkit.files.places import reason
from drawkit.files.writing import write_set

__all__ = ["install_extension", "uninstall_extension"]

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        help="Inkscape's folder of extensions, in place of the one that it names.",
        metavar="FOLDER",
        show_default=False,
    ),
]


def install_extension(
    to: To = None,
    program: Annotated[
        Path | None,
        typer.Option(help="The drawkit that Inkscape calls, in place of this one.", metavar="FILE"),
    ] = None,
) -> None:
    """Put drawkit into Inkscape's menu: Extensions > drawkit.

    drawkit inkscape install

    Files of that name that drawkit did not write are left alone. Inkscape shows it after a start.
    """
    from drawkit.styles import style_names

    folder = extensions_folder() if to is None else Path(os.path.expanduser(to))
    for path in _places(folder):
        if path.exists() and not is_ours(path):
            raise FileError(f"'{path}' is not drawkit's, and stays; move it away first")
    files = extension_files(command_of(program), list(style_names()))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make the folder '{folder}': {reason(error)}") from error
    write_set({folder / name: data for name, data in files.items()})
    tell(f"Extensions > drawkit is in '{folder}'; start Inkscape anew")


def uninstall_extension(to: To = None) -> None:
    """Take drawkit out of Inkscape's menu again."""
    folder = extensions_folder() if to is None else Path(os.path.expanduser(to))
    ours = [path for path in _places(folder) if is_ours(path)]
    if not ours:
        raise FileError(f"there is nothing of drawkit's in '{folder}'")
    for path in ours:
        try:
            path.unlink()
        except OSError as error:
            raise FileError(f"cannot remove '{path}': {reason(error)}") from error
    tell(f"Extensions > drawkit is gone from '{folder}'")


def _places(folder: Path) -> list[Path]:
    return [folder / name for name in NAMES]
