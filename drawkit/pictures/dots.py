"""Small round marks of a picture, which have no border that a line could follow: eyes, above all.

Blobs of one size each (Lindeberg 1998, https://doi.org/10.1023/A:1008045108935): places that are
darker or lighter than all around them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.color import srgb_to_oklab
from drawkit.pictures.chains import Chain
from drawkit.pictures.edges import smoothed
from drawkit.pictures.over import over_paper

__all__ = ["dots_of"]

_Floats = npt.NDArray[np.float64]

_SIZES = (1.0, 1.4, 2.0, 2.8, 4.0)
"""Standard deviations in px: a dot's radius is 1.4 times as much. The first and the last are there
to tell what is a dot of another size."""
_MOST = 2
"""Dots at most: eyes come one or two, and what has many is a texture."""
_PLAIN = 0.25
"""How much lighter or darker one is than what is around it, in OKLab."""
_ROUND = 0.16
"""Least product of its two bends, as a share of their squared sum: 0.25 is round, 0 a line."""
_NEARLY_ALL = 0.8
_AWAY = 3
"""Px to where the thing ends, at least, beside its own size: no tip of a hair."""
_PLACES = 16


def dots_of(picture: Tensor, attention: _Floats) -> list[Chain]:
    """Rings around two dots of a picture [4, H, W], premultiplied RGBA 0..1, the plainest first.

    attention: [H, W], how much each place matters.
    """
    rgb = over_paper(picture[None])[0].clamp(0, 1).permute(1, 2, 0).double().numpy()
    light = torch.from_numpy(srgb_to_oklab(rgb))[..., 0]
    found: list[tuple[float, float, int, int]] = []
    shapes = []
    for sigma in _SIZES:
        soft = F.pad(smoothed(light[None], sigma)[None], (1, 1, 1, 1), mode="replicate")[0, 0]
        here = soft[1:-1, 1:-1]
        xx = soft[1:-1, 2:] + soft[1:-1, :-2] - 2 * here
        yy = soft[2:, 1:-1] + soft[:-2, 1:-1] - 2 * here
        xy = (soft[2:, 2:] + soft[:-2, :-2] - soft[2:, :-2] - soft[:-2, 2:]) / 4
        shapes.append(((xx + yy).abs() * sigma**2, xx * yy - xy * xy > _ROUND * (xx + yy).square()))
    bends = torch.stack([bend for bend, _ in shapes])
    most = F.max_pool3d(bends[None], (3, 5, 5), stride=1, padding=(1, 2, 2))[0]
    for at in range(1, len(_SIZES) - 1):
        bend, is_round = shapes[at]
        inside = _inside(picture[3], math.ceil(1.4 * _SIZES[at]) + _AWAY)
        seen = (bend == most[at]) & is_round & inside & (bend > _PLAIN)
        seen &= _apart(light, 2 * 1.4 * _SIZES[at])
        bend = bend * torch.from_numpy(attention)
        found += [(float(bend[y, x]), _SIZES[at], y, x) for y, x in seen.nonzero().tolist()]
    rings: list[tuple[float, float, float]] = []
    for _, sigma, y, x in sorted(found, reverse=True):
        if all(math.hypot(x - x2, y - y2) > 1.4 * (sigma + s2) for s2, y2, x2 in rings):
            rings.append((sigma, y, x))
    return [_ring(x + 0.5, y + 0.5, 1.4 * sigma) for sigma, y, x in rings[:_MOST]]


def _apart(light: Tensor, radius: float) -> Tensor:
    """[H, W] whether the places around one, so far from it, are darker, or else lighter."""
    reach = math.ceil(radius)
    padded = F.pad(light[None, None], (reach,) * 4, mode="replicate")[0, 0]
    rows, columns = light.shape
    around = []
    for n in range(_PLACES):
        x = reach + round(radius * math.cos(n * 2 * math.pi / _PLACES))
        y = reach + round(radius * math.sin(n * 2 * math.pi / _PLACES))
        around.append(padded[y : y + rows, x : x + columns] - light)
    off = torch.stack(around)
    lighter, darker = ((way * off > _PLAIN / 2).double().mean(dim=0) for way in (1, -1))
    found: Tensor = torch.maximum(lighter, darker) > _NEARLY_ALL
    return found


def _inside(alpha: Tensor, reach: int) -> Tensor:
    """[H, W] what is shown, with all that is so near."""
    clear = F.pad((alpha < 0.5).float()[None], (reach,) * 4, value=1.0)
    return F.max_pool2d(clear, 2 * reach + 1, stride=1)[0] == 0


def _ring(x: float, y: float, radius: float) -> Chain:
    angle = np.arange(_PLACES) * (2 * math.pi / _PLACES)
    return Chain(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1), True)
