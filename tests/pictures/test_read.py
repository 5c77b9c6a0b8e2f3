"""What every command gets of a picture file, against Pillow alone and numpy by hand."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import FileError, InputError
from drawkit.pictures import read_picture, read_pixels, readable


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


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


CASES = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF", "JPEG2000", "QOI", "TGA", "ICO"])
def test_every_kind_keeps_its_alpha(kind: str) -> None:
    rgba = noise(16, 16)
    rgba[..., 3] = np.where(rgba[..., 3] < 128, 0, 255)
    exact = {
        "WEBP": {"lossless": True, "exact": True},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    found = read_pixels(encoded(Image.fromarray(rgba), kind, **exact.get(kind, {})))
    assert (found[..., 3] == rgba[..., 3]).all()
    shown = rgba[..., 3] > 0
    assert np.abs(found[shown].astype(int) - rgba[shown]).max() <= (16 if kind == "AVIF" else 0)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM", "TIFF", "JPEG2000", "QOI", "TGA"])
def test_what_is_in_a_file_decides_not_its_suffix(kind: str, tmp_path: Path) -> None:
    rgb = noise(9, 7)[..., :3]
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(Image.fromarray(rgb), kind))
    assert (read_picture(path)[..., :3] == rgb).all()


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"%PDF-1.7 ", "a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\0\0\0\x18ftypheic", "HEIC: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypmp42", "a film"),
        (b"\0\0\0\x20ftypavif", "a broken AVIF"),
        (b"PK\x03\x04mimetype", "an archive"),
        (b"\x10\0\0\0\xe0\xa5\1\0", "Aseprite"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"", "it is empty"),
        (b"some words", "no picture that can be read"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_can(head: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_pixels(head)
    said = str(caught.value)
    assert words in said
    assert said.endswith(f"what can be read: {readable()}")
    assert "\n" not in said
    assert {"PNG", "JPEG", "WebP", "AVIF", "PPM", "TGA"} <= set(readable().split(", "))


def test_no_program_is_started_for_postscript(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a program was started")

    eps = encoded(Image.fromarray(noise(4, 4)[..., :3]), "EPS")
    monkeypatch.setattr("subprocess.check_call", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(InputError, match="PostScript"):
        read_pixels(eps)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("GIF", "3 frames; the first"),
        ("PNG", "3 frames; the first"),
        ("WEBP", "3 frames; the first"),
        ("AVIF", "3 frames; the first"),
        ("TIFF", "3 pages; the first"),
    ],
)
def test_of_several_frames_the_first_is_taken_and_said(
    kind: str, words: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    colors = (200, 30, 30), (20, 40, 200), (255, 255, 255)
    first, *more = (Image.new("RGB", (8, 8), color) for color in colors)
    path = tmp_path / "moving"
    exact = {"lossless": True} if kind == "WEBP" else {}
    path.write_bytes(encoded(first, kind, save_all=True, append_images=more, **exact))
    assert np.abs(read_picture(path)[4, 4].astype(int) - (200, 30, 30, 255)).max() <= 4
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert words in caplog.text
    assert str(path) in caplog.text
    caplog.clear()
    path.write_bytes(encoded(first, kind))
    read_picture(path)
    assert not caplog.records


def test_a_photo_with_a_second_view_is_one_picture(caplog: pytest.LogCaptureFixture) -> None:
    rgb = [Image.fromarray(noise(16, 16)[..., :3]) for _ in range(2)]
    data = encoded(rgb[0], "MPO", save_all=True, append_images=rgb[1:])
    notes: list[str] = []
    assert read_pixels(data, notes.append).shape == (16, 16, 4)
    assert not notes


@pytest.mark.parametrize(
    "kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM", "QOI"]
)
def test_files_cut_off_anywhere_are_refused_in_one_line(kind: str) -> None:
    data = encoded(Image.fromarray(noise(40, 40)[..., :3]), kind)
    for share in (0.02, 0.2, 0.5, 0.9):
        try:
            read_pixels(data[: int(len(data) * share)])
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert len(str(error)) < 400  # noqa: PT017
        else:
            assert kind in ("GIF", "WEBP", "AVIF", "JPEG"), "shows what there is"


def huge_jpeg(width: int, height: int, **options: Any) -> bytes:
    return encoded(Image.new("L", (width, height), 90), "JPEG", quality=30, **options)


def test_a_jpeg_that_is_too_large_is_read_smaller_and_it_is_said() -> None:
    notes: list[str] = []
    pixels = read_pixels(huge_jpeg(10_000, 7_000), notes.append)
    assert pixels.shape == (3500, 5000, 4)
    assert (abs(pixels[::100, ::100, 0].astype(int) - 90) <= 1).all()
    assert notes == ["its 10000 x 7000 pixels are too many; read at 1/2 of its size"]


def test_what_cannot_be_read_smaller_is_refused() -> None:
    for data in (
        huge_jpeg(10_000, 7_000, progressive=True),  # all of its coefficients would be held
        encoded(Image.new("1", (10_000, 7_000)), "PNG"),
        encoded(Image.new("1", (20_000, 10_000)), "PNG"),
    ):
        with pytest.raises(InputError, match=r"it claims .* pixels; allowed: 67108864 in all"):
            read_pixels(data)


def test_the_files_that_people_have() -> None:
    """Each with its right answer, from the README beside them."""
    photo = read_picture(CASES / "exif-orientation-6.jpg")
    assert photo.shape[0] > photo.shape[1]
    assert photo[2, 2, 2] > 150 > photo[2, 2, 0]  # blue at the top left
    red = read_picture(CASES / "adobe-rgb.png").reshape(-1, 4)
    assert (np.abs(red.astype(int) - (255, 24, 24, 255)).max(axis=1) <= 3).any()
    assert (read_picture(CASES / "gray16-transparent.png")[..., 3] == 0).any()
    assert read_picture(CASES / "picture.avif").ndim == 3
