"""From what stands in a file to a palette: text lines, plain names, every colour once."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata
from collections.abc import Iterable

from drawkit.color import MAX_SWATCHES, Palette, Swatch
from drawkit.errors import InputError

__all__ = [
    "hex_swatch",
    "is_text",
    "palette_of",
    "plain_name",
    "rgb_swatch",
    "shown",
    "text_lines",
    "text_start",
]

log = logging.getLogger("drawkit")

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(r"[\0-\x08\x0e-\x19\x1b-\x1f]")
_HEX = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)
_NAME_LENGTH = 200
_SHOWN_LENGTH = 40


def palette_of(
    name: str, found: Iterable[tuple[Swatch, str]], *, author: str = "", source: str = ""
) -> Palette:
    """The palette of colours and their names as they stand in a file.

    A colour that comes again is dropped with a notice; a name that only repeats the colour's
    code counts as none. Raises `InputError` for no colour, or more than 256 different ones.
    """
    names: dict[Swatch, str] = {}
    doubles = 0
    for swatch, label in found:
        if swatch in names:
            doubles += 1
        else:
            names[swatch] = _own_name(swatch, label)
    if not names:
        raise InputError("it holds no colour")
    if len(names) > MAX_SWATCHES:
        raise InputError(f"it holds {len(names)} different colours; allowed: 1 to {MAX_SWATCHES}")
    name = plain_name(name)
    if doubles:
        log.warning("palette '%s': merged %d repeated colours", name, doubles)
    labels = tuple(names.values()) if any(names.values()) else ()
    return Palette(name, tuple(names), labels, plain_name(author), plain_name(source))


def plain_name(text: str) -> str:
    """`text` on one line, without control characters, cut where it is longer than any name."""
    kept = "".join(" " if _breaks(char) else char for char in text)
    return " ".join(kept.split())[:_NAME_LENGTH].rstrip()


def text_lines(data: bytes) -> list[str]:
    """The lines of a text file: UTF-8 or 16, else Latin-1 as old programs wrote it."""
    text = _decoded(data)
    if "\0" in text:
        raise InputError("it is not text")
    # Ctrl-Z ended the files of DOS; some editors still write it.
    return text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def text_start(data: bytes) -> str:
    """What the first line of a text file says, nothing where it is none."""
    return next(iter(_decoded(data[:1024]).lstrip().splitlines()), "").rstrip()


def is_text(data: bytes) -> bool:
    """Whether there is anything in it, and no character that text does not have."""
    return bool(data) and not _CONTROL.search(_decoded(data))


def _decoded(data: bytes) -> str:
    """As text, whatever it is."""
    if encoding := _utf_16(data):
        return data.decode(encoding, "replace")
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf_16(data: bytes) -> str:
    """Which UTF-16 it is: by its mark, or as every other byte is zero and the others are text."""
    if data.startswith(_UTF_16):
        return "utf-16"
    begin = data[:64]
    for at, encoding in ((0, "utf-16-le"), (1, "utf-16-be")):
        said, zeros = begin[at::2].decode("latin-1"), begin[1 - at :: 2]
        if len(begin) >= 8 and not any(zeros) and not _CONTROL.search(said):
            return encoding
    return ""


def rgb_swatch(parts: Iterable[str], line: str, number: int) -> Swatch:
    """Three decimal numbers that stand in line `number`, as a colour."""
    red, green, blue = (int(part) for part in parts)
    if max(red, green, blue) > 255:
        raise InputError(f"line {number}: {shown(line)} is no colour; allowed: 0 to 255")
    return red, green, blue


def hex_swatch(text: str) -> Swatch | None:
    """`rrggbb` or `#rrggbb` as a colour; None where it is neither."""
    match = _HEX.fullmatch(text)
    if match is None:
        return None
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue


def shown(text: str) -> str:
    """A piece of a file, quoted for an error message and no longer than that can bear."""
    return repr(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}...")


def _own_name(swatch: Swatch, label: str) -> str:
    label = plain_name(label)
    # "Untitled" is what GIMP writes for a colour without a name.
    return "" if label == "Untitled" or hex_swatch(label) == swatch else label


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
