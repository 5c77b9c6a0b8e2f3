"""What a user writes after `--palette`: a name, a file, a picture with a number, or colours."""

from __future__ import annotations

import os
import re
from pathlib import Path

from drawkit.color import MAX_SWATCHES, Palette, Swatch, parse_color
from drawkit.errors import InputError
from drawkit.files import expanded
from drawkit.palettes._codes import code_of, split_colors
from drawkit.palettes._format import readable_suffixes
from drawkit.palettes._found import palette_of, plain_name, shown
from drawkit.palettes.catalog import builtin_palette, is_builtin
from drawkit.palettes.files import check_limit, extract_palette, read_palette

__all__ = ["resolve_palette"]

_LOSPEC = re.compile(
    r"(?:(?:https?://)?(?:www\.)?lospec\.com/palette-list/|lospec-palette://)([\w-]+?)"
    r"(?:(?:-\d+x)?\.\w+)?/?(?:[?#].*)?",
    re.ASCII | re.IGNORECASE,
)
_LINK = re.compile(r"[a-z][a-z0-9+.-]+://.*|(www\.)?lospec\.com(/.*)?", re.IGNORECASE | re.DOTALL)
_BARE_SHORT = re.compile(r"[0-9a-f]{3}", re.IGNORECASE | re.ASCII)
_LONGEST = 40
"""Characters of the longest way to write a colour."""
_PICTURE = re.compile(r"@(.+?)(?::(\d{1,9}))?", re.ASCII | re.DOTALL)


def resolve_palette(text: str, *, limit: int = MAX_SWATCHES) -> Palette:
    """The palette that `text` means.

    `pico8` is built in (in any spelling), `mine.gpl` is a file, `@photo.png:16` takes 16
    colours from a picture and `@strip.png` all it has; `#f00,#0f0,black` are the colours
    themselves, and a link to lospec.com means what is built in of that name. limit: colours at
    most; 255 leaves room for transparency. Raises `InputError`.
    """
    if text.startswith("@"):
        match = _PICTURE.fullmatch(text)
        if match is None:
            raise InputError(f"'{text}' names no picture; give @PICTURE or @PICTURE:16")
        path = expanded(match[1])
        if match[2] is None:
            return read_palette(path, limit=limit)
        return extract_palette(path, int(match[2]), limit=limit)
    if link := _LOSPEC.fullmatch(text.strip()):
        return _of_lospec(link[1], limit)
    if _LINK.fullmatch(text.strip()):
        raise InputError(
            f"{shown(text)} is a link, and drawkit fetches nothing; download the palette and give "
            "the file"
        )
    if _is_path(text):
        return read_palette(expanded(text), limit=limit)
    if not is_builtin(text) and (swatches := _colors(text)):
        palette = palette_of("colors", ((swatch, "") for swatch in swatches))
    else:
        palette = builtin_palette(text)
    check_limit(palette, limit, plain_name(text))
    return palette


def _of_lospec(name: str, limit: int) -> Palette:
    """The palette of a link to lospec.com, where it is built in; nothing is fetched."""
    if not is_builtin(name):
        raise InputError(
            f"{shown(name)} is not built in and drawkit fetches nothing; "
            f"download it from lospec.com and give the file: --palette {name[:_LONGEST]}.gpl"
        )
    palette = builtin_palette(name)
    check_limit(palette, limit, name)
    return palette


def _colors(text: str) -> list[Swatch]:
    """The colours of a list between commas or spaces, none where it is no such list."""
    parts = _named(text.split()) or split_colors(text)
    if (
        not _named(parts)
        and len(parts) < 2
        and not (parts and code_of(parts[0]))
        and not text.lstrip().startswith("#")
    ):
        return []
    short = all(map(_BARE_SHORT.fullmatch, parts))
    found = [parse_color(_marked(part, short=short)) for part in parts]
    if pale := [part for part, rgba in zip(parts, found, strict=True) if rgba[3] < 1]:
        raise InputError(f"colours of a palette are opaque, '{plain_name(pale[0])}' is not")
    return [
        (round(255 * red), round(255 * green), round(255 * blue)) for red, green, blue, _ in found
    ]


def _named(words: list[str]) -> list[str]:
    """The words, where each is the CSS name of a colour."""
    try:
        return words if all(word.isalpha() and parse_color(word) for word in words) else []
    except InputError:
        return []


def _marked(part: str, *, short: bool) -> str:
    """One colour as `parse_color` takes it: with the # that it lacks."""
    if short:
        return f"#{part}"
    if code := code_of(part):
        return f"#{code}"
    if len(part) > _LONGEST:
        raise InputError(f"{shown(part)} is no colour")
    return part


def _is_path(text: str) -> bool:
    """Whether `text` is meant as a file: by a folder or suffix in it, or as it is there."""
    if "/" in text or os.sep in text:
        return True
    if is_builtin(text):
        return False
    if Path(text).suffix.lower() in readable_suffixes():
        return True
    return os.path.isfile(text)
