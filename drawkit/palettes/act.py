"""Adobe's colour tables: 256 x 3 bytes, and mostly the count and the transparent entry."""

from __future__ import annotations

import logging
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of

__all__ = ["ActFormat"]

log = logging.getLogger("drawkit")

_TABLE = 768
_NONE = 0xFFFF


@formats.register("act", config=FormatConfig)
class ActFormat(PaletteFormat):
    """Adobe colour table of Photoshop's indexed pictures; keeps no names."""

    suffixes: ClassVar[tuple[str, ...]] = (".act",)

    def matches(self, data: bytes) -> bool:
        """Whether a table of 256 is followed by a count that fits; a table alone says nothing."""
        count = int.from_bytes(data[_TABLE : _TABLE + 2], "big")
        return len(data) == _TABLE + 4 and 1 <= count <= 256

    def fits(self, data: bytes) -> bool:
        """Whether it is as long as a table is."""
        return len(data) in (_TABLE, _TABLE + 4)

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of an .act file, without its transparent entry."""
        if len(data) not in (_TABLE, _TABLE + 4):
            raise InputError(f"an .act file has 768 or 772 bytes, not {len(data)}")
        table: list[Swatch] = [(data[i], data[i + 1], data[i + 2]) for i in range(0, _TABLE, 3)]
        if len(data) == _TABLE:
            return palette_of(name, ((swatch, "") for swatch in _without_padding(table)))
        count = int.from_bytes(data[768:770], "big")
        transparent = int.from_bytes(data[770:772], "big")
        if not 1 <= count <= 256 and any(data[:_TABLE]):
            log.warning(
                "the palette says that it has %d colours; all of its table are taken", count
            )
            table = _without_padding(table)
            count = len(table)
        used = enumerate(table[:count])
        return palette_of(name, ((swatch, "") for at, swatch in used if at != transparent))

    def write(self, palette: Palette) -> bytes:
        """The bytes of an .act file, filled up with black, none of it transparent."""
        table = b"".join(map(bytes, palette.swatches)).ljust(_TABLE, b"\0")
        return table + len(palette).to_bytes(2, "big") + _NONE.to_bytes(2, "big")


def _without_padding(table: list[Swatch]) -> list[Swatch]:
    """Without a count, all 256 entries are there: drop what fills up the end."""
    used = len(table)
    while used > 1 and table[used - 1] in table[: used - 1]:
        used -= 1
    return table[:used]
