"""Colours in plain text: hex codes in the spellings that people use, and red green blue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drawkit.color import Swatch
from drawkit.errors import InputError
from drawkit.palettes._found import rgb_swatch, shown

__all__ = ["colors_in_lines"]

_BETWEEN = re.compile(r"[\s,;|]+")
_CODE = re.compile(r"(#|0x|&h|\$)?([0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE | re.ASCII)
_SHORT = re.compile(r"#([0-9a-f]{3,4})", re.IGNORECASE | re.ASCII)
_DECIMAL = re.compile(r"\d{1,9}", re.ASCII)
_QUOTES = "\"'`[]{}()"
_COMMENT = re.compile(r"\s*(;|//|--|/\*|#(?!\w))")
_FORMS = "rrggbb, #rrggbb, 0xrrggbb, #rgb, rrggbbaa or red green blue"


def colors_in_lines(
    lines: Sequence[str], *, alpha_first: bool | None = None
) -> list[tuple[Swatch, str]]:
    """The colours of a text with their names: one a line and its name, or several a line.

    alpha_first: whether codes of eight digits are aarrggbb, as in Paint.NET and in programs, or
    rrggbbaa, as in CSS; None: aarrggbb where all of them begin with ff and not all end so. What
    is wholly transparent is no colour. Raises `InputError` for a line that holds none.
    """
    found: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not _COMMENT.match(line):
            found += _of_line(line, number)
    long = [code for code, _ in found if len(code) == 8]
    if alpha_first is None:
        alpha_first = all(c[:2] == "ff" for c in long) and not all(c[-2:] == "ff" for c in long)
    opaque: list[tuple[Swatch, str]] = []
    for code, name in found:
        alpha, rgb = code[6:], code[:6]
        if len(code) == 8 and alpha_first:
            alpha, rgb = code[:2], code[2:]
        if alpha != "00":
            red, green, blue = bytes.fromhex(rgb)
            opaque.append(((red, green, blue), name))
    return opaque


def _of_line(line: str, number: int) -> list[tuple[str, str]]:
    """Codes of six or eight digits with their names."""
    words = [w for w in _BETWEEN.split(line.translate({ord(q): " " for q in _QUOTES})) if w]
    if len(words) >= 3 and all(_DECIMAL.fullmatch(word) for word in words[:3]):
        code = bytes(rgb_swatch(words[:3], line, number)).hex()
        fourth = words[3] if len(words) > 3 and _DECIMAL.fullmatch(words[3]) else ""
        return [] if fourth and not int(fourth) else [(code, " ".join(words[3 + bool(fourth) :]))]
    codes = [_code(word) for word in words]
    several = [code for code in codes if code is not None]
    if words and len(several) == len(codes):
        return [(code, "") for code in several]
    if words and codes[0] is not None:
        return [(codes[0], " ".join(words[1:]))]
    raise InputError(f"line {number}: {shown(line.strip())} is no colour; allowed: {_FORMS}")


def _code(word: str) -> str | None:
    """Six or eight lower-case digits; None where it is no colour."""
    if match := _CODE.fullmatch(word):
        return match[2].lower()
    if match := _SHORT.fullmatch(word):
        return "".join(2 * digit for digit in match[1].lower())
    return None
