"""Palettes: built in, in the files of drawing programs, or taken from a picture.

    resolve_palette("pico8")            # built in, in any spelling
    resolve_palette("mine.gpl")         # a file
    resolve_palette("@photo.png:16")    # 16 colours of a picture

A new format is one file here: a class with `suffixes`, `read` and `write` under
`@formats.register`. A new palette is one .gpl file in `builtin/`.
"""

from __future__ import annotations

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.palettes._format import (
    PaletteFormat,
    formats,
    readable_suffixes,
    reader_for,
    writable_suffixes,
    writer_for,
)
from drawkit.palettes.catalog import builtin_names, builtin_palette
from drawkit.palettes.extract import extract_swatches
from drawkit.palettes.files import extract_palette, read_palette, write_palette
from drawkit.palettes.resolve import resolve_palette

__all__ = [
    "MAX_SWATCHES",
    "Palette",
    "PaletteFormat",
    "builtin_names",
    "builtin_palette",
    "extract_palette",
    "extract_swatches",
    "formats",
    "read_palette",
    "readable_suffixes",
    "reader_for",
    "resolve_palette",
    "writable_suffixes",
    "write_palette",
    "writer_for",
]
