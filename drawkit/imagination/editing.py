"""A picture changed as its words change: what the words do not speak of stays where it is.

FlowEdit (Kulikov et al., arXiv 2412.08629): the old words lead a noisy copy of the picture one way
and the new words another; the picture goes the difference. No noise is ever taken for a picture,
so borders stay that would be lost where one is made noisy and imagined anew.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination.guided import guided_clean
from drawkit.imagination.imagine import SIDE, Imagination
from drawkit.imagination.matte import Matte, matted
from drawkit.imagination.sharpen import sharpened

__all__ = ["edited_picture", "edited_thumbnail"]

_HINT, _ANEW, _BEND = 0.8, 0.05, 1.4
"""Where on the way from noise (0) to picture (1) the change begins, for strengths of 0 and 1, and
how much sooner between: what has a colour of its own lets go of it late."""
_STEPS = 16
_LOOKS = 3
"""Noisy copies a step; their mean is what the picture goes."""
_OLD_GUIDANCE, _NEW_GUIDANCE = 1.5, 5.5
"""The paper's for Stable Diffusion 3 are 3.5 and 13.5; this model clips at more than these."""


@torch.no_grad()
def edited_thumbnail(
    net: Imagination,
    picture: Tensor,
    old: Tensor,
    new: Tensor,
    strength: float,
    generator: torch.Generator,
    *,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """[1, 4, 32, 32] premultiplied RGBA in -1..1, changed from words `old` [D] to `new` [D].

    strength: 0 (a hint) to 1 (a new picture). Noise comes from `generator`, on the CPU.
    """
    found = picture
    begin = _ANEW + (_HINT - _ANEW) * (1 - strength) ** _BEND
    before, after = (words.expand(_LOOKS, -1) for words in (old, new))
    for now, then in itertools.pairwise(torch.linspace(begin, 1, _STEPS + 1).tolist()):
        noise = torch.randn(_LOOKS, *picture.shape[1:], generator=generator).to(picture)
        was = now * picture + (1 - now) * noise
        here = was + (found - picture)
        times = was.new_full((_LOOKS,), now)
        to_new = guided_clean(net, here, times, after, _NEW_GUIDANCE, dtype) - here
        to_old = guided_clean(net, was, times, before, _OLD_GUIDANCE, dtype) - was
        way = (to_new - to_old).mean(dim=0, keepdim=True) / (1 - now)
        found = found + (then - now) * way
    return found


def edited_picture(
    net: Imagination,
    picture: Tensor,
    old: Tensor,
    new: Tensor,
    strength: float,
    generator: torch.Generator,
    *,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """[1, 4, H, W] premultiplied RGBA 0..1 changed from words to words, in its own size.

    Only the change is as coarse as what is imagined: finer parts stay, of a figure the less the
    stronger it is. What fills its sheet keeps them all, and its change has no borders: photos are
    nothing that the model knows.
    """
    matte = matted(picture)
    fills = matte.paper is None and bool((picture[:, 3] >= 1).all())
    height, width = picture.shape[-2:]
    side = max(height, width)
    square = _squared(matte.figure, side, "replicate" if fills else "constant")
    small = F.interpolate(square, size=(SIDE, SIDE), mode="bilinear", antialias=True) * 2 - 1
    changed = edited_thumbnail(net, small.to(old), old, new, strength, generator, dtype=dtype)
    left, top = (side - width) // 2, (side - height) // 2
    inside = (..., slice(top, top + height), slice(left, left + width))
    if fills:
        change = F.interpolate(
            (changed.cpu() - small)[:, :3] / 2, size=(side, side), mode="bicubic"
        )
        return torch.cat([(picture[:, :3] + change[inside]).clamp(0, 1), picture[:, 3:]], dim=1)
    before, after = (_full(one.cpu(), matte, side) for one in (small, changed))
    shown = matte.on_paper(matte.figure)
    fine = (1 - strength**2) * (shown - before[inside])
    found = (after[inside] + fine).clamp(0, 1)
    return torch.cat([found[:, :3].minimum(found[:, 3:]), found[:, 3:]], dim=1)


def _squared(picture: Tensor, side: int, beside: str) -> Tensor:
    """[1, 4, H, W] in the middle of a square; beside it: `constant` (clear) or `replicate`."""
    height, width = picture.shape[-2:]
    left, top = (side - width) // 2, (side - height) // 2
    return F.pad(picture, (left, side - width - left, top, side - height - top), mode=beside)


def _full(thumbnail: Tensor, matte: Matte, side: int) -> Tensor:
    """A thumbnail in -1..1 as [1, 4, side, side] in 0..1 with crisp borders, on its paper."""
    rgba = (thumbnail.clamp(-1, 1) + 1) / 2
    rgba = torch.cat([rgba[:, :3].minimum(rgba[:, 3:]), rgba[:, 3:]], dim=1)
    large = F.interpolate(sharpened(rgba), size=(side, side), mode="bilinear", antialias=True)
    return matte.on_paper(large)
