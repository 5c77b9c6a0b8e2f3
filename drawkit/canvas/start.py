"""Pictures that users give, as canvases start from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.canvas.contract import StartsFromPicture
from drawkit.canvas.oklab import oklab_to_srgb
from drawkit.pictures import fitted_pixels, read_picture
from drawkit.pixelart.neighbours import neighbours
from drawkit.pixelart.pixelate import ruling_colors
from drawkit.raster import straight
from drawkit.scene.cells import cell_map
from drawkit.scene.grid import Cell, Tile

__all__ = ["picture_tensor", "ruling_cells", "start_picture", "start_size"]


def picture_tensor(path: str | Path, width: int, height: int) -> Tensor:
    """A picture file as premultiplied RGBA [1, 4, H, W], 0..1, as large as fits."""
    return start_picture(read_picture(path), width, height)


def start_size(canvas: Canvas) -> tuple[int, int]:
    """Width and height of the picture that a canvas starts from, or else follows."""
    if isinstance(canvas, StartsFromPicture):
        return canvas.start_size
    return canvas.width, canvas.height


def start_picture(pixels: npt.NDArray[np.uint8], width: int, height: int) -> Tensor:
    """Straight RGBA [h, w, 4], 0..255, as premultiplied [1, 4, H, W], 0..1, as large as fits."""
    picture = fitted_pixels(pixels, width, height)
    return torch.from_numpy(picture).permute(2, 0, 1)[None]


def ruling_cells(
    picture: Tensor,
    cell: Cell,
    rows: int,
    columns: int,
    size: tuple[int, int],
    tile: Tile = (False, False),
) -> Tensor:
    """[rows * columns, 4] premultiplied: the mean opacity and the ruling colour of each cell.

    picture: [1, 4, H, W] premultiplied RGBA. size: height and width of a cell in its pixels.
    tile: whether it goes on at its other side.
    """
    row, column = cell_map(cell, rows, columns, size[::-1], tile)
    shape = rows * size[0], columns * size[1]
    place = np.broadcast_to(row * columns + column, shape).ravel()
    pixels = picture[0].flatten(1).T  # [H * W, 4]
    count = rows * columns
    area = np.bincount(place, minlength=count).clip(1)
    alpha = torch.from_numpy(np.bincount(place, pixels[:, 3].double().numpy(), count) / area)
    levels = straight(pixels).clamp(0, 1)
    rgba = (levels * 255).round().to(torch.uint8).view(*shape, 4).numpy()
    if not rgba[..., 3].any():
        return torch.zeros(count, 4)
    around = neighbours(cell, rows, columns, corners=True, tile=tile)
    colors = oklab_to_srgb(torch.from_numpy(ruling_colors(rgba, place, around)).float())
    return torch.cat([colors, torch.ones(count, 1)], dim=1) * alpha[:, None].float()
