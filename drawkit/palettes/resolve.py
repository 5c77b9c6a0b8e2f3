"""What a user writes after `--palette`: a name, a file, or a picture with a number."""

from __future__ import annotations

import os
import re
from pathlib import Path

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.errors import InputError
from drawkit.palettes._format import readable_suffixes
from drawkit.palettes.catalog import builtin_palette, is_builtin
from drawkit.palettes.files import check_limit, extract_palette, read_palette

__all__ = ["resolve_palette"]

_PICTURE = re.compile(r"@(.+?)(?::(\d{1,9}))?", re.ASCII | re.DOTALL)


def resolve_palette(text: str, *, limit: int = MAX_SWATCHES) -> Palette:
    """The palette that `text` means.

    `pico8` is built in (in any spelling), `mine.gpl` is a file, `@photo.png:16` takes 16
    colours from a picture and `@strip.png` all it has. limit: colours at most; 255 leaves room
    for transparency. Raises `InputError`.
    """
    if text.startswith("@"):
        match = _PICTURE.fullmatch(text)
        if match is None:
            raise InputError(f"'{text}' names no picture; give @PICTURE or @PICTURE:16")
        path = Path(match[1]).expanduser()
        if match[2] is None:
            return read_palette(path, limit=limit)
        return extract_palette(path, int(match[2]), limit=limit)
    if not _is_path(text):
        palette = builtin_palette(text)
        check_limit(palette, limit, text)
        return palette
    return read_palette(Path(text).expanduser(), limit=limit)


def _is_path(text: str) -> bool:
    """Whether `text` is meant as a file: by a folder or suffix in it, or as it is there."""
    if "/" in text or os.sep in text:
        return True
    if is_builtin(text):
        return False
    if Path(text).suffix.lower() in readable_suffixes():
        return True
    return os.path.isfile(text)
