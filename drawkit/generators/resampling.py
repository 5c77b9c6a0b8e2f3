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
    number, channels = x.shape[:2]
    x = x.flatten(0, 1)[:, None]
    if taps.ndim == 2:
        x = _filtered(x, taps.to(x) * gain, (up, up), (down, down), (around, around))
    else:
        row = taps.to(x)[None] * gain**0.5
        x = _filtered(x, row, (1, up), (1, down), ((0, 0), around))
        x = _filtered(x, row.T, (up, 1), (down, 1), (around, (0, 0)))
    return x.view(number, channels, *x.shape[2:])


def _filtered(
    x: Tensor,
    kernel: Tensor,
    up: tuple[int, int],
    down: tuple[int, int],
    around: tuple[tuple[int, int], tuple[int, int]],
) -> Tensor:
    """The same for [M, 1, H, W] and a kernel [K, L]; all else is said of rows, then of columns."""
    if max(up) == 1:
        x = F.pad(x, (*around[1], *around[0]))
        return F.conv2d(x, kernel.flip(0, 1)[None, None], stride=down)
    # A transposed convolution is this with K - 1 zeros before, and K - up after.
    x = F.conv_transpose2d(x, kernel[None, None], stride=up)
    rows, columns = (
        (before - (size - 1), after - (size - step))
        for (before, after), size, step in zip(around, kernel.shape, up, strict=True)
    )
    return F.pad(x, (*columns, *rows))[..., :: down[0], :: down[1]]
