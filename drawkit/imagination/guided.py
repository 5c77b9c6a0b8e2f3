"""What the imagination makes of noisy pictures, led by words: its own use and that of others."""

from __future__ import annotations

import torch
from torch import Tensor

from drawkit.imagination.imagine import Imagination

__all__ = ["guided_clean"]


def guided_clean(
    net: Imagination,
    noisy: Tensor,
    times: Tensor,
    words: Tensor,
    guidance: float,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Where noisy pictures [N, 4, 32, 32] lead to, by words [N, D]; -1..1, as `noisy` is.

    times: [N] 0 (noise) up to below 1 (picture). guidance: how much further than the words alone to
    go, away from any picture (arXiv 2207.12598); 1: the words alone, 0: any picture.
    """
    with torch.autocast(words.device.type, dtype, enabled=dtype != torch.float32):
        if guidance == 1:
            alone: Tensor = net(noisy, times, words).float().clamp(-1, 1)
            return alone
        both = torch.cat([words, net.null.to(words).expand_as(words)])
        seen = net(torch.cat([noisy, noisy]), torch.cat([times, times]), both).float()
    told, any_picture = seen.chunk(2)
    clean: Tensor = (any_picture + guidance * (told - any_picture)).clamp(-1, 1)
    return clean
