"""Palettes out of pictures: all their colours, the best few, and hostile files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from palette_samples import FULL, NAMED, claiming_png
from PIL import Image

from drawkit.color import Palette, srgb_to_oklab
from drawkit.errors import FileError, InputError
from drawkit.palettes import extract_palette, extract_swatches, read_palette
from drawkit.palettes.picture import PictureFormat
from drawkit.pictures import read_pixels

pictures = arrays(
    np.uint8,
    st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(4)),
    elements=st.integers(0, 255),
)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opaque(colors: list[tuple[int, int, int]], width: int) -> np.ndarray:
    rgb = np.array(colors, np.uint8).reshape(-1, width, 3)
    return np.concatenate([rgb, np.full_like(rgb[..., :1], 255)], axis=-1)


def photo(size: int = 96) -> np.ndarray:
    """Smooth ramps and some noise, thousands of colours."""
    y, x = np.mgrid[0:size, 0:size] / size
    rgb = np.stack([x, y, 0.5 + 0.5 * np.sin(9 * x * y)], axis=-1)
    rgb += np.random.default_rng(1).normal(0, 0.02, rgb.shape)
    levels = np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    return np.concatenate([levels, np.full((size, size, 1), 255, np.uint8)], axis=-1)


# --- all the colours


def test_the_strip_that_is_written() -> None:
    with Image.open(io.BytesIO(PictureFormat().write(NAMED))) as strip:
        assert (strip.size, strip.format) == ((3, 1), "PNG")
        assert tuple(strip.convert("RGB").get_flattened_data()) == NAMED.swatches


def test_swatches_of_8_pixels_and_transparent_gaps() -> None:
    rgba = np.zeros((8, 30, 4), np.uint8)
    rgba[:, 0:8] = 200, 0, 0, 255
    rgba[:, 10:18] = 9, 9, 9, 128
    rgba[:, 20:28] = 0, 0, 200, 1
    palette = PictureFormat().read(encoded(Image.fromarray(rgba), "PNG"), "strip")
    assert palette.codes == ("#c80000", "#090909", "#0000c8")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TGA", "TIFF", "WEBP"])
def test_lossless_kinds(kind: str) -> None:
    strip = Image.open(io.BytesIO(PictureFormat().write(FULL)))
    options = {"lossless": True} if kind == "WEBP" else {}
    assert PictureFormat().read(encoded(strip, kind, **options), "x").swatches == FULL.swatches


def test_indexed_png_with_a_transparent_entry() -> None:
    image = Image.frombytes("P", (3, 1), b"\0\1\2")
    image.putpalette([9, 9, 9, 1, 2, 3, 4, 5, 6])
    data = encoded(image, "PNG", transparency=0)
    assert PictureFormat().read(data, "x").codes == ("#010203", "#040506")


def test_grey_of_16_bits_keeps_its_upper_half() -> None:
    levels = np.array([[0, 0x8000, 0xFFFF]], np.uint16)
    data = encoded(Image.fromarray(levels), "PNG")
    assert PictureFormat().read(data, "x").codes == ("#000000", "#808080", "#ffffff")


def test_too_many_colours_point_to_the_way_out() -> None:
    with pytest.raises(InputError, match=r"different colours; .* with '@PICTURE:16'"):
        PictureFormat().read(encoded(Image.fromarray(photo()), "PNG"), "photo")


def test_nothing_visible() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    with pytest.raises(InputError, match="nothing is visible"):
        PictureFormat().read(encoded(clear, "PNG"), "clear")
    with pytest.raises(InputError, match="nothing is visible"):
        extract_swatches(np.array(clear), 4)


# --- the best few


@given(pixels=pictures, count=st.integers(1, 256))
@settings(max_examples=150, deadline=None)
def test_exactly_so_many_and_all_from_the_picture(pixels: np.ndarray, count: int) -> None:
    seen = pixels[pixels[..., 3] > 0][:, :3]
    visible = list(dict.fromkeys(map(tuple, seen.tolist())))
    if not visible:
        return
    found = extract_swatches(pixels, count)
    assert len(set(found)) == len(found) == min(count, len(visible))
    assert set(found) <= set(visible)
    if len(visible) <= count:
        assert found == tuple(visible)


def test_it_is_deterministic_and_goes_from_dark_to_light() -> None:
    found = extract_swatches(photo(), 16)
    assert extract_swatches(photo().copy(), 16) == found
    lightness = srgb_to_oklab(np.array(found) / 255)[:, 0]
    assert (np.diff(lightness) >= 0).all()


def test_flat_areas_give_their_own_colours() -> None:
    flat = [(30, 30, 40), (200, 60, 50), (240, 230, 200), (40, 120, 80)]
    rows = [color for color in flat for _ in range(400)]
    pixels = opaque(rows, 40)
    pixels[::9, ::9, :3] ^= 1  # a little dirt, so that there are more colours than asked for
    assert set(extract_swatches(pixels, 4)) == set(flat)


def test_a_small_accent_is_not_lost() -> None:
    pixels = opaque([(60 + i % 20, 90 + i % 7, 60) for i in range(4000)], 80)
    pixels[20, 30:33] = 255, 0, 80, 255
    assert (255, 0, 80) in extract_swatches(pixels, 6)


def test_what_is_transparent_weighs_nothing() -> None:
    pixels = opaque([(i % 100, 0, 0) for i in range(800)], 40)
    pixels[:10, :, :3] = 0, 255, 0
    pixels[:10, :, 3] = 0
    assert all(green == 0 for _, green, _ in extract_swatches(pixels, 8))


def error_of(palette: tuple[tuple[int, int, int], ...], pixels: np.ndarray) -> float:
    """Mean distance in OKLab of the pixels to the nearest colour."""
    lab = srgb_to_oklab(pixels[..., :3].reshape(-1, 3) / 255.0)
    colors = srgb_to_oklab(np.array(palette) / 255.0)
    return float(np.sqrt(((lab[:, None] - colors) ** 2).sum(-1)).min(axis=1).mean())


def test_nearer_than_median_cut() -> None:
    pixels = photo()
    reduced = Image.fromarray(pixels[..., :3]).quantize(16, Image.Quantize.MEDIANCUT)
    table = reduced.getpalette() or []
    median = tuple((table[i], table[i + 1], table[i + 2]) for i in range(0, 48, 3))
    assert error_of(extract_swatches(pixels, 16), pixels) < error_of(median, pixels)
    assert error_of(FULL.swatches[:16], pixels) > error_of(median, pixels)  # the measure can fail


def test_more_colours_than_points() -> None:
    codes = np.arange(40_000, dtype=np.uint32)  # all of them dark: they share cells
    pixels = opaque([(c >> 16, c >> 8 & 255, c & 255) for c in codes.tolist()], 200)
    found = extract_swatches(pixels, 256)
    assert len(set(found)) == 256


@pytest.mark.parametrize("count", [0, -1, 257])
def test_counts_that_are_refused(count: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"1 to 256 colours .* got {count}"):
        extract_swatches(photo(8), count)
    with pytest.raises(InputError, match=f"1 to 256 colours .* got {count}"):
        extract_palette(tmp_path / "any.png", count)


def test_extract_palette(tmp_path: Path) -> None:
    Image.fromarray(photo()).save(tmp_path / "my photo.png")
    palette = extract_palette(tmp_path / "my photo.png", 5)
    assert isinstance(palette, Palette)
    assert (palette.name, len(palette)) == ("my photo", 5)


# --- hostile files


@pytest.mark.parametrize("side", [8193, 20_000, 2**31 - 1])
def test_pictures_that_claim_too_much(side: int) -> None:
    with pytest.raises(InputError, match="pixels; allowed: 67108864 in all") as caught:
        read_pixels(claiming_png(side, side))
    assert "\n" not in str(caught.value)


def test_a_picture_that_holds_nothing() -> None:
    with pytest.raises(InputError, match="no picture that can be read"):
        read_pixels(claiming_png(16, 16))


def test_the_error_names_the_file_and_no_memory_address(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"not a picture")
    for act in (read_palette, lambda p: extract_palette(p, 4)):
        with pytest.raises(FileError, match=r"broken\.png'") as caught:
            act(path)
        assert "0x" not in str(caught.value)
        assert "no picture that can be read" in str(caught.value)
        assert "BytesIO" not in str(caught.value)


KINDS = ("PNG", "GIF", "BMP", "JPEG", "WEBP", "TIFF", "TGA")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_pictures_give_a_palette_or_one_line(kind: str, data: st.DataObject) -> None:
    whole = encoded(Image.fromarray(photo(6)[..., :3]), kind)
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)), label="cut")])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        said = PictureFormat().read(bytes(damaged), "any").name
    except InputError as error:
        said = str(error)
    assert "\n" not in said
