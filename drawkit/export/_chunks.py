"""PNG and APNG with a palette, chunk by chunk, and the text chunks of every PNG.

Specification: https://www.w3.org/TR/png-3/ (which holds APNG too). Written here and not by
Pillow because Pillow joins equal frames and cuts frames to what changed; these files hold the
frames as they are.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo, putchunk

from drawkit.export import _provenance as provenance
from drawkit.export._changes import Pixels, changed_box
from drawkit.export._indexed import index_depth
from drawkit.scene import Metadata
from drawkit.scene.grid import Indices, Rgb

__all__ = ["indexed_png", "rgba_apng", "with_text"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = len(_SIGNATURE) + 25  # signature and IHDR, which always comes first
_PALETTE_TYPE = 3
_NOTHING: Mapping[str, str] = MappingProxyType({})


def indexed_png(
    pictures: Iterable[tuple[Indices, int]],
    palette: tuple[Rgb, ...],
    *,
    transparent: bool,
    animated: bool = False,
) -> bytes:
    """A PNG of the first picture, or an APNG of all that plays for ever.

    pictures: [H, W] indices and duration in ms; palette: index 0 is `transparent`, or nothing is.
    """
    frames = list(pictures) if animated else [next(iter(pictures))]
    file = io.BytesIO()
    file.write(_SIGNATURE)
    for kind, data in _chunks(frames, palette, transparent, animated):
        putchunk(file, kind, data)
    return file.getvalue()


def _chunks(
    frames: list[tuple[Indices, int]], palette: tuple[Rgb, ...], transparent: bool, animated: bool
) -> Iterator[tuple[bytes, bytes]]:
    height, width = frames[0][0].shape
    depth = index_depth(len(palette))
    yield b"IHDR", struct.pack(">2I5B", width, height, depth, _PALETTE_TYPE, 0, 0, 0)
    if animated:
        yield b"acTL", struct.pack(">2I", len(frames), 0)
    yield b"PLTE", bytes(channel for color in palette for channel in color)
    if transparent:
        yield b"tRNS", b"\0"  # alpha of index 0; the rest is opaque
    sequence = 0
    for number, (indices, duration) in enumerate(frames):
        if animated:
            # Each frame replaces the picture whole: dispose 0 (none), blend 0 (source).
            place = (sequence, width, height, 0, 0)
            yield b"fcTL", struct.pack(">5I2H2B", *place, duration, 1000, 0, 0)
            sequence += 1
        data = zlib.compress(_rows(indices, depth), 9)
        if number == 0:
            yield b"IDAT", data
        else:
            yield b"fdAT", struct.pack(">I", sequence) + data
            sequence += 1
    yield b"IEND", b""


def rgba_apng(frames: Iterable[tuple[Pixels, int]], loop: bool) -> bytes:
    """An APNG of pictures, straight RGBA [H, W, 4], and their times in ms; of each what changed."""
    body: list[tuple[bytes, bytes]] = []
    head = b""
    before: Pixels | None = None
    sequence = count = 0
    for picture, duration in frames:
        box = (0, 0, picture.shape[1], picture.shape[0])
        if before is not None:
            changed = changed_box(before, picture)
            box = (0, 0, 1, 1) if changed is None else changed
        left, top, right, bottom = box
        packed = dict(_packed(picture[top:bottom, left:right]))
        place = (sequence, right - left, bottom - top, left, top)
        body.append((b"fcTL", struct.pack(">5I2H2B", *place, duration, 1000, 0, 0)))
        sequence += 1
        if before is None:
            head = packed[b"IHDR"]
            body.append((b"IDAT", packed[b"IDAT"]))
        else:
            body.append((b"fdAT", struct.pack(">I", sequence) + packed[b"IDAT"]))
            sequence += 1
        before = picture
        count += 1
    file = io.BytesIO()
    file.write(_SIGNATURE)
    plays = struct.pack(">2I", count, 0 if loop else 1)
    for kind, data in [(b"IHDR", head), (b"acTL", plays), *body, (b"IEND", b"")]:
        putchunk(file, kind, data)
    return file.getvalue()


def _packed(picture: Pixels) -> Iterator[tuple[bytes, bytes]]:
    """The header and the data of a picture, as Pillow filters and packs them."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(file, "PNG")
    png, at, data = file.getvalue(), len(_SIGNATURE), []
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IHDR":
            yield kind, png[at + 8 : at + 8 + length]
        elif kind == b"IDAT":
            data.append(png[at + 8 : at + 8 + length])
        at += 12 + length
    yield b"IDAT", b"".join(data)


def _rows(indices: Indices, depth: int) -> bytes:
    """Rows of packed indices, the leftmost in the high bits, each behind its filter type 0."""
    height, width = indices.shape
    per_byte = 8 // depth
    padded = np.zeros((height, -(-width // per_byte) * per_byte), np.uint8)
    padded[:, :width] = indices
    rows = np.zeros((height, 1 + padded.shape[1] // per_byte), np.uint8)
    for place in range(per_byte):
        rows[:, 1:] |= padded[:, place::per_byte] << (8 - depth * (place + 1))
    return rows.tobytes()


def with_text(png: bytes, metadata: Metadata, more: Mapping[str, str] = _NOTHING) -> bytes:
    """The PNG with the facts that the SVG holds too, `drawkit` being the JSON for programs.

    more: keyword -> text of further ones.

    Spliced in behind the header: decoding would cost seconds and gigabytes at poster sizes.
    """
    told = provenance.told(metadata)
    facts = {
        "Title": told.title,
        "Description": told.description,
        "Software": told.software,
        "drawkit": told.run,
        **more,
    }
    info = PngInfo()
    for keyword, text in facts.items():
        if text:
            info.add_itxt(keyword, text)
    file = io.BytesIO()
    file.write(png[:_HEADER_BYTES])
    for chunk in info.chunks:
        putchunk(file, *chunk[:2])
    file.write(png[_HEADER_BYTES:])
    return file.getvalue()
