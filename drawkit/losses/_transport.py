"""How far one set of features is from another, as STROTSS measures it (arXiv 1904.12785).

Sets are [N, D] and [M, D], one row a place of a picture; where the places lie plays no part, so
that what is compared is what a picture is made of, not what it shows.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "cosine_costs",
    "euclidean_costs",
    "moment_distance",
    "moments",
    "palette_distance",
    "relaxed_emd",
    "sliced_distance",
    "style_distance",
    "to_yuv",
]

_EPSILON = 1e-8
"""Keeps the slope of a root finite at 0; colours differ by 1e-4 there, less than files hold."""

_YUV = (
    (0.299, 0.587, 0.114),
    (-0.14713, -0.28886, 0.436),
    (0.615, -0.51499, -0.10001),
)
"""BT.601. The paper asks for any colour space whose channels hardly go together (section 2.2)."""


def cosine_costs(one: Tensor, other: Tensor) -> Tensor:
    """1 - cosine of every row of `one` with every row of `other`: [N, M], 0..2."""
    return 1 - F.normalize(one, dim=1) @ F.normalize(other, dim=1).T


def euclidean_costs(one: Tensor, other: Tensor) -> Tensor:
    """Distance of every row of `one` to every row of `other`: [N, M]."""
    squares = one.square().sum(1)[:, None] + other.square().sum(1) - 2 * one @ other.T
    distances: Tensor = (squares.clamp(min=0) + _EPSILON).sqrt() - _EPSILON**0.5
    return distances


def relaxed_emd(costs: Tensor) -> Tensor:
    """The relaxed earth mover's distance of costs [N, M] (eq. 5).

    Where all must go to the nearest, and all must be reached from the nearest, whichever costs
    more: a lower bound of the true distance that needs no transport plan.
    """
    return torch.maximum(costs.amin(dim=1).mean(), costs.amin(dim=0).mean())


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """The channels' means [D] and covariances [D, D] of features [N, D]."""
    mean = features.mean(dim=0)
    centered = features - mean
    return mean, centered.T @ centered / len(features)


def moment_distance(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> Tensor:
    """Mean differences of two sets' means and of their covariances (eq. 7).

    The cosine outputs away from how long a feature is; this does not.
    """
    return (one[0] - other[0]).abs().mean() + (one[1] - other[1]).abs().mean()


def palette_distance(one: Tensor, other: Tensor) -> Tensor:
    """The relaxed distance of colours [N, 3] and [M, 3], sRGB 0..1 (section 2.2).

    The straight distance tells light from dark, the cosine keeps what little colour there is.
    """
    one, other = to_yuv(one), to_yuv(other)
    return relaxed_emd(euclidean_costs(one, other) + cosine_costs(one, other))


def sliced_distance(one: Tensor, sorted_other: Tensor, directions: Tensor) -> Tensor:
    """Mean distance that features [N, D] move to become others, seen from directions [D, K].

    sorted_other: [M, K], the others along the same directions, each column in order. Unlike the
    relaxed distance it is 0 only where both are spread alike: a grey does not do for stripes.
    """
    own = (one @ directions).sort(dim=0).values
    at = ((torch.arange(len(own)) + 0.5) * len(sorted_other) / len(own)).long()
    return (own - sorted_other[at.to(own.device)]).abs().mean()


def style_distance(
    features: tuple[Tensor, Tensor],
    colors: tuple[Tensor, Tensor],
    style_moments: tuple[Tensor, Tensor],
) -> Tensor:
    """All three terms, for a drawing and a style picture: 0 where both are the same set.

    features: [N, D] and [M, D]; colors: [N, 3] and [M, 3]; style_moments: those of the second
    features, which stay the same over a run. Halved as in StyleCLIPDraw, so that its weights
    mean the same here.
    """
    moved = relaxed_emd(cosine_costs(*features))
    apart = moment_distance(moments(features[0]), style_moments)
    return (moved + apart + palette_distance(*colors)) / 2


def to_yuv(rgb: Tensor) -> Tensor:
    """Colours [N, 3] in sRGB -> lightness and two colour channels, [N, 3]."""
    return rgb @ rgb.new_tensor(_YUV).T
