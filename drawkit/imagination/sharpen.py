"""A thumbnail as a clean picture, several times as large: areas with crisp, even borders.

Each cell is one of the picture's few colours or a mixture of two that lie beside it, which says
where between its sides their border runs. So borders come out finer than cells (soft matting, as
in image vectorisation), and thin lines and small gaps stay.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.palettes import extract_swatches
from drawkit.raster import straight

__all__ = ["DRAWN", "sharpened"]

_COLORS = 12
"""Colours that areas are told apart by; each is shaded as the thumbnail is there."""
_NEW_COLOR = 0.1
"""Colours nearer than this (of RGB, 0..1) are shades of one; the more common of them stays."""
_CLEARER, _BLUR = 1.0, 0.8
"""How much contrast is given back to what is finer than a cell's surroundings, of such a blur."""
_ACROSS, _BEYOND = 0.15, 0.12
"""Two cells differ by so much at least if one between them is a mixture, and how far from both."""
_BESIDE = 0.18
"""How far from the line between their colours a mixture may be, as a share of its length."""
_SIMPLE = 0.08
"""By how much (of RGBA) two colours must explain a cell better than one does."""
_SOLID = 0.1
"""Cells whose alpha is nearer than this to 0 or 1 are paper, or picture."""
_SURE, _FAINT = 0.85, 0.02
"""From which share a cell gives an area its colour, and the weight of those that are mixtures."""
_SHADE = 1.2
"""Cells over which an area's own colours are averaged."""
DRAWN, _IMAGINED = 0.4, 1.0
"""Cells over which borders are evened: of thumbnails that were drawn, and of noise's."""


def sharpened(picture: Tensor, side: int = 256, calm: float = _IMAGINED) -> Tensor:
    """A thumbnail [1, 4, h, w] enlarged to a shorter side of `side` with crisp areas.

    Premultiplied RGBA 0..1 in and out; alpha becomes 0 or 1. `side` is rounded down to a multiple
    of the thumbnail's. calm: cells over which borders are evened; lines that are thinner go.
    """
    factor = side // min(picture.shape[-2:])
    if not (picture[0, 3] > 0.5).any():
        return F.interpolate(picture, scale_factor=factor, mode="nearest")
    cells = _clear(picture[0]).permute(1, 2, 0)
    pure = ~_mixtures(cells)
    inks = _inks(cells, pure)
    share, sure = _shares(cells, inks, pure)
    share = _without_crumbs(share)
    chosen = _areas(share, factor, calm)
    colors = straight(cells)[..., :3].clamp(0, 1).permute(2, 0, 1)
    return _colored(chosen, colors, share, sure, factor)


def _clear(picture: Tensor) -> Tensor:
    """[4, h, w] with the contrast of thin lines given back, and no colour that is not near."""
    most = F.max_pool2d(picture[None], 5, stride=1, padding=2)[0]
    least = -F.max_pool2d(-picture[None], 5, stride=1, padding=2)[0]
    clear = picture + _CLEARER * (picture - _blurred(picture, _BLUR))
    clear = clear.maximum(least).minimum(most).clamp(0, 1)
    return torch.cat([clear[:3].minimum(clear[3:]), clear[3:]])


def _mixtures(cells: Tensor) -> Tensor:  # [h, w, 4] -> [h, w] bool
    """Cells whose colour lies between those at their two sides, some way or other."""
    height, width = cells.shape[:2]
    around = F.pad(cells.permute(2, 0, 1)[None], (2, 2, 2, 2), mode="replicate")[0]
    mixed = torch.zeros(height, width, dtype=torch.bool)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        for before, after in ((1, 1), (1, 2), (2, 1)):
            ends = [
                around[:, 2 + n * down :, 2 + n * right :][:, :height, :width].permute(1, 2, 0)
                for n in (-before, after)
            ]
            way = ends[1] - ends[0]
            length = way.norm(dim=-1)
            place = ((cells - ends[0]) * way).sum(-1) / length.square().clamp(min=1e-6)
            off = (cells - ends[0] - place[..., None] * way).norm(dim=-1)
            inside = (place > _BEYOND) & (place < 1 - _BEYOND)
            mixed |= (length > _ACROSS) & inside & (off < _BESIDE * length)
    return mixed


def _inks(cells: Tensor, pure: Tensor) -> Tensor:  # [h, w, 4], [h, w] -> [K, 4]
    """Paper, then the colours that stand for pure cells, none a shade of another."""
    solid = cells[..., 3] > 0.5
    shown = solid & pure
    if int(shown.sum()) < 0.15 * int(solid.sum()):
        shown = solid
    colors = straight(cells)[..., :3].clamp(0, 1)
    levels = (torch.cat([colors, shown[..., None].to(colors)], 2) * 255).round().to(torch.uint8)
    found = torch.tensor(extract_swatches(levels.numpy(), _COLORS)) / 255
    uses = torch.bincount(torch.cdist(colors[shown], found).argmin(1), minlength=len(found))
    kept: list[Tensor] = []
    for color in found[uses.argsort(descending=True, stable=True)]:
        if all((color - other).norm() > _NEW_COLOR for other in kept):
            kept.append(color)
    return torch.cat([torch.zeros(1, 4), F.pad(torch.stack(kept), (0, 1), value=1.0)])


def _shares(cells: Tensor, inks: Tensor, pure: Tensor) -> tuple[Tensor, Tensor]:
    """How much of each ink is in a cell, [K, h, w], and which cells are of one, [h, w]."""
    height, width = pure.shape
    count, flat = len(inks), cells.reshape(-1, 4)
    nearest = torch.cdist(flat, inks).argmin(1)
    whole = F.one_hot(nearest, count).T.reshape(count, height, width).float()
    sure = pure & ((cells[..., 3] > 1 - _SOLID) | (cells[..., 3] < _SOLID))
    near = F.max_pool2d((whole * pure)[None], 5, stride=1, padding=2)[0].reshape(count, -1) > 0
    best = torch.full((len(flat),), torch.inf)
    first, second, place = nearest, nearest, torch.zeros(len(flat))
    for a in range(count):
        for b in range(a, count):
            way = inks[b] - inks[a]
            at = ((flat - inks[a]) @ way / way.square().sum().clamp(min=1e-6)).clamp(0, 1)
            off = (flat - inks[a] - at[:, None] * way).norm(dim=1) + (_SIMPLE if a != b else 0.0)
            better = near[a] & near[b] & (off < best)
            best, place = torch.where(better, off, best), torch.where(better, at, place)
            first, second = torch.where(better, a, first), torch.where(better, b, second)
    mixed = torch.zeros(len(flat), count)
    mixed.scatter_add_(1, first[:, None], 1 - place[:, None])
    mixed.scatter_add_(1, second[:, None], place[:, None])
    return torch.where(sure, whole, mixed.T.reshape(count, height, width)), sure


def _without_crumbs(share: Tensor) -> Tensor:  # [K, h, w] -> the same
    """Cells that are unlike all those around them as these are."""
    whole = F.one_hot(share.argmax(0), len(share)).permute(2, 0, 1).float()
    padded = F.pad(share[None], (1, 1, 1, 1), mode="replicate")
    around = 9 * F.avg_pool2d(padded, 3, stride=1)[0] - share
    alone = (around * whole).sum(0) < 0.5
    return torch.where(alone, around / 8, share)


def _areas(share: Tensor, factor: int, calm: float) -> Tensor:  # [K, h, w] -> [H, W] int64
    """The ink of each pixel of the enlarged picture."""
    clear = share + (share - _blurred(share, 1.0))
    large = F.interpolate(clear[None], scale_factor=factor, mode="bicubic")[0]
    return _blurred(large, calm * factor).argmax(0)


def _colored(
    chosen: Tensor, colors: Tensor, share: Tensor, sure: Tensor, factor: int
) -> Tensor:  # [H, W], [3, h, w] -> [1, 4, H, W]
    """Areas in the thumbnail's own colours, averaged within each."""
    out = torch.zeros(4, *chosen.shape)
    for ink in range(1, len(share)):
        area = chosen == ink
        if not area.any():
            continue
        weight = ((share[ink] > _SURE) * (_FAINT + sure.float()))[None]
        if not weight.any():
            weight = share[ink][None]
        total = _blurred(weight, _SHADE)
        mean = (colors * weight).sum((1, 2), keepdim=True) / weight.sum()
        own = (_blurred(colors * weight, _SHADE) + 1e-4 * mean) / (total + 1e-4)
        large = F.interpolate(own[None], scale_factor=factor, mode="bilinear")[0]
        out[:3] = torch.where(area, large, out[:3])
        out[3] = torch.where(area, 1.0, out[3])
    return out[None].clamp(0, 1)


def _blurred(maps: Tensor, sigma: float) -> Tensor:  # [C, h, w] -> the same
    """Each map under a bell of `sigma`."""
    reach = max(1, round(3 * sigma))
    bell = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma).square())
    bell = bell / bell.sum()
    padded = F.pad(maps[:, None], (reach,) * 4, mode="replicate")
    blurred: Tensor = F.conv2d(F.conv2d(padded, bell.view(1, 1, 1, -1)), bell.view(1, 1, -1, 1))
    return blurred[:, 0]
