"""Which of a style's colours each part of a picture gets: optimal transport, not too strict.

The colour transfer of Ferradans et al. 2014 (arXiv 1307.5551) by Sinkhorn's algorithm (Cuturi
2013, arXiv 1306.0895).
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["transported"]

_SOFT = 0.006
"""How much of the usual cost may be wasted for a smooth transport (its entropy's factor)."""
_LOOSE = 0.8
"""How strictly every colour of the style must be used, 1 wholly: what is left out is what the
picture has no place for (unbalanced transport, Chizat et al. 2018, arXiv 1607.05816)."""
_ROUNDS = 200
_FLAT = 0.02
"""Colours that are closer to their mean than this are one colour."""

_Cells = tuple[Tensor, Tensor]
"""Cells [N, 5], OKLab and scaled place, with their masses [N], together 1."""


def transported(own: _Cells, there: _Cells, sources: Tensor) -> Tensor:
    """How much of each of N cells of a picture is brought to each of M cells of styles: [N, M].

    sources: [M] the number of the style that each is of. Every style gets all of its weight, a
    cell of it may get more or less than its share.
    """
    cells, masses = _spread(own, there), own[1]
    costs = torch.cdist(cells, there[0]).square()
    soft = (_SOFT * (masses @ costs @ there[1])).clamp(min=1e-9)
    near = torch.exp(-(costs - costs.amin(dim=1, keepdim=True)) / soft).clamp(min=1e-30)
    none = torch.zeros(int(sources.max()) + 1, dtype=masses.dtype)
    wanted = none.index_add(0, sources, there[1])
    factors = torch.ones_like(there[1])
    for _ in range(_ROUNDS):
        here = masses / (near @ factors)
        brought = near.T @ here
        loose = there[1] ** _LOOSE * brought ** (1 - _LOOSE)
        scales = wanted / none.index_add(0, sources, loose)
        factors = loose / brought * scales[sources]
    return here[:, None] * near * factors


def _spread(own: _Cells, there: _Cells) -> Tensor:
    """Own cells with colours about the same mean, and as far apart, as those of the styles."""
    (here, apart), (mean, wanted) = _middle(*own), _middle(*there)
    lab = (own[0][:, :3] - here) * (wanted / apart.clamp(min=_FLAT)) + mean
    return torch.cat([lab, own[0][:, 3:]], dim=1)


def _middle(cells: Tensor, masses: Tensor) -> tuple[Tensor, Tensor]:
    """Mean colour [3], and how far the colours are from it on average."""
    lab = cells[:, :3]
    mean = masses @ lab
    return mean, (masses @ (lab - mean).square()).sum().sqrt()
