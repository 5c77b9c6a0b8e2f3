"""Pictures finer and coarser by filters, as StyleGAN's layers have them."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

__all__ = ["resampled"]


def resampled(
    x: Tensor,
    taps: Tensor | None,
    up: int = 1,
    down: int = 1,
    around: tuple[int, int] = (0, 0),
    gain: float = 1.0,
) -> Tensor:
    """[N, C, H, W] with up - 1 zeros after each pixel, filtered, and every `down`-th of it taken.

    taps: [K] for each axis, or [K, K] for both at once; None: no filter. around: zeros before and
    after both axes, of the finer grid; below 0: so many pixels are cut. gain: what it is multiplied
    by in all.
    """
    if taps is None:
        taps = x.new_ones(1, 1)
    if taps.ndim == 2:
        return _filtered(x, taps.to(x) * gain, (up, up), (down, down), (around, around))
    row = taps.to(x)[None] * gain**0.5
    x = _filtered(x, row, (1, up), (1, down), ((0, 0), around))
    return _filtered(x, row.T, (up, 1), (down, 1), (around, (0, 0)))


def _filtered(
    x: Tensor,
    kernel: Tensor,
    up: tuple[int, int],
    down: tuple[int, int],
    around: tuple[tuple[int, int], tuple[int, int]],
) -> Tensor:
    """The same for a kernel [K, L]; all else is said of rows, then of columns."""
    channels = x.shape[1]
    own = kernel.expand(channels, 1, *kernel.shape)
    if max(up) == 1:
        x = F.pad(x, (*around[1], *around[0]))
        return F.conv2d(x, own.flip(2, 3), stride=down, groups=channels)
    # A transposed convolution is this with K - 1 zeros before, and K - up after.
    x = F.conv_transpose2d(x, own.contiguous(), stride=up, groups=channels)
    rows, columns = (
        (before - (size - 1), after - (size - step))
        for (before, after), size, step in zip(around, kernel.shape, up, strict=True)
    )
    return F.pad(x, (*columns, *rows))[..., :: down[0], :: down[1]]
