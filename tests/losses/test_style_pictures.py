"""Style pictures are named, read and refused alike by all losses that imitate one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawkit.errors import ConfigError, DrawkitError, FileError
from drawkit.losses import Loss
from drawkit.losses._style_pictures import parse_style_picture, style_tensor, style_tensors
from drawkit.losses.strokes_like import StrokesLikeConfig, StrokesLikeLoss
from drawkit.losses.style import StyleConfig, StyleLoss

Build = Callable[..., Loss]


def style(*images: str) -> Loss:
    return StyleLoss(StyleConfig(images=images))


def strokes_like(*images: str) -> Loss:
    return StrokesLikeLoss(StrokesLikeConfig(images=images))


@pytest.fixture(params=[style, strokes_like], ids=lambda build: build.__name__)
def build(request: pytest.FixtureRequest) -> Build:
    """A loss that imitates pictures, built from their names."""
    loss: Build = request.param
    return loss


@pytest.mark.parametrize("config", [StyleConfig, StrokesLikeConfig])
@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("a.png:0", "weight 0; allowed: above 0"),
        ("a.png:-1", "weight -1"),
        ("a.png:nan", "weight nan"),
        ("a.png:inf", "weight inf"),
        ("", "no name"),
        (":2", "no name"),
    ],
)
def test_names_are_refused_with_the_settings(
    config: Callable[..., object], image: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        config(images=("good.png", image))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.png", ("a.png", 1.0)),
        ("a.png:0.5", ("a.png", 0.5)),
        ("C:\\a.png", ("C:\\a.png", 1.0)),
        ("odd:name.png:2", ("odd:name.png", 2.0)),
    ],
)
def test_paths_with_weights(text: str, wanted: tuple[str, float]) -> None:
    assert parse_style_picture(text) == wanted


def bomb() -> bytes:
    """A PNG of a few bytes that claims 60000 x 60000 pixels."""
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_hostile_pictures_are_refused_before_anything_is_drawn(
    build: Build, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(whole)
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (4, 4), (9, 9, 9, 0)).save(clear)
    files = {
        "empty": b"",
        "text": b"not a picture",
        "cut": whole.read_bytes()[:2000],
        "bomb": bomb(),
        "clear": clear.read_bytes(),
    }
    for name, data in files.items():
        path = tmp_path / f"{name}.png"
        path.write_bytes(data)
        with pytest.raises(DrawkitError) as caught:
            build(str(path))
        assert "\n" not in str(caught.value)
        assert name in str(caught.value)
    for path in (tmp_path, tmp_path / "nowhere.png"):
        with pytest.raises(FileError):
            build(str(path))


def test_pictures_lie_on_white_and_keep_their_shape(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    picture = Image.new("RGBA", (40, 20), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 20))
    picture.save(path)
    found = style_tensor(str(path))
    assert found.shape == (1, 3, 20, 40)
    assert found[0, :, 5, 5].tolist() == [1, 1, 1]
    assert found[0, :, 5, 30].tolist() == [1, 0, 0]
    picture.resize((4000, 2000)).save(path)
    assert style_tensor(str(path)).shape == (1, 3, 256, 512)


def test_several_are_read_with_their_weights(tmp_path: Path) -> None:
    for name, size in (("wide", (40, 20)), ("high", (8, 16))):
        Image.new("RGB", size, "teal").save(tmp_path / f"{name}.png")
    read = style_tensors([f"{tmp_path}/wide.png:0.5", f"{tmp_path}/high.png"])
    assert [(tuple(picture.shape), weight) for picture, weight in read] == [
        ((1, 3, 20, 40), 0.5),
        ((1, 3, 16, 8), 1.0),
    ]
