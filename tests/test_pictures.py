from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import FileError
from drawkit.pictures import fitted, premultiplied, read_picture


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 4), dtype=np.uint8)


def bomb() -> bytes:
    """A PNG of a few bytes that claims 100 000 x 100 000 pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_picture_is_read_as_it_is(tmp_path: Path) -> None:
    pixels = noise(7, 5)
    Image.fromarray(pixels, "RGBA").save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png") == pixels).all()


def test_what_is_no_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    Image.fromarray(noise(64, 64), "RGBA").save(whole)
    bad = {
        "cut.png": whole.read_bytes()[:400],
        "text.png": b"hello",
        "empty.png": b"",
        "bomb.png": bomb(),
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileError) as caught:
            read_picture(tmp_path / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)
    for name in ("missing.png", ".", "a\0b.png"):
        with pytest.raises(FileError):
            read_picture(tmp_path / name)


def test_fitting_keeps_proportions_and_whole_factors_are_exact() -> None:
    picture = premultiplied(noise(6, 4))
    assert (fitted(picture, 6, 4) == picture).all()
    large = fitted(picture, 18, 12)
    assert np.allclose(large, picture.repeat(3, 0).repeat(3, 1), atol=1e-6)
    assert np.allclose(fitted(large, 6, 4), picture, atol=1e-6)
    square = fitted(picture, 12, 12)
    assert not square[:2].any()
    assert not square[10:].any()
    assert np.allclose(square[2:10], picture.repeat(2, 0).repeat(2, 1), atol=1e-6)


def test_alpha_is_multiplied_in() -> None:
    pixel = premultiplied(np.array([[[255, 128, 0, 51]]], np.uint8))
    assert pixel[0, 0] == pytest.approx([0.2, 0.2 * 128 / 255, 0, 0.2], abs=1e-6)
