"""Emoji and symbols read by their English names: `🐱🌈` is a cat face and a rainbow.

The names are Unicode's (CLDR), as `training.emoji` wrote them to `cldr/names.txt.gz`.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from functools import cache
from pathlib import Path

__all__ = ["spelled"]

NAMES = Path(__file__).with_name("cldr") / "names.txt.gz"
_TONES = "\U0001f3fb-\U0001f3ff"
_STYLES = "\ufe0e\ufe0f"
"""Variation selectors: whether a character is shown as text or in colour."""
_JOINER = "\u200d"
_SYMBOLS = ("So", "Sm", "Sc")
_AS_TYPED = frozenset("©®™°¬±\u00d7÷¢£¥€¦")
"""Symbols of ordinary text, which stay where no selector makes emoji of them."""
_LETTERS = "\U0001f1e6-\U0001f1ff"
_TAGS = "\U000e0020-\U000e007f"

_UNREAD = re.compile(f"[{_STYLES}{_TONES}]")
_RUN = re.compile(
    rf"[0-9#*]{_STYLES[1]}?\u20e3|[{_LETTERS}][{_LETTERS}]?|"
    rf"(?:.[{_STYLES}{_TONES}{_TAGS}]*)(?:{_JOINER}.[{_STYLES}{_TONES}{_TAGS}]*)*",
    re.DOTALL,
)
"""What is read as one: a keycap, a flag, or characters that joiners hold together."""


def spelled(text: str) -> str:
    """`text` with the names of the emoji and symbols in it; without any, as it is.

    Skin tones and the style of showing are not read. What no name is known for is left out.
    """
    if text.isascii():
        return text
    pieces: list[tuple[bool, str]] = []
    for match in _RUN.finditer(text):
        names = _names(match[0])
        if names is None:
            pieces.append((False, _UNREAD.sub("", match[0])))
        else:
            pieces += ((True, name) for name in names)
    return _joined(pieces)


def _joined(pieces: list[tuple[bool, str]]) -> str:
    """The pieces as one text: names stand apart from words, and `and` between two of them."""
    told, after_name = "", False
    for is_name, piece in pieces:
        if is_name:
            gap = " and " if after_name else " " if told[-1:].strip() else ""
            told, after_name = f"{told.rstrip() if after_name else told}{gap}{piece}", True
        elif after_name and piece.isspace():
            told += piece
        else:
            wide = after_name and piece.isalnum() and told[-1:].strip()
            told, after_name = f"{told}{' ' if wide else ''}{piece}", False
    return told


def _names(run: str) -> list[str] | None:
    """The names of one run, none or more; None where it is ordinary text."""
    plain = _UNREAD.sub("", run)
    if (run[0] in _AS_TYPED and _STYLES[1] not in run) or not plain:
        return None if plain else []
    known = _known()
    if plain in known:
        return [known[plain]]
    if len(plain) > 1:
        parts = re.split(f"{_JOINER}|(?<=[{_LETTERS}])", re.sub(f"[{_TAGS}]", "", plain))
        found = [_names(part) for part in parts if part]
        return None if None in found else [name for names in found for name in names or ()]
    if unicodedata.category(plain) not in _SYMBOLS or plain.isascii():
        return None
    name = unicodedata.name(plain, "").lower()
    return [re.sub(r"^(black|white|heavy) ", "", name)] if name else []


@cache
def _known() -> dict[str, str]:
    """Characters, without selectors and tones -> their name."""
    lines = gzip.decompress(NAMES.read_bytes()).decode().splitlines()
    return dict(line.split("\t") for line in lines)
