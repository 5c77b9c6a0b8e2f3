"""What https://lospec.com/palette-list/NAME.json answers with."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from drawkit.color import Palette
from drawkit.errors import InputError
from drawkit.palettes._codes import code_of, colors_in_lines
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, shown, text_lines, text_start

__all__ = ["LospecFormat"]

_JSON = re.compile(r'[\[{]\s*(["\[{\]}]|$)')


@formats.register("lospec", config=FormatConfig)
class LospecFormat(PaletteFormat):
    """Lospec's JSON: name, author and hex codes; keeps no names of colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def matches(self, data: bytes) -> bool:
        """Whether it begins as JSON does, and not as another program's list in brackets."""
        return _JSON.match(text_start(data)) is not None

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .json file; a bare list of codes is understood too."""
        content = _parse("\n".join(text_lines(data)))
        if isinstance(content, list):
            content = {"colors": content}
        codes = content.get("colors") if isinstance(content, dict) else None
        if not isinstance(codes, list):
            raise InputError("Lospec's JSON is an object with a list 'colors'")
        lines = [_line(code, number) for number, code in enumerate(codes, start=1)]
        found = colors_in_lines(lines)
        return palette_of(_text(content, "name") or name, found, author=_text(content, "author"))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .json file."""
        codes = [code[1:] for code in palette.codes]
        content = {"name": palette.name, "author": palette.author, "colors": codes}
        return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def _line(color: Any, number: int) -> str:
    """One colour, a code or three numbers, as a text file has it."""
    if isinstance(color, list) and len(color) in (3, 4):
        if not all(type(value) is int and 0 <= value <= 255 for value in color):
            raise InputError(f"colour {number} holds what is no number 0 to 255")
        return " ".join(map(str, color))
    if not isinstance(color, str):
        raise InputError(f"colour {number} is not text; allowed: rrggbb")
    if code_of(color.strip()) is None:
        raise InputError(f"colour {number} is {shown(color)}; allowed: rrggbb")
    return color


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InputError("it is JSON nested too deep to be a palette") from error
    except ValueError as error:
        raise InputError(f"it is not JSON: {error}") from error


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key, "")
    return value if isinstance(value, str) else ""
