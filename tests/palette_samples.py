"""Palettes that several tests share, and how Hypothesis makes more."""

from __future__ import annotations

import struct
import zlib

from hypothesis import strategies as st

from drawkit.color import Palette

ONE = Palette("one", ((18, 52, 86),))
NAMED = Palette(
    "Überfarben 🎨",
    ((0, 0, 0), (255, 255, 255), (254, 1, 128)),
    ("", "weiß, fast", "pink 🌸"),
    "A. N. Author",
    "https://example.org/palette",
)
FULL = Palette("full", tuple((i, 255 - i, i * 7 % 256) for i in range(256)))
ALL = (ONE, NAMED, FULL)

channels = st.integers(0, 255)
swatches = st.tuples(channels, channels, channels)


@st.composite
def palettes(draw: st.DrawFn) -> Palette:
    """Any palette of a file: 1 to 256 colours, named or not."""
    found = draw(st.lists(swatches, min_size=1, max_size=256, unique=True))
    return Palette("any", tuple(found))


def claiming_png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
