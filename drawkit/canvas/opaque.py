"""Opaque paths: each is drawn or not, and still learns which."""

from __future__ import annotations

from torch import Tensor

__all__ = ["drawn_or_not"]

_WANTED = 0.5
"""Paths that would rather have less opacity than this are not drawn."""


def drawn_or_not(opacity: Tensor) -> Tensor:
    """Opacities [N], 0..1, as 1 or 0, with gradients as if they were drawn as they are.

    The straight-through estimator (Bengio et al. 2013, arXiv 1308.3432).
    """
    return opacity + ((opacity > _WANTED).to(opacity) - opacity).detach()
