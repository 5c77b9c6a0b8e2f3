"""Adobe's swatch exchange files, between Photoshop, Illustrator and InDesign.

Adobe never published the format; this follows what others found in the files of its programs
(https://dotclue.org/archive/2013/06/004258), and the ranges that After Effects' scripting guide
gives for `parseSwatchFile`.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from typing import ClassVar

from drawkit.color import Palette, Swatch
from drawkit.errors import InputError
from drawkit.palettes._fields import Fields
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of, plain_name, shown
from drawkit.palettes._spaces import from_cmyk, from_gray, from_lab, from_rgb

__all__ = ["AseFormat"]

log = logging.getLogger("drawkit")

_MAGIC, _VERSION = b"ASEF", b"\0\1\0\0"
_GROUP, _GROUP_END, _COLOR = 0xC001, 0xC002, 0x0001
_GLOBAL = 0
_ASEPRITE = b"\xe0\xa5"
"""Where a drawing of Aseprite, which shares the suffix, has its own magic number."""


@formats.register("ase", config=FormatConfig)
class AseFormat(PaletteFormat):
    """Adobe swatch exchange, with names; CMYK and Lab are converted."""

    suffixes: ClassVar[tuple[str, ...]] = (".ase",)

    def matches(self, data: bytes) -> bool:
        """Whether it begins as swatch files do, or is the drawing that shares their suffix."""
        return data.startswith(_MAGIC) or (data[4:6] == _ASEPRITE and b"\0" in data[:16])

    def read(self, data: bytes, name: str) -> Palette:
        """The palette in the bytes of an .ase file; its first group gives the name."""
        if data[4:6] == _ASEPRITE:
            raise InputError("it is a drawing of Aseprite; export its palette there, as .gpl")
        fields = Fields(data)
        if fields.take(4) != _MAGIC:
            raise InputError(f"an Adobe swatch file begins with 'ASEF', not {shown(str(data[:4]))}")
        fields.take(len(_VERSION))
        title = ""
        found: list[tuple[Swatch, str]] = []
        for kind, block in _blocks(fields):
            if kind == _GROUP and not title:
                title = block.text(block.u16())
            elif kind == _COLOR:
                label = block.text(block.u16())
                found.append((_color(block), label))
        return palette_of(title or name, found)

    def write(self, palette: Palette) -> bytes:
        """The bytes of an .ase file: one group of global RGB colours."""
        names = palette.swatch_names or ("",) * len(palette)
        blocks = [_block(_GROUP, _text(palette.name))]
        for swatch, code, name in zip(palette.swatches, palette.codes, names, strict=True):
            values = struct.pack(">4s3fH", b"RGB ", *(v / 255 for v in swatch), _GLOBAL)
            blocks.append(_block(_COLOR, _text(name or code) + values))
        blocks.append(_block(_GROUP_END, b""))
        return _MAGIC + _VERSION + struct.pack(">I", len(blocks)) + b"".join(blocks)


def _blocks(fields: Fields) -> Iterator[tuple[int, Fields]]:
    """Kind and content of each block that is there, whatever number the header says."""
    said, there = fields.u32(), 0
    while fields.left and (there < said or _is_block(fields.rest)):
        kind = fields.u16()
        yield kind, Fields(fields.take(fields.u32()))
        there += 1
    if there != said:
        log.warning("the palette says that it has %d blocks, and it has %d", said, there)


def _is_block(rest: bytes) -> bool:
    """Whether what follows the last block that was counted is one too, and whole."""
    kind, size = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:6], "big")
    return kind in (_GROUP, _GROUP_END, _COLOR) and 6 + size <= len(rest)


def _color(block: Fields) -> Swatch:
    model = block.take(4)
    if model == b"RGB ":
        return from_rgb(block.f32(), block.f32(), block.f32())
    if model == b"CMYK":
        return from_cmyk(block.f32(), block.f32(), block.f32(), block.f32())
    if model == b"LAB ":
        return from_lab(100 * block.f32(), block.f32(), block.f32())
    if model.upper() == b"GRAY":
        return from_gray(block.f32())
    raise InputError(f"a colour is of model {shown(str(model))}; allowed: RGB, CMYK, LAB, Gray")


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def _text(text: str) -> bytes:
    """UTF-16 with a closing zero, after the count of units."""
    units = f"{plain_name(text)}\0".encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units
