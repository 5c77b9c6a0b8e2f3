"""Losses about what a network makes its picture of."""

from __future__ import annotations

import torch
from scipy import stats

from drawkit.losses.latent_classes import beside_the_strongest
from drawkit.losses.latent_noise import unlike_noise


def test_moments_are_those_of_scipy() -> None:
    noise = torch.randn(3, 64, generator=torch.Generator().manual_seed(0)).double()
    noise = (0.3 + 1.7 * noise + 0.2 * noise**2).requires_grad_()
    rows = noise.detach().numpy()
    wanted = abs(rows.mean(1)).mean() + abs(1 - rows.std(1)).mean()
    wanted += 4 * ((rows**2).mean() - 1)
    wanted += abs(stats.skew(rows, axis=1)).mean() + abs(stats.kurtosis(rows, axis=1)).mean()
    found = unlike_noise(noise)
    assert abs(float(found.detach()) - wanted) < 1e-9
    assert torch.autograd.gradcheck(unlike_noise, noise)


def test_noise_is_like_itself() -> None:
    grid = (torch.arange(4096) + 0.5) / 4096
    even = torch.special.ndtri(grid.double())[None]
    assert unlike_noise(even) < 0.02
    assert unlike_noise(0.5 * even) > 0.4  # smaller than 1 in the mean of squares is no fault
    assert unlike_noise(2 * even) > 10
    same = torch.full((2, 8), 0.5, requires_grad=True)
    (slope,) = torch.autograd.grad(unlike_noise(same), same)
    assert slope.isfinite().all()


def test_all_but_the_strongest_class_count() -> None:
    shares = torch.tensor([[0.9, 0.02, 0.04], [0.0, 0.1, 1.0]], requires_grad=True)
    found = beside_the_strongest(shares)
    assert torch.isclose(found, torch.tensor((1.0 + 4.0 + 25.0) / 4))
    (slope,) = torch.autograd.grad(found, shares)
    assert slope[0, 0] == slope[1, 2] == 0
    assert beside_the_strongest(torch.eye(4)) == 0
