"""OKLab on tensors, with gradients: the numbers of `drawkit.color`, which tests compare."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.color import LMS_TO_LAB, RGB_TO_LMS

__all__ = ["eight_bits", "oklab_to_srgb", "srgb_to_oklab", "to_gamut_"]

_OUTSIDE = 1e-3
"""How far outside 0..1 a channel may be: less is rounding, and would never come to rest."""


def srgb_to_oklab(rgb: Tensor) -> Tensor:
    """Gamma-encoded sRGB [..., 3], 0..1 -> OKLab [..., 3]."""
    curve = ((rgb.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, curve)
    cones = linear @ rgb.new_tensor(RGB_TO_LMS).T
    lab: Tensor = cones.clamp(min=1e-9) ** (1 / 3) @ rgb.new_tensor(LMS_TO_LAB).T
    return lab


def oklab_to_srgb(lab: Tensor) -> Tensor:
    """OKLab [..., 3] -> sRGB [..., 3], what is outside of it at its border, 0..1."""
    return _unclamped(lab).clamp(0, 1)


def to_gamut_(lab: Tensor) -> None:
    """Move colours [N, 3] that sRGB cannot show to its border, in place; the others stay."""
    rgb = _unclamped(lab)
    outside = ((rgb < -_OUTSIDE) | (rgb > 1 + _OUTSIDE)).any(dim=-1)
    lab[outside] = srgb_to_oklab(rgb[outside].clamp(0, 1))


def _unclamped(lab: Tensor) -> Tensor:
    cones = (lab @ torch.linalg.inv(lab.new_tensor(LMS_TO_LAB)).T) ** 3
    linear = cones @ torch.linalg.inv(lab.new_tensor(RGB_TO_LMS)).T
    curve = 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055
    rgb: Tensor = torch.where(linear <= 0.0031308, linear * 12.92, curve)
    return rgb


def eight_bits(rgb: Tensor) -> Tensor:
    """The nearest colours that files can hold; the gradient passes as if nothing were rounded."""
    return rgb + ((rgb * 255).round() / 255 - rgb).detach()
