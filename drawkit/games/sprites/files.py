"""A sheet on disk: its picture, and beside it the files that say where the frames lie."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from drawkit.errors import InputError
from drawkit.export._chunks import indexed_png, with_text
from drawkit.export._indexed import transparent_first
from drawkit.files.writing import write_set
from drawkit.games.sprites import Sheet, SheetFormat

__all__ = ["save_sheet", "sheet_png"]


def sheet_png(sheet: Sheet) -> bytes:
    """The picture as a PNG: indices where the sheet has them, else RGBA with its hidden colours."""
    if sheet.grid is not None:
        grid = transparent_first(sheet.grid)
        pictures = [(grid.indices, 0)]
        png = indexed_png(pictures, grid.palette, transparent=grid.transparent is not None)
    else:
        file = io.BytesIO()
        Image.fromarray(sheet.pixels).save(file, "PNG", optimize=True)
        png = file.getvalue()
    return with_text(png, sheet.metadata)


def save_sheet(
    sheet: Sheet,
    path: Path,
    formats: Sequence[SheetFormat] = (),
    beside: Mapping[Path, bytes] = MappingProxyType({}),
) -> list[Path]:
    """Write the picture to `path`, a .png, and beside it one file of each format; returns all.

    `game.png` with `.json` gives `game.json`, which names the picture `game.png`: the files can
    be moved together. All are written or none, replacing what is there,
    and with them what else is to lie `beside` it.
    """
    if path.suffix.lower() != ".png":
        raise InputError(f"a sheet is written as .png, got '{path}'")
    texts = [(f.suffix, f.text(sheet, path.name)) for f in formats]
    paths = [path, *(path.with_name(path.stem + suffix) for suffix, _ in texts)]
    if len(set(paths)) < len(paths):
        raise InputError("two files of the sheet would have one name; give each format once")
    contents = [sheet_png(sheet), *(text.encode("utf-8") for _, text in texts)]
    write_set({**dict(zip(paths, contents, strict=True)), **beside})
    return [*paths, *beside]
