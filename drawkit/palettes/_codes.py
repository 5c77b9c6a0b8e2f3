"""Colours in plain text: hex codes in the spellings that people use, CSS, and red green blue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drawkit.color import Swatch, format_hex, parse_color
from drawkit.errors import InputError
from drawkit.palettes._found import is_text, rgb_swatch, shown

__all__ = ["code_of", "colors_in_lines", "split_colors"]

Code = tuple[str, str]
"""Six or eight lower-case digits, and a name."""

_BETWEEN = re.compile(r"[\s,;|]+")
_COMMAS = re.compile(r"\s*[,;|](?![^(]*\))\s*")
_CODE = re.compile(r"(#|0x|&h|\$)?([0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE | re.ASCII)
_SHORT = re.compile(r"(#)?([0-9a-f]{3,4})", re.IGNORECASE | re.ASCII)
_DECIMAL = re.compile(r"\d{1,9}", re.ASCII)
_QUOTES = str.maketrans(dict.fromkeys("\"'`[]{}", " "))
_TUPLE = re.compile(r"(?<!\w)\(([^()]*)\)")
_REMARKS = (";", "//", "--", "#")
# A # before a word that cannot be meant as a code begins a remark: "#colours", but not "#2c213g".
_COMMENT = re.compile(r"\s*(;|//|--(?!\w)|#(?=[^\W\d]*[g-z_])[^\W\d]*\b|#(?!\w))", re.IGNORECASE)
_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_FORMS = "rrggbb, #rrggbb, 0xrrggbb, #rgb, rrggbbaa, red green blue or a CSS name"


def colors_in_lines(
    lines: Sequence[str], *, alpha_first: bool | None = None
) -> list[tuple[Swatch, str]]:
    """The colours of a text with their names: one a line and its name, or several a line.

    alpha_first: whether codes of eight digits are aarrggbb, as in Paint.NET and in programs, or
    rrggbbaa, as in CSS; None: as they look. What is wholly transparent is no colour. Raises
    `InputError` for a line that holds none.
    """
    found: list[Code] = []
    text = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), "\n".join(lines))
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not _COMMENT.match(line):
            found += _of_line(line, number)
    if alpha_first is None:
        alpha_first = _alpha_first([code for code, _ in found if len(code) == 8])
    opaque: list[tuple[Swatch, str]] = []
    for code, name in found:
        alpha, rgb = code[6:], code[:6]
        if len(code) == 8 and alpha_first:
            alpha, rgb = code[:2], code[2:]
        if alpha != "00":
            red, green, blue = bytes.fromhex(rgb)
            opaque.append(((red, green, blue), name))
    return opaque


def split_colors(text: str) -> list[str]:
    """The parts of a list in one line: between commas, or codes between spaces."""
    text = _plain(text).strip()
    words = text.split()
    if len(words) > 1 and all(map(code_of, words)):
        return words
    return [part for part in _COMMAS.split(text) if part]


def code_of(word: str) -> str | None:
    """Six or eight lower-case digits of `rrggbb`, `0xrrggbb`, `#rgb`...; None for what is none."""
    if match := _CODE.fullmatch(word):
        return match[2].lower()
    match = _SHORT.fullmatch(word)
    return "".join(2 * digit for digit in match[2].lower()) if match and match[1] else None


def _of_line(line: str, number: int) -> list[Code]:
    text = _plain(line)
    words = [word for word in _BETWEEN.split(text) if word]
    if len(words) >= 3 and all(map(_DECIMAL.fullmatch, words[:3])):
        return _of_decimals(words, line.strip(), number)
    codes = [code for code in map(code_of, words) if code is not None]
    if len(codes) > 1 and _are_all(codes, words):
        return [(code, "") for code in codes]
    if words and all(map(_SHORT.fullmatch, words)):
        return [(code_of(f"#{word.lstrip('#')}") or "", "") for word in words]
    parts = split_colors(text)
    # Of two parts one is the other's name: "#000000, black".
    if (len(parts) > 2 or not codes) and (listed := _of_css(parts)):
        return listed
    if len(codes) == 1 and code_of(words[0]):
        return [(codes[0], _name(words[1:]))]
    if len(codes) == 1 and code_of(words[-1]):
        return [(codes[0], _name(words[:-1]))]
    if not is_text(line.encode("utf-8", "replace")):
        raise InputError("it is not text")
    raise InputError(f"line {number}: {shown(line.strip())} is no colour; allowed: {_FORMS}")


def _of_decimals(words: Sequence[str], line: str, number: int) -> list[Code]:
    """`red green blue name`, `red green blue alpha name`, or several colours without names."""
    size = next((size for size in (3, 4) if len(words) % size == 0), 0)
    if len(words) > size > 0 and all(map(_DECIMAL.fullmatch, words)):
        groups = [words[at : at + size] for at in range(0, len(words), size)]
        return [found for group in groups for found in _of_decimals(group, line, number)]
    code = bytes(rgb_swatch(words[:3], line, number)).hex()
    fourth = words[3] if len(words) > 3 and _DECIMAL.fullmatch(words[3]) else ""
    if fourth and not int(fourth):
        return []
    return [(code, _name(words[3 + bool(fourth) :]))]


def _of_css(parts: Sequence[str]) -> list[Code]:
    """`#f00`, `black` and `rgb(1, 2, 3)` as codes; none where a part is no colour."""
    found: list[Code] = []
    for part in parts:
        try:
            code = code_of(part) or format_hex(parse_color(part))[1:]
        except InputError:
            return []
        found.append((code, ""))
    return found


def _are_all(codes: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the codes are all that a line says, but for `NAME =` or a remark around them."""
    start = next(at for at, word in enumerate(words) if code_of(word))
    end = start + len(codes)
    if list(map(code_of, words[start:end])) != list(codes):
        return False
    before, behind = words[start - 1] if start else "=", words[end] if end < len(words) else "#"
    return before.endswith((":", "=", "(")) and behind.startswith((*_REMARKS, ")"))


def _alpha_first(codes: Sequence[str]) -> bool:
    """Whether codes of eight digits look like aarrggbb.

    An alpha is mostly the same everywhere, and mostly ff; where both ends look so, it is rrggbbaa.
    """
    first, last = (
        (len({*ends, "00"}) == 2, ends.count("ff"))
        for ends in ([code[:2] for code in codes], [code[6:] for code in codes])
    )
    return first > last


def _plain(line: str) -> str:
    """Without quotes, brackets, and parentheses but those of functions."""
    return _TUPLE.sub(r" \1 ", line.translate(_QUOTES))


def _name(words: Sequence[str]) -> str:
    """The name of a colour, without the signs that set it off."""
    return " ".join(words).strip("#;/-:= \t")
