"""GIF: every frame over one palette, as the oldest programs play it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from drawkit.export import _provenance as provenance
from drawkit.export import exporters
from drawkit.export._changes import Pixels, changed_box
from drawkit.export._frames import Pictures
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
from drawkit.scene.film import Film, whole_times
from drawkit.scene.grid import Grid, Indices, Rgb

__all__ = ["GifConfig", "GifExporter", "gif_bytes", "gif_delays"]

_SHORTEST = 2
"""Hundredths of a second; browsers show anything shorter for a tenth."""

_SAMPLES = 24
"""Frames of a film that its colours are taken from, and the last one."""

_KEEP, _BACKGROUND = 1, 2
"""Disposal: what becomes of a frame's pixels before the next is drawn."""


@dataclass(frozen=True)
class GifConfig:
    """Nothing to set: size and scale are those of the PNG."""


@exporters.register("gif", config=GifConfig)
class GifExporter(PictureExporter):
    """Animated GIF of pixel art; drawings of paths and films of them in 255 colours."""

    suffixes: ClassVar[tuple[str, ...]] = (".gif",)

    def encoded(self, film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
        """See `gif_bytes`."""
        return gif_bytes(film, png, svg)


def gif_bytes(
    shown: Scene | Film, png: PngConfig = PngConfig(), svg: SvgConfig = SvgConfig()
) -> bytes:
    """The whole file. Durations are those of the frames in hundredths, see `gif_delays`.

    Raises `InputError` for a scene that is neither pixel art nor paths alone.
    """
    film = Film.of(shown)
    grid = cells_or_paths(film, "gif")
    if grid is not None:
        return _encoded(grid, scale_for(grid, png.size, png.scale), film.metadata)
    if len(film.frames) > 1:
        return _film(film, png, svg)
    with Image.open(io.BytesIO(png_bytes(film.first, png, svg))) as image:
        return _encoded(quantized(image), 1, film.metadata)


def gif_delays(durations: Sequence[float]) -> list[int]:
    """Hundredths of a second for durations in ms: exact where they are whole, else fair.

    What rounding takes from one frame the next gets, so that the loop keeps its length; at least
    2 each.
    """
    return whole_times(durations, 10, _SHORTEST)


def _film(film: Film, png: PngConfig, svg: SvgConfig) -> bytes:
    """Pictures of anything in 255 colours that are found in some of them.

    Of each is written what has changed, or all of it where something may have become clear.
    """
    colors, hidden = _colors(film, Pictures(film.first, png, svg))
    flat = colors.getpalette() or []
    found = tuple((flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3))
    palette = ((0, 0, 0), *found) if hidden else found
    depth = index_depth(len(palette))
    parts: list[bytes] = []
    before: Indices | None = None
    drawn = Pictures(film.first, png, svg)
    delays = gif_delays(film.durations)
    for picture, delay in zip(drawn.all(film.frames), delays, strict=False):
        indices = _indexed(picture, colors, hidden=hidden)
        if not parts:
            parts += _opening(indices, palette, depth, film.metadata, film.loop)
        box = (0, 0, indices.shape[1], indices.shape[0])
        if before is not None and not hidden:
            changed = changed_box(before[..., None], indices[..., None])
            box = (0, 0, 1, 1) if changed is None else changed
        parts += _frame(indices, depth, delay, hidden=hidden, box=box)
        before = indices
    return b"".join((*parts, b"\x3b"))


def _colors(film: Film, drawn: Pictures) -> tuple[Image.Image, bool]:
    """An image whose palette has at most 255 colours of some frames; whether some is clear."""
    last = len(film.frames) - 1
    some = sorted({last * share // _SAMPLES for share in range(_SAMPLES + 1)})
    pixels = np.concatenate([drawn.of(film.frames[at].scene).reshape(-1, 4) for at in some])
    seen = pixels[pixels[:, 3] >= 128, :3]
    if not len(seen):
        seen = np.zeros((1, 3), np.uint8)
    few = Image.fromarray(seen[None]).quantize(255, method=Image.Quantize.MEDIANCUT, kmeans=1)
    used = int(np.asarray(few).max()) + 1
    colors = Image.new("P", (1, 1))
    colors.putpalette((few.getpalette() or [])[: 3 * used])
    return colors, len(seen) < len(pixels)


def _indexed(picture: Pixels, colors: Image.Image, *, hidden: bool) -> Indices:
    """Indices of the nearest colours; 0 is clear where something is."""
    flat = Image.fromarray(picture).convert("RGB")
    nearest = np.asarray(flat.quantize(palette=colors, dither=Image.Dither.NONE))
    if not hidden:
        return nearest
    indices: Indices = np.where(picture[..., 3] < 128, 0, nearest + 1).astype(np.uint8)
    return indices


def _encoded(grid: Grid, scale: int, metadata: Metadata) -> bytes:
    grid = transparent_first(grid)
    depth = index_depth(len(grid.palette))
    delays = gif_delays([frame.duration_ms for frame in grid.frames])
    if len(grid.frames) == 1:
        delays = [0]
    parts: list[bytes] = []
    for (indices, _), delay in zip(pictures(grid, scale), delays, strict=True):
        if not parts:
            parts += _opening(indices, grid.palette, depth, metadata, loop=len(delays) > 1)
        parts += _frame(indices, depth, delay, hidden=grid.transparent is not None)
    return b"".join((*parts, b"\x3b"))


def _opening(
    indices: Indices, palette: tuple[Rgb, ...], depth: int, metadata: Metadata, loop: bool
) -> Iterator[bytes]:
    """All that stands before the first frame."""
    yield from _head(indices, palette, depth)
    if loop:
        yield b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"  # again and again
    if description := provenance.told(metadata).description:
        yield b"\x21\xfe" + _blocks(description.encode("utf-8"))


def _head(indices: Indices, palette: tuple[Rgb, ...], depth: int) -> Iterator[bytes]:
    """Signature, size and the one palette, filled up to a power of two."""
    height, width = indices.shape
    yield b"GIF89a" + struct.pack("<2H3B", width, height, 0xF0 | depth - 1, 0, 0)
    colors = bytes(channel for color in palette for channel in color)
    yield colors.ljust(3 << depth, b"\0")


def _frame(
    indices: Indices,
    depth: int,
    delay: int,
    *,
    hidden: bool,
    box: tuple[int, int, int, int] | None = None,
) -> Iterator[bytes]:
    """A picture, or what lies in a box of it; with transparency the one before it is wiped first.

    box: left, top, right, bottom.
    """
    left, top, right, bottom = (0, 0, *indices.shape[::-1]) if box is None else box
    disposal = _BACKGROUND if hidden else _KEEP
    yield b"\x21\xf9\x04" + struct.pack("<BHBB", disposal << 2 | hidden, delay, 0, 0)
    yield b"\x2c" + struct.pack("<4HB", left, top, right - left, bottom - top, 0)
    code_size = max(depth, 2)  # GIF knows no 1
    part = indices[top:bottom, left:right]
    yield bytes([code_size]) + _blocks(lzw_packed(part.tobytes(), code_size))


def _blocks(data: bytes) -> bytes:
    """Data in blocks of at most 255 bytes, each behind its length, and an empty one."""
    parts = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
