"""WebP without loss: every frame of a grid with its exact duration.

Pillow packs each frame; the file around them is written here (RFC 9649), because the library
joins equal frames.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from drawkit.errors import BackendError, InputError
from drawkit.export import exporters
from drawkit.export._indexed import pictures, scale_for
from drawkit.export._picture import PictureExporter
from drawkit.export._xmp import xmp_packet
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Metadata, Scene

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

    def encoded(self, scene: Scene, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `webp_bytes`."""
        return webp_bytes(scene, png, svg)


def webp_bytes(scene: Scene, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole file, every pixel as it is."""
    if scene.grid is None:
        with Image.open(io.BytesIO(png_bytes(scene, png, svg))) as image:
            frames = [(image.convert("RGBA"), 0)]
    else:
        grid = scene.grid
        scale = scale_for(grid, png.size, png.scale)
        frames = [
            (Image.fromarray(grid.rgba(indices)), duration)
            for indices, duration in pictures(grid, scale)
        ]
    width, height = frames[0][0].size
    if max(width, height) > MAX_WEBP_SIZE:
        raise InputError(f"webp holds up to {MAX_WEBP_SIZE} px a side, got {width} x {height}")
    return _container(frames, scene.metadata)


def _container(frames: list[tuple[Image.Image, int]], metadata: Metadata) -> bytes:
    """RIFF: what is in the file, the frames one by one, and how it was made."""
    size = _24_bits(frames[0][0].width - 1) + _24_bits(frames[0][0].height - 1)
    moving = len(frames) > 1
    said = xmp_packet(metadata)
    flags = _ALPHA_FLAG | (_XMP_FLAG if said else 0) | (_ANIMATION_FLAG if moving else 0)
    parts = [_chunk(b"VP8X", struct.pack("<I", flags) + size)]
    if moving:
        parts.append(_chunk(b"ANIM", struct.pack("<IH", 0, 0)))  # on nothing, for ever
        for image, duration in frames:
            place = _24_bits(0) + _24_bits(0) + size + _24_bits(duration) + bytes([_REPLACE])
            parts.append(_chunk(b"ANMF", place + _chunk(b"VP8L", _packed(image))))
    else:
        parts.append(_chunk(b"VP8L", _packed(frames[0][0])))
    if said:
        parts.append(_chunk(b"XMP ", said))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


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
