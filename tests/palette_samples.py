"""Palettes that several tests share, and how Hypothesis makes more."""

from __future__ import annotations

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
