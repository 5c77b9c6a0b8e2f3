"""Pictures as palettes: a PNG strip with one pixel a colour is written, any picture is read."""

from __future__ import annotations

import io
import logging
from typing import ClassVar

from PIL import Image

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of
from drawkit.palettes.extract import swatches_in
from drawkit.pictures import read_pixels

__all__ = ["PictureFormat"]

log = logging.getLogger("drawkit")

_MAGIC = (b"\x89PNG\r\n", b"GIF8", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_BMP, _BMP_HEADERS = b"BM", (12, 40, 52, 56, 64, 108, 124)
"""What BMP begins with, and how long what follows its first 14 bytes is."""


@formats.register("picture", config=FormatConfig)
class PictureFormat(PaletteFormat):
    """PNG strip with one pixel a colour; reads any picture of at most 256 colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    also_reads: ClassVar[tuple[str, ...]] = (
        ".avif",
        ".bmp",
        ".gif",
        ".jpeg",
        ".jpg",
        ".ppm",
        ".qoi",
        ".tga",
        ".tif",
        ".tiff",
        ".webp",
    )
    max_bytes: ClassVar[int] = 1 << 28

    def matches(self, data: bytes) -> bool:
        """Whether it begins as one of the usual pictures."""
        avif = data[4:12] in (b"ftypavif", b"ftypavis")
        webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
        bmp = data[:2] == _BMP and int.from_bytes(data[14:18], "little") in _BMP_HEADERS
        return avif or webp or bmp or data.startswith(_MAGIC)

    def fits(self, data: bytes) -> bool:
        """Whether it can be opened as one of the pictures that have no mark of their own."""
        try:
            read_pixels(data)
        except InputError:
            return False
        return True

    def read(self, data: bytes, name: str) -> Palette:
        """The colours of a picture, line by line; what is wholly transparent is none."""
        found = swatches_in(
            read_pixels(data, lambda note: log.warning("the picture '%s': %s", name, note))
        )
        if not found:
            raise InputError("nothing is visible in it")
        if len(found) > MAX_SWATCHES:
            raise InputError(
                f"it holds {len(found)} different colours; allowed: 1 to {MAX_SWATCHES},"
                f" or take the best 16 of them with '@PICTURE:16'"
            )
        return palette_of(name, ((swatch, "") for swatch in found))

    def write(self, palette: Palette) -> bytes:
        """The bytes of a PNG, one pixel high."""
        strip = Image.frombytes("RGB", (len(palette), 1), b"".join(map(bytes, palette.swatches)))
        file = io.BytesIO()
        strip.save(file, "PNG")
        return file.getvalue()
