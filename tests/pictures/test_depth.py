"""Depths and transparency of every mode, against numpy by hand."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawkit.pictures import read_pixels


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(samples: np.ndarray, depth: int, kind: int, key: tuple[int, ...] = ()) -> bytes:
    """A PNG by hand: samples [H, W, channels] of `depth` bits; key: the colour that is clear."""
    height, width = samples.shape[:2]
    rows = samples.reshape(height, -1)
    if depth == 16:
        lines = [row.astype(">u2").tobytes() for row in rows]
    else:
        bits = [(row[:, None] >> np.arange(depth)[::-1] & 1).ravel() for row in rows]
        lines = [np.packbits(row.astype(np.uint8)).tobytes() for row in bits]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    if key:
        chunks.append((b"tRNS", struct.pack(f">{len(key)}H", *key)))
    chunks += [(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines))), (b"IEND", b"")]
    parts = (
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


TIFF = "TIFF"


def with_tag(tiff: bytes, tag: int, old: int, new: int) -> bytes:
    """A little-endian TIFF whose one short under `tag` is another: Pillow would not write it."""
    entry = struct.pack("<HHI", tag, 3, 1)
    assert tiff.count(entry + struct.pack("<I", old)) == 1
    return tiff.replace(entry + struct.pack("<I", old), entry + struct.pack("<I", new))


GREY, RGB, GREY_ALPHA, RGBA = 0, 2, 4, 6
RNG = np.random.default_rng(7)


def grey_of(data: bytes) -> np.ndarray:
    found = read_pixels(data)
    assert (found[..., :1] == found[..., 1:3]).all()
    assert (found[..., 3] == 255).all()
    return found[..., 0].astype(int)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_greys_of_any_depth_with_one_that_is_clear(depth: int) -> None:
    most = 2**depth - 1
    samples = RNG.integers(0, most + 1, (9, 13, 1))
    key = most if depth < 8 else int(samples[3, 4, 0])
    expected = np.floor(samples[..., 0] * 255 / most + 0.5).astype(int)
    assert (grey_of(png(samples, depth, GREY)) == expected).all()
    found = read_pixels(png(samples, depth, GREY, (key,)))
    assert (found[..., 0] == expected).all()
    assert ((found[..., 3] == 0) == (samples[..., 0] == key)).all()
    assert (found[..., 3] == 0).any()


@pytest.mark.parametrize("depth", [8, 16])
def test_one_colour_that_is_clear(depth: int) -> None:
    samples = RNG.integers(0, 2**depth, (6, 7, 3))
    key = tuple(int(value) for value in samples[2, 3])
    found = read_pixels(png(samples, depth, RGB, key))
    assert (found[..., 3] == 0).sum() == 1
    assert found[2, 3, 3] == 0
    assert (found[..., :3] == samples >> depth - 8).all()


def test_sixteen_bits_with_alpha() -> None:
    """Pillow itself keeps the upper 8 bits of these."""
    samples = RNG.integers(0, 65536, (6, 7, 4))
    assert (read_pixels(png(samples, 16, RGBA)) == samples >> 8).all()
    grey = samples[..., :2]
    found = read_pixels(png(grey, 16, GREY_ALPHA))
    assert (found == (grey >> 8)[..., [0, 0, 0, 1]]).all()


def palette_picture() -> Image.Image:
    image = Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4) % 3, "P")
    image.putpalette([9, 9, 9, 1, 2, 3, 4, 5, 6])
    return image


def test_palettes_with_one_clear_index_or_an_alpha_each() -> None:
    image = palette_picture()
    one = read_pixels(encoded(image, "PNG", transparency=1))
    each = read_pixels(encoded(image, "PNG", transparency=bytes([255, 0, 100])))
    gif = read_pixels(encoded(image, "GIF", transparency=1))
    indices = np.asarray(image)
    colors = np.array([[9, 9, 9], [1, 2, 3], [4, 5, 6]])
    for found, alpha in ((one, [255, 0, 255]), (each, [255, 0, 100]), (gif, [255, 0, 255])):
        assert (found[..., :3] == colors[indices]).all()
        assert (found[..., 3] == np.array(alpha)[indices]).all()


def test_premultiplied_alpha_is_divided_out() -> None:
    rgba = np.array([[[100, 50, 0, 128], [0, 0, 0, 0], [255, 255, 255, 255]]], np.uint8)
    image = Image.fromarray(rgba, "RGBa")
    data = with_tag(encoded(Image.fromarray(rgba, "RGBA"), TIFF), 338, 2, 1)  # associated alpha
    expected = np.asarray(image.convert("RGBA"))
    assert (read_pixels(data) == expected).all()
    assert expected[0, 0, 0] == pytest.approx(100 * 255 / 128, abs=1)


def ramp(low: float, high: float, kind: type[np.generic]) -> np.ndarray:
    return np.linspace(low, high, 256).reshape(16, 16).astype(kind)


@pytest.mark.parametrize(
    ("low", "high", "black", "white"),
    [
        (0, 255, 0, 255),
        (10, 200, 0, 255),
        (0, 65535, 0, 65535),
        (300, 40_000, 0, 65535),
        (0, 2**31 - 1, 0, 2**31 - 1),
        (2**28, 2**30, 0, 2**31 - 1),
        (-500, 500, -500, 500),
        (0, 2**20, 0, 2**20),
    ],
)
def test_whole_numbers_of_32_bits(low: int, high: int, black: int, white: int) -> None:
    values = ramp(low, high, np.int32)
    expected = np.floor((values.astype(float) - black) / (white - black) * 255 + 0.5)
    assert np.abs(grey_of(encoded(Image.fromarray(values), TIFF)) - expected).max() <= 1


@pytest.mark.parametrize(
    ("low", "high", "black", "white"),
    [
        (0, 1, 0, 1),
        (0.2, 0.8, 0, 1),
        (0, 255, 0, 255),
        (20, 180, 0, 255),
        (0, 3, 0, 3),
        (-1, 1, -1, 1),
        (0, 65535, 0, 65535),
        (7, 7, 7, 8),
    ],
)
def test_floats(low: float, high: float, black: float, white: float) -> None:
    values = ramp(low, high, np.float32)
    expected = np.floor((values.astype(float) - black) / (white - black) * 255 + 0.5).clip(0, 255)
    assert np.abs(grey_of(encoded(Image.fromarray(values), TIFF)) - expected).max() <= 1


def test_numbers_that_are_none() -> None:
    values = ramp(0, 1, np.float32).copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    found = grey_of(encoded(Image.fromarray(values), TIFF))
    assert found[0, :3].tolist() == [0, 255, 0]
    assert np.abs(found[1:] - values[1:] * 255).max() <= 1
    values[:] = np.nan
    assert (grey_of(encoded(Image.fromarray(values), TIFF)) == 0).all()


def test_unsigned_numbers_of_32_bits() -> None:
    """Pillow has no mode for them: what is above half would come out negative."""
    values = np.linspace(0, 2**32 - 1, 256).astype(np.uint32).reshape(16, 16)
    image = Image.fromarray(values.view(np.int32))
    data = with_tag(encoded(image, TIFF), 339, 2, 1)
    found = grey_of(data)
    assert np.abs(found - np.floor(values / (2**32 - 1) * 255 + 0.5)).max() <= 1


@pytest.mark.parametrize("most", [1023, 4095, 65535])
def test_grey_maps_follow_their_greatest_value(most: int) -> None:
    values = np.linspace(0, most // 2, 64).round().astype(">u2").reshape(8, 8)
    data = f"P5 8 8 {most}\n".encode() + values.tobytes()
    expected = values.astype(float) * 255 / most
    assert np.abs(grey_of(data) - expected).max() <= 1


def test_white_is_zero() -> None:
    values = ramp(0, 65535, np.uint16)
    data = with_tag(encoded(Image.fromarray(values), TIFF), 262, 1, 0)
    expected = 255 - np.floor(values / 257 + 0.5)
    assert np.abs(grey_of(data) - expected).max() <= 1
