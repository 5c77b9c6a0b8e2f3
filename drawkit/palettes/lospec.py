"""What https://lospec.com/palette-list/NAME.json answers with."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import hex_swatch, palette_of, shown, text_lines, text_start

__all__ = ["LospecFormat"]


@formats.register("lospec", config=FormatConfig)
class LospecFormat(PaletteFormat):
    """Lospec's JSON: name, author and hex codes; keeps no names of colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def matches(self, data: bytes) -> bool:
        """Whether it is JSON."""
        return text_start(data).startswith(("{", "["))

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of a .json file; a bare list of codes is understood too."""
        content = _parse("\n".join(text_lines(data)))
        if isinstance(content, list):
            content = {"colors": content}
        codes = content.get("colors") if isinstance(content, dict) else None
        if not isinstance(codes, list):
            raise InputError("Lospec's JSON is an object with a list 'colors'")
        found: list[tuple[Swatch, str]] = []
        for number, code in enumerate(codes, start=1):
            swatch = hex_swatch(code) if isinstance(code, str) else None
            if swatch is None:
                given = shown(str(code)) if isinstance(code, str) else "not text"
                raise InputError(f"colour {number} is {given}; allowed: rrggbb")
            found.append((swatch, ""))
        return palette_of(_text(content, "name") or name, found, author=_text(content, "author"))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a .json file."""
        codes = [code[1:] for code in palette.codes]
        content = {"name": palette.name, "author": palette.author, "colors": codes}
        return (json.dumps(content, ensure_ascii=False) + "\n").encode()


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
