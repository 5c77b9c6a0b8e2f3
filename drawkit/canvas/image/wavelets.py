"""Orthogonal wavelets on lines that go on at their other end: into halves, and back."""

from __future__ import annotations

from math import comb

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.image.configs import Wave

__all__ = ["joined", "low_pass", "split"]

# Daubechies, Ten Lectures on Wavelets (1992), table 8.1: 2 moments of both functions vanish.
_COIF2 = (
    *(-0.0007205494453645122, -0.0018232088707029932, 0.0056114348193944995),
    *(0.023680171946334084, -0.0594344186464569, -0.0764885990783064, 0.41700518442169254),
    *(0.8127236354455423, 0.3861100668211622, -0.06737255472196302, -0.04146493678175915),
    0.016387336463522112,
)
_MOMENTS = {"haar": 1, "db2": 2, "db4": 4, "db8": 8}


def low_pass(wave: Wave) -> Tensor:
    """[F] the filter that makes the coarse half of a line, of unit length."""
    if wave == "coif2":
        return torch.tensor(_COIF2, dtype=torch.float64)
    return torch.from_numpy(_daubechies(_MOMENTS[wave]))


def _daubechies(moments: int) -> np.ndarray:
    """Daubechies' filter with so many vanishing moments, by spectral factorization, [2 moments].

    The half-band polynomial's roots come in pairs z and 1/z; those inside the circle are taken.
    """
    # P(y) = sum of C(N - 1 + k, k) y^k, with y = (2 - z - 1/z) / 4.
    powers = [comb(moments - 1 + k, k) for k in reversed(range(moments))]
    roots: list[complex] = []
    for y in np.roots(powers):
        both = np.roots([1, 4 * y - 2, 1])
        roots.append(both[np.abs(both).argmin()])
    poly = np.poly([*([-1.0] * moments), *roots]).real
    return np.asarray(poly * (2**0.5 / poly.sum()))[::-1].copy()


def split(line: Tensor, low: Tensor) -> tuple[Tensor, Tensor]:
    """Lines [..., N], N even, as their coarse and their fine halves [..., N / 2]."""
    taps = low.numel()
    rows = line.reshape(-1, 1, line.shape[-1])
    # [k] = sum over j of low[j] x[taps / 2 + 2 k - j], all around.
    first = taps // 2 - (taps - 1)
    at = torch.arange(first, first + line.shape[-1] + taps - 2) % line.shape[-1]
    around = rows[..., at.to(line.device)]
    filters = torch.stack([low, _high(low)]).flip(1)[:, None].to(line)
    halves = F.conv1d(around, filters, stride=2)
    shape = (*line.shape[:-1], line.shape[-1] // 2)
    return halves[:, 0].reshape(shape), halves[:, 1].reshape(shape)


def joined(coarse: Tensor, fine: Tensor, low: Tensor) -> Tensor:
    """The lines [..., N] of those halves: the inverse of `split`."""
    taps, half = low.numel(), coarse.shape[-1]
    side = 2 * half
    pair = torch.stack([coarse.reshape(-1, half), fine.reshape(-1, half)], dim=1)
    filters = torch.stack([low, _high(low)]).flip(1)[:, None].to(coarse)
    long = F.conv_transpose1d(pair, filters, stride=2)[:, 0]  # [M, side + taps - 2]
    more = -long.shape[-1] % side
    folded = F.pad(long, (0, more)).reshape(len(long), -1, side).sum(1)
    first = taps // 2 - (taps - 1)
    return folded.roll(first, -1).reshape(*coarse.shape[:-1], side)


def _high(low: Tensor) -> Tensor:
    """The filter of the fine half: the quadrature mirror."""
    signs = torch.ones_like(low)
    signs[0::2] = -1
    return low.flip(0) * signs
