"""Aseprite's own file, to go on drawing by hand: indices, palette, frames, times and tags.

Specification: https://github.com/aseprite/aseprite/blob/main/docs/ase-file-specs.md. All numbers
are little-endian.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from drawkit.errors import InputError
from drawkit.export import _provenance as provenance
from drawkit.export import exporters
from drawkit.export._indexed import pictures, quantized, scale_for
from drawkit.export._picture import PictureExporter, cells_or_paths
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Metadata, Scene
from drawkit.scene.film import Film
from drawkit.scene.grid import DIRECTIONS, Grid, Indices

__all__ = ["AsepriteConfig", "AsepriteExporter", "aseprite_bytes"]

_FILE_MAGIC, _FRAME_MAGIC = 0xA5E0, 0xF1FA
_LAYER, _CEL, _PROFILE, _TAGS, _PALETTE, _USER_DATA = 0x2004, 0x2005, 0x2007, 0x2018, 0x2019, 0x2020
_VISIBLE_EDITABLE, _BACKGROUND = 0x03, 0x08
_NAMED = 1  # a colour whose name follows
_COMPRESSED = 2  # kind of cel
_LONGEST_TEXT = 65535


@dataclass(frozen=True)
class AsepriteConfig:
    """Nothing to set: a square cell is a pixel there; other shapes are as large as in the PNG."""


@exporters.register("aseprite", config=AsepriteConfig)
class AsepriteExporter(PictureExporter):
    """Aseprite file of pixel art, with its palette, frames and tags, to edit by hand."""

    suffixes: ClassVar[tuple[str, ...]] = (".aseprite",)

    def encoded(self, film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `aseprite_bytes`."""
        return aseprite_bytes(film, png, svg)


def aseprite_bytes(
    shown: Scene | Film, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()
) -> bytes:
    """The whole file. The palette keeps its order, the transparent colour its place.

    Raises `InputError` for a scene that is neither pixel art nor paths alone, and for a film whose
    frames are not all pixel art in the same colours.
    """
    film = Film.of(shown)
    scene, grid = film.first, cells_or_paths(film, "aseprite")
    if grid is None and len(film.frames) > 1:
        raise InputError(
            "aseprite takes films of pixel art whose frames have the same colours; "
            "gif, apng and webp take any"
        )
    if grid is None:
        with Image.open(io.BytesIO(png_bytes(scene, png, svg))) as image:
            grid, scale = quantized(image), 1
    else:
        scale = 1 if grid.cell == "rect" else scale_for(grid, png.size, png.scale)
    frames = []
    for number, (indices, duration) in enumerate(pictures(grid, scale)):
        chunks = list(_head(grid, scene.metadata)) if number == 0 else []
        frames.append(_frame([*chunks, _cel(indices)], duration))
    height, width = next(iter(pictures(grid, scale)))[0].shape
    body = b"".join(frames)
    transparent = 0 if grid.transparent is None else grid.transparent
    colors = len(grid.palette) % 256  # 256 is written as 0
    head = struct.pack(
        "<I5HIH8x", 128 + len(body), _FILE_MAGIC, len(frames), width, height, 8, 1, 0
    )
    head += struct.pack("<B3xHBB2hHH84x", transparent, colors, 1, 1, 0, 0, 16, 16)
    return head + body


def _head(grid: Grid, metadata: Metadata) -> Iterator[bytes]:
    """What stands in the first frame for all: colours, the one layer and the tags."""
    yield _chunk(_PROFILE, struct.pack("<HHI8x", 1, 0, 0))  # sRGB
    last = len(grid.palette) - 1
    names = grid.swatch_names or ("",) * len(grid.palette)
    entries = b"".join(
        struct.pack("<H4B", _NAMED if name else 0, *color, 255) + (_text(name) if name else b"")
        for color, name in zip(grid.palette, names, strict=True)
    )
    yield _chunk(_PALETTE, struct.pack("<3I8x", last + 1, 0, last) + entries)
    # In a background layer no index is transparent.
    opaque = grid.transparent is None
    flags = _VISIBLE_EDITABLE | (_BACKGROUND if opaque else 0)
    name = _text("Background" if opaque else "drawkit")
    yield _chunk(_LAYER, struct.pack("<6HB3x", flags, 0, 0, 0, 0, 0, 255) + name)
    if description := provenance.told(metadata).description:
        yield _chunk(_USER_DATA, struct.pack("<I", 1) + _text(description))
    if grid.tags:
        tags = b"".join(
            struct.pack("<HHBH10x", tag.first, tag.last, DIRECTIONS.index(tag.direction), 0)
            + _text(tag.name)
            for tag in grid.tags
        )
        yield _chunk(_TAGS, struct.pack("<H8x", len(grid.tags)) + tags)


def _cel(indices: Indices) -> bytes:
    height, width = indices.shape
    place = struct.pack("<H2hBHh5x2H", 0, 0, 0, 255, _COMPRESSED, 0, width, height)
    return _chunk(_CEL, place + zlib.compress(indices.tobytes(), 9))


def _frame(chunks: list[bytes], duration: int) -> bytes:
    data, count = b"".join(chunks), len(chunks)
    return struct.pack("<I3H2xI", 16 + len(data), _FRAME_MAGIC, count, duration, count) + data


def _chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<IH", 6 + len(data), kind) + data


def _text(text: str) -> bytes:
    """A string behind its length; cut between characters where it is too long."""
    data = text.encode("utf-8", "replace")[:_LONGEST_TEXT].decode("utf-8", "ignore").encode("utf-8")
    return struct.pack("<H", len(data)) + data
