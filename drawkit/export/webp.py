"""WebP without loss: every frame with its exact duration.

Pillow packs each frame; the file around them is written here (RFC 9649), because the library
joins equal frames.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from drawkit.errors import BackendError, InputError
from drawkit.export import exporters
from drawkit.export._changes import Pixels, changed_box
from drawkit.export._frames import Pictures
from drawkit.export._indexed import pictures, scale_for
from drawkit.export._picture import PictureExporter
from drawkit.export._xmp import xmp_packet
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Scene
from drawkit.scene.cells import cell_size
from drawkit.scene.film import Film, whole_times

__all__ = ["MAX_WEBP_SIZE", "WebpConfig", "WebpExporter", "webp_bytes"]

MAX_WEBP_SIZE = 16383
"""Longest side in px that the format has bits for."""

_XMP_FLAG, _ANIMATION_FLAG, _ALPHA_FLAG = 0x04, 0x02, 0x10
_REPLACE = 0x02  # no blending over the frame before; disposal: none


@dataclass(frozen=True)
class WebpConfig:
    """Nothing to set: size and scale are those of the PNG."""


@exporters.register("webp", config=WebpConfig)
class WebpExporter(PictureExporter):
    """Lossless WebP, small and animated; of all but cells alone the picture that PNG shows."""

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)

    @classmethod
    def require(cls) -> None:
        """`BackendError` where Pillow was built without WebP."""
        Image.init()
        if "WEBP" not in Image.SAVE:
            raise BackendError("this Pillow has no WebP; install the wheel of PyPI or write .apng")

    def encoded(self, film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `webp_bytes`."""
        return webp_bytes(film, png, svg)


def webp_bytes(
    shown: Scene | Film, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()
) -> bytes:
    """The whole file, every pixel as it is."""
    film = Film.of(shown)
    grid = film.grid
    if grid is not None:
        scale = scale_for(grid, png.size, png.scale)
        size = tuple(a * b for a, b in zip(grid.size, cell_size(grid.cell, scale), strict=True))
        frames = ((grid.rgba(indices), ms) for indices, ms in pictures(grid, scale))
        return _container(frames, size, len(film.frames), film, whole=True)
    if len(film.frames) == 1:
        with Image.open(io.BytesIO(png_bytes(film.first, png, svg))) as image:
            only = np.asarray(image.convert("RGBA"))
        return _container([(only, 0)], only.shape[1::-1], 1, film)
    drawn = Pictures(film.first, png, svg)
    moving = zip(drawn.all(film.frames), whole_times(film.durations), strict=False)
    return _container(moving, drawn.size, len(film.frames), film)


def _container(
    frames: Iterable[tuple[Pixels, int]],
    size: tuple[int, ...],
    count: int,
    film: Film,
    *,
    whole: bool = False,
) -> bytes:
    """RIFF: what is in the file, the frames one by one, and how it was made.

    whole: each frame all of it; else of each what has changed.
    """
    width, height = size
    if max(width, height) > MAX_WEBP_SIZE:
        raise InputError(f"webp holds up to {MAX_WEBP_SIZE} px a side, got {width} x {height}")
    moving = count > 1
    said = xmp_packet(film.metadata)
    flags = _ALPHA_FLAG | (_XMP_FLAG if said else 0) | (_ANIMATION_FLAG if moving else 0)
    canvas = _24_bits(width - 1) + _24_bits(height - 1)
    parts = [_chunk(b"VP8X", struct.pack("<I", flags) + canvas)]
    if moving:
        times = 0 if film.loop else 1
        parts.append(_chunk(b"ANIM", struct.pack("<IH", 0, times)))  # on nothing
    before: Pixels | None = None
    for picture, duration in frames:
        if not moving:
            parts.append(_chunk(b"VP8L", _packed(Image.fromarray(picture))))
            continue
        left, top, right, bottom = 0, 0, width, height
        if before is not None and not whole:
            left, top, right, bottom = _even(changed_box(before, picture))
        part = Image.fromarray(np.ascontiguousarray(picture[top:bottom, left:right]))
        place = _24_bits(left // 2) + _24_bits(top // 2)
        place += _24_bits(part.width - 1) + _24_bits(part.height - 1)
        place += _24_bits(duration) + bytes([_REPLACE])
        parts.append(_chunk(b"ANMF", place + _chunk(b"VP8L", _packed(part))))
        before = picture
    if said:
        parts.append(_chunk(b"XMP ", said))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _even(box: tuple[int, int, int, int] | None) -> tuple[int, int, int, int]:
    """A box whose left and top are even, as places are in this format; a pixel for none."""
    left, top, right, bottom = (0, 0, 1, 1) if box is None else box
    return left // 2 * 2, top // 2 * 2, right, bottom


def _packed(image: Image.Image) -> bytes:
    """The lossless bit stream of one picture, out of the file that Pillow makes of it."""
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=True, exact=True, quality=100)
    data, start = file.getvalue(), 12
    while True:
        kind, length = struct.unpack_from("<4sI", data, start)
        if kind == b"VP8L":
            return data[start + 8 : start + 8 + length]
        start += 8 + length + length % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _24_bits(value: int) -> bytes:
    return value.to_bytes(3, "little")
