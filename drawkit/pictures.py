"""Pictures that users give, to start from or to pixelate: read with care, made to fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.errors import FileError, InputError
from drawkit.palettes.picture import read_pixels

__all__ = ["fitted", "premultiplied", "read_picture"]

_MAX_BYTES = 1 << 28

_Floats = npt.NDArray[np.float32]


def read_picture(path: str | Path) -> npt.NDArray[np.uint8]:
    """The first frame of a picture file as straight RGBA, [H, W, 4]; `FileError` where it fails."""
    path = Path(path).expanduser()
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "does not exist"
            raise FileError(f"the picture '{path}' {what}")
        if path.stat().st_size > _MAX_BYTES:
            raise FileError(f"the picture '{path}' is larger than {_MAX_BYTES >> 20} MB")
        return read_pixels(path.read_bytes())
    except OSError as error:
        raise FileError(f"cannot read the picture '{path}': {error.strerror or error}") from error
    except ValueError as error:
        if isinstance(error, FileError):
            raise
        if not isinstance(error, InputError):  # a zero byte in the name
            raise FileError(f"cannot read the picture {str(path)!r}: {error}") from error
        raise FileError(f"cannot read the picture '{path}': {error}") from error


def premultiplied(pixels: npt.NDArray[np.uint8]) -> _Floats:
    """Straight RGBA [H, W, 4], 0..255 -> premultiplied, 0..1."""
    values: _Floats = pixels.astype(np.float32) / np.float32(255)
    values[..., :3] *= values[..., 3:]
    return values


def fitted(picture: _Floats, width: int, height: int) -> _Floats:
    """A premultiplied picture [h, w, 4], as large as fits, in the middle of [height, width, 4].

    Every new pixel is the mean of the area that it covers, so whole factors either way are exact.
    """
    rows, columns = picture.shape[:2]
    scale = min(width / columns, height / rows)
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    if size != (columns, rows):
        channels = [
            np.asarray(Image.fromarray(picture[..., at]).resize(size, Image.Resampling.BOX))
            for at in range(4)
        ]
        picture = np.stack(channels, axis=-1).clip(0, 1)
    result = np.zeros((height, width, 4), np.float32)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    result[top : top + size[1], left : left + size[0]] = picture
    return result
