"""Pictures that users give, as canvases start from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from drawkit.pictures import fitted, premultiplied, read_picture

__all__ = ["picture_tensor", "start_picture"]


def picture_tensor(path: str | Path, width: int, height: int) -> Tensor:
    """A picture file as premultiplied RGBA [1, 4, H, W], 0..1, as large as fits."""
    return start_picture(read_picture(path), width, height)


def start_picture(pixels: npt.NDArray[np.uint8], width: int, height: int) -> Tensor:
    """Straight RGBA [h, w, 4], 0..255, as premultiplied [1, 4, H, W], 0..1, as large as fits."""
    picture = fitted(premultiplied(pixels), width, height)
    return torch.from_numpy(picture).permute(2, 0, 1)[None]
