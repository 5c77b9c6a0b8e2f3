"""How much memory reading a large picture takes: what `drawkit bench pictures` prints."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, features

from drawkit import BackendError

__all__ = ["BOUND_MB", "KINDS", "PictureMemory", "bench_pictures"]

BOUND_MB = 1000
"""What a picture of 50 million pixels may take."""

_SIDES = 8000, 6250
_SOFT = 500, 400
"""Size of the noise that is enlarged to a picture: about as much detail as a photo has."""

# Runs alone, so that the peak is its own: what the libraries take is measured before. Linux lets
# a new process inherit the peak of the one that started it in `getrusage`, not in /proc.
_MEASURED = """
import json, pathlib, re, resource, sys, time
from drawkit.pictures import read_picture
from drawkit.pixelart.pixelate import pixelate
own = pathlib.Path("/proc/self/status")
def peak():
    if own.exists():
        return int(re.search(r"VmHWM:\\s*(\\d+)", own.read_text())[1]) * 1.024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1000 if sys.platform == "darwin" else most
before, began = peak(), time.monotonic()
pixels = read_picture(sys.argv[1])
read, seconds = peak(), time.monotonic() - began
pixelate(pixels, 64)
print(json.dumps([read - before, peak() - before, seconds, time.monotonic() - began]))
"""


@dataclass(frozen=True)
class PictureMemory:
    """Peak growth in MB of reading a picture, and of `pixelate` in all; seconds of both."""

    kind: str
    read_mb: float
    pixelate_mb: float
    read_seconds: float
    pixelate_seconds: float


def _grey(image: Image.Image) -> Any:
    return np.asarray(image.convert("L"))


KINDS: dict[str, tuple[str, Any]] = {
    "JPEG": ("jpg", lambda image, path: image.convert("RGB").save(path, quality=85)),
    "JPEG progressive": (
        "jpg",
        lambda image, path: image.convert("RGB").save(path, progressive=True, subsampling=0),
    ),
    "JPEG CMYK": ("jpg", lambda image, path: image.convert("CMYK").save(path)),
    "PNG": ("png", lambda image, path: image.convert("RGB").save(path, compress_level=1)),
    "PNG with alpha": ("png", lambda image, path: image.save(path, compress_level=1)),
    "PNG 16-bit grey": (
        "png",
        lambda image, path: Image.fromarray(_grey(image).astype(np.uint16) * 257).save(
            path, compress_level=1
        ),
    ),
    "GIF": ("gif", lambda image, path: image.convert("RGB").quantize(64, method=2).save(path)),
    "BMP": ("bmp", lambda image, path: image.convert("RGB").save(path)),
    "TIFF": ("tif", lambda image, path: image.save(path)),
    "TIFF 32-bit": (
        "tif",
        lambda image, path: Image.fromarray(_grey(image).astype(np.int32) << 23).save(path),
    ),
    "TIFF float": (
        "tif",
        lambda image, path: Image.fromarray(_grey(image) / np.float32(255)).save(path),
    ),
    "PPM": ("ppm", lambda image, path: image.convert("RGB").save(path)),
    "WebP": ("webp", lambda image, path: image.convert("RGB").save(path, quality=50, method=0)),
    "AVIF": ("avif", lambda image, path: image.convert("RGB").save(path, quality=50, speed=10)),
}
"""Kinds of files, and how one is made of a picture in RGBA."""


def bench_pictures(
    kinds: Sequence[str] = tuple(KINDS), size: tuple[int, int] = _SIDES
) -> Iterator[PictureMemory]:
    """Measure each kind in a process of its own; those that this Pillow cannot write are left out.

    `BackendError` where the system does not tell how much memory a process took.
    """
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (_SOFT[1], _SOFT[0], 4), dtype=np.uint8)
    noise[..., 3] = 255
    picture = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            suffix, write = KINDS[kind]
            if suffix in ("webp", "avif") and not features.check(suffix):
                continue
            path = Path(folder) / f"picture.{suffix}"
            write(picture, path)
            yield PictureMemory(kind, *_measured(path))
            path.unlink()


def _measured(path: Path) -> tuple[float, float, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        raise BackendError(f"the memory of reading a picture cannot be measured: {said[0]}")
    read, every, read_seconds, seconds = json.loads(done.stdout)
    return read / 1e3, every / 1e3, read_seconds, seconds
