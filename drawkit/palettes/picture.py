"""Pictures as palettes: a PNG strip with one pixel a colour is written, any picture is read."""

from __future__ import annotations

import io
import warnings
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import MAX_SWATCHES, Palette
from drawkit.errors import InputError
from drawkit.palettes._format import FormatConfig, PaletteFormat, formats
from drawkit.palettes._found import palette_of
from drawkit.palettes.extract import swatches_in

__all__ = ["MAX_PIXELS", "PictureFormat", "read_pixels"]

MAX_PIXELS = 1 << 26
"""Pixels of a picture at most, 8192 x 8192: a file of a few bytes can claim far more."""

_MAGIC = (b"\x89PNG\r\n", b"GIF8", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_BMP, _BMP_HEADERS = b"BM", (12, 40, 52, 56, 64, 108, 124)
"""What BMP begins with, and how long what follows its first 14 bytes is."""

# Pillow reads more, some of it by starting other programs.
_KINDS = ("PNG", "GIF", "BMP", "JPEG", "WEBP", "TIFF", "TGA")


@formats.register("picture", config=FormatConfig)
class PictureFormat(PaletteFormat):
    """PNG strip with one pixel a colour; reads any picture of at most 256 colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    also_reads: ClassVar[tuple[str, ...]] = (
        ".bmp",
        ".gif",
        ".jpeg",
        ".jpg",
        ".tga",
        ".tif",
        ".tiff",
        ".webp",
    )
    max_bytes: ClassVar[int] = 1 << 28

    def matches(self, data: bytes) -> bool:
        """Whether it begins as one of the usual pictures."""
        webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
        bmp = data[:2] == _BMP and int.from_bytes(data[14:18], "little") in _BMP_HEADERS
        return webp or bmp or data.startswith(_MAGIC)

    def fits(self, data: bytes) -> bool:
        """Whether it can be opened as one of the pictures that have no mark of their own."""
        try:
            read_pixels(data)
        except InputError:
            return False
        return True

    def read(self, data: bytes, name: str) -> Palette:
        """The colours of a picture, line by line; what is wholly transparent is none."""
        found = swatches_in(read_pixels(data))
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


def read_pixels(data: bytes) -> npt.NDArray[np.uint8]:
    """The first frame of a picture file as straight RGBA, [H, W, 4]. Raises `InputError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked here, and broken tags are no news
            with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                width, height = image.size
                if width * height <= MAX_PIXELS:
                    return np.asarray(_eight_bits(image).convert("RGBA"))
    except Image.DecompressionBombError:
        width = height = 0
    except Exception as error:  # Pillow's decoders raise whatever their bytes lead them into
        said = str(error).split(" <_io")[0] or type(error).__name__
        raise InputError(f"it is no picture that can be read: {said}") from error
    size = f"{width} x {height}" if width else "too many"
    raise InputError(f"it claims {size} pixels; allowed: {MAX_PIXELS} in all")


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits scaled down: Pillow itself would cut off what is above 255."""
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
