from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from drawkit.pictures.chains import Chain, chains_of
from drawkit.pictures.edges import edges_of


def sheet(ink: Tensor) -> Tensor:
    """Black where `ink` [H, W] is, on white paper."""
    white = 1 - ink
    return torch.stack([white, white, white, torch.ones_like(ink)])


def disc(radius: float, side: int = 96) -> Tensor:
    at = torch.arange(side) + 0.5 - side / 2
    return (radius - (at[:, None] ** 2 + at**2).sqrt() + 0.5).clamp(0, 1)


def closed_length(chain: Chain) -> float:
    ring = np.vstack([chain.places, chain.places[:1]])
    return float(np.linalg.norm(np.diff(ring, axis=0), axis=1).sum())


def test_a_border_lies_where_it_is() -> None:
    ink = torch.zeros(40, 60)
    ink[:, 25:] = 1
    edges = edges_of(sheet(ink))
    inside = edges.thin[10:30]
    columns = np.nonzero(inside & (edges.strength[10:30] > 0.5))[1]
    places = edges.places[0][10:30][inside & (edges.strength[10:30] > 0.5)]
    assert set(columns) <= {24, 25}
    assert np.abs(places - 25).max() < 0.3


def test_a_thin_line_is_one_and_lies_in_its_middle() -> None:
    ink = torch.zeros(40, 60)
    ink[:, 28:31] = 1
    edges = edges_of(sheet(ink))
    rows = (edges.thin & (edges.strength > 0.5))[10:30]
    assert (rows.sum(axis=1) == 1).all()
    assert np.abs(edges.places[0][10:30][rows] - 29.5).max() < 0.3


def test_a_wide_bar_has_two_borders() -> None:  # so the test above can fail
    ink = torch.zeros(40, 60)
    ink[:, 20:40] = 1
    edges = edges_of(sheet(ink))
    assert ((edges.thin & (edges.strength > 0.5))[10:30].sum(axis=1) == 2).all()


def test_white_on_white_is_told_by_its_opacity() -> None:
    shown = disc(30)
    picture = torch.stack([shown, shown, shown, shown])
    assert len(chains_of(edges_of(picture))) == 1
    assert not chains_of(edges_of(torch.ones(4, 96, 96)))


def test_around_a_disc_is_one_ring() -> None:
    (chain,) = chains_of(edges_of(sheet(disc(30))))
    assert chain.closed
    away = np.linalg.norm(chain.places - 48, axis=1)
    assert np.abs(away - 30).max() < 0.6
    assert abs(closed_length(chain) - 2 * np.pi * 30) < 8


def test_a_square_is_one_ring_around_its_corners() -> None:
    ink = torch.zeros(96, 96)
    ink[20:76, 20:76] = 1
    (chain,) = chains_of(edges_of(sheet(ink)))
    assert chain.closed
    for corner in [(20, 20), (76, 20), (20, 76), (76, 76)]:
        assert np.linalg.norm(chain.places - corner, axis=1).min() < 4


def test_a_small_gap_is_bridged_and_a_large_one_is_not() -> None:
    for gap, count in ((5, 1), (24, 2)):
        ink = torch.zeros(60, 120)
        ink[29:32, 10:110] = 1
        ink[:, 60 - gap // 2 : 60 + gap // 2 + 1] = 0
        chains = [c for c in chains_of(edges_of(sheet(ink))) if len(c.places) > 20]
        assert len(chains) == count


def test_no_pixel_is_told_twice() -> None:
    generator = torch.Generator().manual_seed(0)
    small = torch.rand(1, 1, 12, 12, generator=generator)
    ink = torch.nn.functional.interpolate(small, size=(96, 96), mode="bicubic")[0, 0].clamp(0, 1)
    chains = chains_of(edges_of(sheet((ink > 0.5).float())))
    places = np.concatenate([chain.places for chain in chains]).round(3)
    assert len(chains) > 3
    assert len(np.unique(places, axis=0)) > 0.97 * len(places)
