"""GIF: every frame of a grid over one palette, as the oldest programs play it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from drawkit.export import _provenance as provenance
from drawkit.export import exporters
from drawkit.export._indexed import (
    index_depth,
    pictures,
    quantized,
    scale_for,
    transparent_first,
)
from drawkit.export._lzw import lzw_packed
from drawkit.export._picture import PictureExporter, cells_or_paths
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig
from drawkit.scene import Metadata, Scene
from drawkit.scene.grid import Grid, Indices, Rgb

__all__ = ["GifConfig", "GifExporter", "gif_bytes", "gif_delays"]

_SHORTEST = 2
"""Hundredths of a second; browsers show anything shorter for a tenth."""

_KEEP, _BACKGROUND = 1, 2
"""Disposal: what becomes of a frame's pixels before the next is drawn."""


@dataclass(frozen=True)
class GifConfig:
    """Nothing to set: size and scale are those of the PNG."""


@exporters.register("gif", config=GifConfig)
class GifExporter(PictureExporter):
    """Animated GIF of pixel art; a drawing of paths becomes one frame of 255 colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".gif",)

    def encoded(self, scene: Scene, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `gif_bytes`."""
        return gif_bytes(scene, png, svg)


def gif_bytes(scene: Scene, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()) -> bytes:
    """The whole file. Durations are those of the frames in hundredths, see `gif_delays`.

    Raises `InputError` for a scene that is neither pixel art nor paths alone.
    """
    grid = cells_or_paths(scene, "gif")
    if grid is not None:
        return _encoded(grid, scale_for(grid, png.size, png.scale), scene.metadata)
    with Image.open(io.BytesIO(png_bytes(scene, png, svg))) as image:
        return _encoded(quantized(image), 1, scene.metadata)


def gif_delays(durations: Sequence[int]) -> list[int]:
    """Hundredths of a second for durations in ms: exact where they are whole, else fair.

    What rounding takes from one frame the next gets, so that the loop keeps its length; at least
    2 each.
    """
    delays, owed = [], 0
    for duration in durations:
        delay = max(round((duration + owed) / 10), _SHORTEST)
        owed += duration - 10 * delay
        delays.append(delay)
    return delays


def _encoded(grid: Grid, scale: int, metadata: Metadata) -> bytes:
    grid = transparent_first(grid)
    depth = index_depth(len(grid.palette))
    delays = gif_delays([frame.duration_ms for frame in grid.frames])
    if len(grid.frames) == 1:
        delays = [0]
    parts: list[bytes] = []
    for (indices, _), delay in zip(pictures(grid, scale), delays, strict=True):
        if not parts:
            parts += _head(indices, grid.palette, depth)
            if len(delays) > 1:
                parts.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")  # again and again
            if description := provenance.told(metadata).description:
                parts.append(b"\x21\xfe" + _blocks(description.encode("utf-8")))
        parts += _frame(indices, depth, delay, hidden=grid.transparent is not None)
    return b"".join((*parts, b"\x3b"))


def _head(indices: Indices, palette: tuple[Rgb, ...], depth: int) -> Iterator[bytes]:
    """Signature, size and the one palette, filled up to a power of two."""
    height, width = indices.shape
    yield b"GIF89a" + struct.pack("<2H3B", width, height, 0xF0 | depth - 1, 0, 0)
    colors = bytes(channel for color in palette for channel in color)
    yield colors.ljust(3 << depth, b"\0")


def _frame(indices: Indices, depth: int, delay: int, *, hidden: bool) -> Iterator[bytes]:
    """One whole picture; with transparency the one before it is wiped first."""
    height, width = indices.shape
    disposal = _BACKGROUND if hidden else _KEEP
    yield b"\x21\xf9\x04" + struct.pack("<BHBB", disposal << 2 | hidden, delay, 0, 0)
    yield b"\x2c" + struct.pack("<4HB", 0, 0, width, height, 0)
    code_size = max(depth, 2)  # GIF knows no 1
    yield bytes([code_size]) + _blocks(lzw_packed(indices.tobytes(), code_size))


def _blocks(data: bytes) -> bytes:
    """Data in blocks of at most 255 bytes, each behind its length, and an empty one."""
    parts = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
