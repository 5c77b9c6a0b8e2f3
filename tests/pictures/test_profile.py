"""Colour profiles, against LittleCMS called by hand and against the formulas of the spaces."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from drawkit.pictures import read_pixels

GOLDEN = Path(__file__).parents[1] / "golden"
COLORS = np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def adobe_rgb() -> bytes:
    with Image.open(GOLDEN / "adobe-rgb.png") as image:
        return bytes(image.info["icc_profile"])


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def by_formula(pixels: np.ndarray) -> np.ndarray:
    """Adobe RGB (1998) to sRGB: gamma 563/256, its matrix to XYZ (D65), sRGB's back."""
    linear = (pixels / 255.0) ** (563 / 256)
    to_xyz = np.array(
        [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    )
    to_srgb = np.array(
        [[3.24100, -1.53740, -0.49862], [-0.96924, 1.87597, 0.04156], [0.05563, -0.20398, 1.05697]]
    )
    light = (linear @ to_xyz.T @ to_srgb.T).clip(0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return curve * 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG", "AVIF"])
def test_profiles_are_followed_in_every_kind(kind: str) -> None:
    exact: dict[str, Any] = {
        "WEBP": {"lossless": True},
        "JPEG": {"quality": 100, "subsampling": 0},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    soft = Image.fromarray(COLORS // 2 + 60)
    data = encoded(soft, kind, icc_profile=adobe_rgb(), **exact.get(kind, {}))
    with Image.open(io.BytesIO(data)) as image:
        stored = np.asarray(image.convert("RGB"))
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        theirs = ImageCms.profileToProfile(
            image.convert("RGB"), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    found = read_pixels(data)[..., :3].astype(int)
    assert np.abs(found - np.asarray(theirs)).max() <= 1
    assert np.abs(found - by_formula(stored)).max() <= 2
    assert np.abs(found - stored).max() > 10  # so that it can fail


def test_palettes_greys_and_alpha_come_along() -> None:
    image = Image.fromarray(np.arange(4, dtype=np.uint8).reshape(2, 2), "P")
    image.putpalette([220, 30, 30, 30, 220, 30, 30, 30, 220, 128, 128, 128])
    data = encoded(image, "PNG", icc_profile=adobe_rgb(), transparency=bytes([255, 0, 9, 255]))
    found = read_pixels(data)
    expected = by_formula(np.array([[220, 30, 30], [30, 220, 30], [30, 30, 220], [128] * 3]))
    assert np.abs(found[..., :3].reshape(4, 3) - expected).max() <= 2
    assert found[..., 3].ravel().tolist() == [255, 0, 9, 255]
    rgba = np.dstack([COLORS, COLORS[..., 0]])
    found = read_pixels(encoded(Image.fromarray(rgba), "PNG", icc_profile=adobe_rgb()))
    assert (found[..., 3] == rgba[..., 3]).all()
    grey = Image.fromarray(COLORS[..., 0])  # with a profile for RGB, as cameras write it
    notes: list[str] = []
    found = read_pixels(encoded(grey, "PNG", icc_profile=adobe_rgb()), notes.append)
    assert np.abs(found[..., 0] - by_formula(COLORS[..., [0, 0, 0]])[..., 0]).max() <= 2
    assert not notes


def test_srgb_itself_changes_nothing() -> None:
    """LittleCMS alone would shift some levels by one: pixel art would have new colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = read_pixels(encoded(Image.fromarray(COLORS), "PNG", icc_profile=profile))
    assert (found[..., :3] == COLORS).all()


@pytest.mark.parametrize("kind", ["RGB", "CMYK"])
def test_broken_profiles_are_said_and_taken_for_srgb(kind: str) -> None:
    image = Image.fromarray(COLORS).convert(kind)
    whole = adobe_rgb()
    damaged = {"broken": [b"\0" * 200, whole[:100], b"x"], "is for RGB": [whole]}
    for words, profiles in damaged.items():
        for profile in profiles if kind == "CMYK" or words == "broken" else []:
            notes: list[str] = []
            data = encoded(image, "TIFF", icc_profile=profile)
            found = read_pixels(data, notes.append)
            assert len(notes) == 1, profile[:4]
            assert words in notes[0]
            assert "sRGB" in notes[0]
            assert (found[..., :3] == np.asarray(image.convert("RGB"))).all()


def test_cmyk_without_a_profile() -> None:
    """Adobe's JPEGs hold it the other way round, and say so in a marker."""
    flat = np.zeros((16, 16, 4), np.uint8)
    flat[..., 1] = flat[..., 2] = 255  # magenta and yellow: red
    image = Image.fromarray(flat, "CMYK")
    for kind, options in (("TIFF", {}), ("JPEG", {"quality": 100})):
        data = encoded(image, kind, **options)
        assert np.abs(read_pixels(data)[8, 8].astype(int) - (255, 0, 0, 255)).max() <= 3
        assert (b"Adobe" in data) == (kind == "JPEG")


def test_lab() -> None:
    """L*, a*, b* of a mid grey, of white and of a red, as CIE has them (D50)."""
    values = np.array([[[53.6, 0, 0], [100, 0, 0], [54.29, 80.8, 69.9]]])
    stored = np.empty(values.shape, np.uint8)
    stored[..., 0] = np.rint(values[..., 0] * 2.55)
    stored[..., 1:] = np.rint(values[..., 1:]).astype(np.int8).view(np.uint8)
    found = read_pixels(encoded(Image.fromarray(stored, "LAB"), "TIFF"))[0, :, :3].astype(int)
    assert np.abs(found - [[128] * 3, [255] * 3, [255, 0, 0]]).max() <= 6
