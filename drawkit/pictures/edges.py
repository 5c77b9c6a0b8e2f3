"""Where a pen would draw a picture: its borders and thin lines, as chains of places.

Colours and opacity are compared in all directions (structure tensor), over surroundings that are
wide enough for both sides of a thin line to be one. Ridges of that strength, thinned as Canny's
edges are (https://doi.org/10.1109/TPAMI.1986.4767851), are followed and joined where they meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import srgb_to_oklab
from drawkit.pictures.over import over_paper

__all__ = ["Edges", "edges_of", "smoothed"]

_Floats = npt.NDArray[np.float64]

_HUE, _ALPHA = 1.5, 0.5
"""How much differences of hue, and of opacity, count beside those of lightness."""
_FINE, _AROUND = 1.0, 1.8
"""Px of the bells for slopes, and for what is one line."""
_FAINT, _PLAIN = 0.012, 0.04
"""Slopes of which half is kept: of a border that can just be seen, and of one that is plain."""


@dataclass(frozen=True, eq=False)
class Edges:
    """strength: [H, W] 0..1, how surely there is a border; contrast: likewise, how plain it is.

    thin: [H, W] on a ridge; places: [2, H, W] xy px of the ridge at a pixel that is on one.
    """

    strength: _Floats
    contrast: _Floats
    thin: npt.NDArray[np.bool_]
    places: _Floats


def smoothed(maps: Tensor, sigma: float) -> Tensor:
    """Each of [C, H, W] under a bell of `sigma` px."""
    reach = int(3 * sigma) + 1
    bell = torch.exp(-(torch.arange(-reach, reach + 1, dtype=maps.dtype) ** 2) / (2 * sigma**2))
    bell = (bell / bell.sum()).view(1, 1, 1, -1)
    padded = F.pad(maps[:, None], (reach,) * 4, mode="replicate")
    found: Tensor = F.conv2d(F.conv2d(padded, bell), bell.transpose(2, 3))[:, 0]
    return found


def edges_of(picture: Tensor, blur: float = _FINE) -> Edges:
    """The edges of a picture [4, H, W], premultiplied RGBA 0..1, on white."""
    rgb = over_paper(picture[None])[0].clamp(0, 1).permute(1, 2, 0).double().numpy()
    lab = torch.from_numpy(srgb_to_oklab(rgb)).permute(2, 0, 1)
    weights = torch.tensor([1.0, _HUE, _HUE, _ALPHA], dtype=torch.float64).view(4, 1, 1)
    seen = smoothed(weights * torch.cat([lab, picture[3:].double()]), blur)
    padded = F.pad(seen[None], (1, 1, 1, 1), mode="replicate")[0]
    across = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
    down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    products = [(across * across).sum(0), (across * down).sum(0), (down * down).sum(0)]
    xx, xy, yy = smoothed(torch.stack(products), _AROUND)
    angle = torch.atan2(2 * xy, xx - yy) / 2  # across the line
    normals = torch.stack([angle.cos(), angle.sin()])
    energy = (xx + yy).sqrt()
    thin, places = _ridges(energy, normals)
    strength, contrast = (energy / (energy + half) for half in (_FAINT, _PLAIN))
    return Edges(strength.numpy(), contrast.numpy(), thin.numpy(), places.numpy())


def _ridges(energy: Tensor, normals: Tensor) -> tuple[Tensor, Tensor]:
    """Where the strength is highest across the line, and the place of that within the pixel."""
    rows, columns = energy.shape
    y, x = torch.meshgrid(
        torch.arange(rows, dtype=energy.dtype) + 0.5,
        torch.arange(columns, dtype=energy.dtype) + 0.5,
        indexing="ij",
    )
    at = torch.stack([x, y])
    ahead, behind = (_sampled(energy, at + way * normals) for way in (1, -1))
    thin = (energy >= ahead) & (energy > behind)
    curve = (ahead + behind - 2 * energy).clamp(max=-1e-9)
    off = ((behind - ahead) / (2 * curve)).clamp(-0.5, 0.5)
    return thin, at + off * normals


def _sampled(values: Tensor, at: Tensor) -> Tensor:
    """Bilinear samples of [H, W] at [2, H, W] xy px."""
    size = torch.tensor([values.shape[1], values.shape[0]], dtype=values.dtype).view(2, 1, 1)
    grid = (at / size * 2 - 1).permute(1, 2, 0)[None]
    return F.grid_sample(values[None, None], grid, padding_mode="border", align_corners=False)[0, 0]
