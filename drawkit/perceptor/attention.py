"""What of a picture a perceptor goes by: how much each place adds to what it sees in the whole.

Integrated gradients (Sundararajan, Taly and Yan 2017, https://arxiv.org/abs/1703.01365), from bare
paper to the picture; they need no more than a gradient, so that every perceptor has them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor import Perceptor
from drawkit.perceptor.cutouts.warp import view_whole

__all__ = ["attention"]

_STEPS = 12
"""Pictures between the paper and the picture."""
_SOFT = 1 / 24
"""Standard deviation of the blur, as a share of the view: single pixels say nothing."""


def attention(perceptor: Perceptor, picture: Tensor) -> Tensor:
    """[H, W], 0 and more, 1 on average, of a picture RGB [1, 3, H, W] on white."""
    there = perceptor.device
    paper = torch.ones(1, 3, 1, 1, device=there)
    view = view_whole(picture.to(there), paper, perceptor.input_size)
    with torch.no_grad():
        seen = perceptor.encode_image(view) - perceptor.encode_image(torch.ones_like(view))
    slope = torch.zeros_like(view)
    for step in range(_STEPS):
        between = torch.lerp(torch.ones_like(view), view, (step + 0.5) / _STEPS).requires_grad_()
        with torch.enable_grad():
            fits = (perceptor.encode_image(between) * seen).sum()
        slope += torch.autograd.grad(fits, between)[0] / _STEPS
    adds = (slope * (view - 1)).sum(dim=1, keepdim=True).abs()
    return _of_picture(adds.cpu(), *picture.shape[-2:])


def _of_picture(square: Tensor, height: int, width: int) -> Tensor:
    """A map of the whole view [1, 1, S, S], blurred, as one of the picture [H, W] in it."""
    side = square.shape[-1]
    sigma = max(0.5, _SOFT * side)
    reach = int(3 * sigma)
    bell = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    bell = (bell / bell.sum()).view(1, 1, 1, -1)
    soft = F.conv2d(F.conv2d(square, bell, padding=(0, reach)), bell.mT, padding=(reach, 0))
    longer = max(height, width)
    whole = F.interpolate(soft, size=(longer, longer), mode="bilinear", align_corners=False)
    top, left = (longer - height) // 2, (longer - width) // 2
    found: Tensor = whole[0, 0, top : top + height, left : left + width]
    mean = found.mean()
    return found / mean if mean > 0 else torch.ones_like(found)
