"""What the imagination makes of noisy pictures, led by words: its own use and that of others."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination.imagine import SIDE, Imagination
from drawkit.imagination.matte import lifted, over

__all__ = ["WordsGuide", "guided_clean"]


def guided_clean(
    net: Imagination,
    noisy: Tensor,
    times: Tensor,
    words: Tensor,
    guidance: float,
    dtype: torch.dtype = torch.float32,
    *,
    away: Tensor | None = None,
) -> Tensor:
    """Where noisy pictures [N, 4, 32, 32] lead to, by words [N, D]; -1..1, as `noisy` is.

    times: [N] 0 (noise) up to below 1 (picture). guidance: how much further than the words alone to
    go (arXiv 2207.12598), away from any picture or from what other words [D] say; 1: the words
    alone, 0: the others.
    """
    with torch.autocast(words.device.type, dtype, enabled=dtype != torch.float32):
        if guidance == 1:
            alone: Tensor = net(noisy, times, words).float().clamp(-1, 1)
            return alone
        other = (net.null if away is None else away).to(words).expand_as(words)
        both = torch.cat([noisy, noisy]), torch.cat([times, times])
        seen = net(*both, torch.cat([words, other])).float()
    told, any_picture = seen.chunk(2)
    clean: Tensor = (any_picture + guidance * (told - any_picture)).clamp(-1, 1)
    return clean


class WordsGuide:
    """The imagination as a guide: what drawings lead to through noise, by words.

    words: [D] unit length; away: [D] what to keep away from, none: any picture.
    """

    def __init__(
        self, net: Imagination, words: Tensor, away: Tensor | None, dtype: torch.dtype
    ) -> None:
        self._net, self._words, self._away, self._dtype = net, words, away, dtype

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        """Its noisy pictures are on the straight way from picture to noise."""
        return 1 - share, share

    def look(
        self,
        on_paper: Tensor,
        picture: Tensor,
        paper: Tensor,
        share: Tensor,
        *,
        guidance: float,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        """RGB of the drawing [1, 3, 32, 32], and of what it leads to [N, 3, 32, 32], on the paper.

        The model knows figures on nothing, so the drawing is lifted off its paper for it.
        """
        seen = _small(on_paper - paper) + paper
        with torch.no_grad():
            opaque = bool((picture[:, 3] >= 1).all())
            figure = lifted(seen, paper) if opaque else _small(picture)
            words = self._words.expand(len(share), -1)
            noise = torch.randn(len(share), *figure.shape[1:], generator=generator).to(words)
            here = share.to(words).view(-1, 1, 1, 1)
            noisy = (1 - here) * (figure.to(words) * 2 - 1) + here * noise
            times = 1 - share.to(words)
            led = guided_clean(
                self._net, noisy, times, words, guidance, self._dtype, away=self._away
            )
            rgba = (led.to(on_paper) + 1) / 2
            rgba = torch.cat([rgba[:, :3].minimum(rgba[:, 3:]), rgba[:, 3:]], dim=1)
            clean = over(rgba, paper)
        return seen, clean


def _small(picture: Tensor) -> Tensor:
    """[1, C, H, W] in the middle of a square of zeros, 32 px a side, by area."""
    height, width = picture.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.pad(picture, (left, side - width - left, top, side - height - top))
    return F.interpolate(square, size=(SIDE, SIDE), mode="bilinear", antialias=True)
