"""Palette files on the disk: read with care, written whole or not at all."""

from __future__ import annotations

import logging
from pathlib import Path

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.errors import FileError, InputError
from drawkit.files import read_bytes
from drawkit.files.writing import write_file
from drawkit.palettes._format import readable_suffixes, reader_for, writer_for
from drawkit.palettes._found import plain_name
from drawkit.palettes.extract import extract_swatches
from drawkit.palettes.picture import PictureFormat
from drawkit.pictures import read_pixels

__all__ = ["check_limit", "extract_palette", "read_palette", "write_palette"]

log = logging.getLogger("drawkit")


def read_palette(path: Path, *, limit: int = MAX_SWATCHES) -> Palette:
    """The palette in a file, known by what is in it, else by its suffix.

    limit: colours at most; a sprite with transparency has room for 255. Raises `InputError` for
    an unknown suffix, `FileError` for whatever is wrong with the file.
    """
    path = Path(path)
    known = path.suffix.lower() in readable_suffixes()
    data = read_bytes(path, (reader_for(path) if known else PictureFormat).max_bytes)
    kind = reader_for(path, data)
    try:
        palette = kind.read(data, _title(path))
    except InputError as error:
        named = reader_for(path)  # a file with a suffix of no palette is called that
        try:
            palette = named.read(data, _title(path))
        except InputError as own:  # the words of the format that the user sees in the name
            raise FileError(f"cannot read the palette '{path}': {own}") from error
    check_limit(palette, limit, str(path))
    return palette


def extract_palette(path: Path, count: int, *, limit: int = MAX_SWATCHES) -> Palette:
    """The `count` colours that stand best for a picture file, see `extract_swatches`."""
    path = Path(path)
    if not 1 <= count <= limit:
        raise InputError(f"1 to {limit} colours can be taken from '{path}', got {count}")
    data = read_bytes(path, PictureFormat.max_bytes)
    try:
        pixels = read_pixels(data, lambda note: log.warning("the picture '%s': %s", path, note))
        swatches = extract_swatches(pixels, count)
    except InputError as error:
        raise FileError(f"cannot take colours from '{path}': {error}") from error
    return Palette(_title(path), swatches)


def write_palette(palette: Palette, path: Path, *, overwrite: bool = False) -> None:
    """Write `palette` in the format that the suffix names.

    Raises `InputError` for an unknown suffix, `FileError` where the file exists (unless
    `overwrite`) or cannot be written.
    """
    path = Path(path)
    write_file(path, writer_for(path).write(palette), overwrite=overwrite)


def check_limit(palette: Palette, limit: int, given: str) -> None:
    """Raise `InputError` where `palette`, which the user gave as `given`, has too many colours."""
    if len(palette) > limit:
        raise InputError(f"'{given}' has {len(palette)} colours; allowed here: 1 to {limit}")


def _title(path: Path) -> str:
    return plain_name(path.stem.encode(errors="replace").decode()) or "palette"
