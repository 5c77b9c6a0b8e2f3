"""The one place where picture files become pixels: what a file says of them is applied here.

Orientation, colour profile, depth and transparency: whoever gets the pixels need not ask again.
What is in a file decides what it is, never its suffix.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError, features

from drawkit.errors import FileError, InputError
from drawkit.files import expanded
from drawkit.pictures.depth import Levels, raw_mode
from drawkit.pictures.kinds import kind_of
from drawkit.pictures.profile import Profile
from drawkit.pictures.turn import orientation_of, turned

__all__ = ["MAX_PIXELS", "read_bitmap", "read_picture", "read_pixels", "readable"]

MAX_PIXELS = 1 << 26
"""Pixels of a picture at most, 8192 x 8192: a file of a few bytes can claim far more."""

_MAX_BYTES = 1 << 30
_STRIP = 1 << 20
"""Pixels that are converted at once."""
_SHRINKS = (2, 4, 8)
"""What a JPEG can be divided by while it is read."""

# Pillow reads more, some of it by starting other programs. TGA has no mark: it comes last.
_KINDS = (
    *("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM", "JPEG2000", "QOI", "ICO"),
    "TGA",
)
_NAMES = {"WEBP": "WebP", "JPEG2000": "JPEG 2000"}
_NEEDS = {"JPEG": "jpg", "WEBP": "webp", "AVIF": "avif", "JPEG2000": "jpg_2000", "PNG": "zlib"}
"""What Pillow must have been built with."""

_Pixels = npt.NDArray[np.uint8]
_Tell = Callable[[str], None]

log = logging.getLogger("drawkit")


def readable() -> str:
    """The kinds of pictures that can be read here, as a list for people."""
    there = [kind for kind in _KINDS if kind not in _NEEDS or features.check(_NEEDS[kind])]
    return ", ".join([*(_NAMES.get(kind, kind) for kind in there), "SVG"])


def read_picture(path: str | Path) -> _Pixels:
    """A picture file as straight sRGB with alpha, upright, [H, W, 4]; of several frames the first.

    An SVG is drawn, its longer side 1024 px.
    `drawkit`'s log tells what was left out or could not be followed. Raises `FileError`.
    """
    path = expanded(path)
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "does not exist"
            raise FileError(f"the picture '{path}' {what}")
        if path.stat().st_size > _MAX_BYTES:
            raise FileError(f"the picture '{path}' is larger than {_MAX_BYTES >> 20} MB")
        with path.open("rb") as file:
            return _read(file, lambda note: log.warning("the picture '%s': %s", path, note))
    except OSError as error:
        raise FileError(f"cannot read the picture '{path}': {error.strerror or error}") from error
    except ValueError as error:
        if isinstance(error, FileError):
            raise
        if not isinstance(error, InputError):  # a zero byte in the name
            raise FileError(f"cannot read the picture {str(path)!r}: {error}") from error
        raise FileError(f"cannot read the picture '{path}': {error}") from error


def read_pixels(data: bytes, tell: _Tell | None = None) -> _Pixels:
    """As `read_picture`, from the bytes of a file. Raises `InputError`.

    tell: takes each line about what was left out or could not be followed.
    """
    return _read(io.BytesIO(data), (lambda _: None) if tell is None else tell)


def read_bitmap(data: bytes) -> _Pixels:
    """As `read_pixels`, without SVG, which may hold pictures itself. Raises InputError."""
    return _bitmap(io.BytesIO(data), lambda _: None)


def _read(file: BinaryIO, tell: _Tell) -> _Pixels:
    from drawkit.pictures.vector import is_svg, svg_pixels  # most pictures need no lxml

    if is_svg(file):
        return svg_pixels(file, tell)
    return _bitmap(file, tell)


def _bitmap(file: BinaryIO, tell: _Tell) -> _Pixels:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked here, and broken tags are no news
            with Image.open(file, formats=_KINDS) as image:
                _check_size(image, tell)
                _tell_frames(image, file, tell)
                raw = raw_mode(image)
                image.load()
                way = orientation_of(image)
                pixels = _converted(image, raw, tell)
            return turned(pixels, way)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError(f"it claims too many pixels; allowed: {MAX_PIXELS} in all") from error
    except UnidentifiedImageError as error:
        raise InputError(f"it is {kind_of(file)}; what can be read: {readable()}") from error
    except MemoryError as error:
        raise InputError("it needs more memory than there is") from error
    except Exception as error:  # Pillow's decoders raise whatever their bytes lead them into
        said = " ".join(str(error).split(" <_io")[0].split())[:200] or type(error).__name__
        raise InputError(f"it is no picture that can be read: {said}") from error


def _check_size(image: Image.Image, tell: _Tell) -> None:
    """Refuse what is too large; a JPEG is read smaller instead, as it can be."""
    width, height = image.size
    if width * height <= MAX_PIXELS:
        return
    if image.format in ("JPEG", "MPO") and "progressive" not in image.info:
        for shrink in _SHRINKS:
            image.draft(None, (width // shrink, height // shrink))
            if image.width * image.height <= MAX_PIXELS:
                tell(f"its {width} x {height} pixels are too many; read at 1/{shrink} of its size")
                return
    raise InputError(f"it claims {width} x {height} pixels; allowed: {MAX_PIXELS} in all")


def _tell_frames(image: Image.Image, file: BinaryIO, tell: _Tell) -> None:
    """Say which one is taken where there are several; two views of a photo (MPO) are one."""
    if image.format not in ("GIF", "PNG", "WEBP", "AVIF", "TIFF"):
        return
    frames = getattr(image, "n_frames", 1) if image.format in ("PNG", "WEBP", "AVIF") else None
    if frames is None:  # counted by going through the file, which may be broken further on
        place = file.tell()
        try:
            file.seek(0)
            frames = getattr(Image.open(file, formats=[image.format]), "n_frames", 1)
        except Exception:
            frames = 1
        file.seek(place)
    if frames > 1:
        what = "pages" if image.format == "TIFF" else "frames"
        tell(f"it has {frames} {what}; the first is taken")


def _converted(image: Image.Image, raw: str, tell: _Tell) -> _Pixels:
    """Straight sRGB with alpha, a strip at a time: pictures of 50 million pixels come along."""
    levels = Levels(image, raw)
    profile = Profile(image, tell)
    width, height = image.size
    pixels = np.empty((height, width, 4), np.uint8)
    rows = max(1, _STRIP // max(1, width))
    for top in range(0, height, rows):
        part = image.crop((0, top, width, min(height, top + rows)))
        color, alpha = levels.of(part)
        pixels[top : top + rows, :, :3] = np.asarray(profile.srgb(color))
        pixels[top : top + rows, :, 3] = alpha
    return pixels
