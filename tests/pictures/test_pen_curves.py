from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from drawkit.pictures.chains import Chain
from drawkit.pictures.pen_curves import curve_of, even_way

T = np.linspace(0, 1, 401)[:, None]
BASIS = np.hstack([(1 - T) ** 3, 3 * (1 - T) ** 2 * T, 3 * (1 - T) * T**2, T**3])


def circle(radius: float = 60.0) -> Chain:
    angle = np.arange(0, 2 * np.pi, 1 / radius)
    return Chain(100 + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), True)


def square(side: int = 80) -> Chain:
    at = np.arange(side)
    ways = [(at, 0 * at), (0 * at + side, at), (side - at, 0 * at + side), (0 * at, side - at)]
    return Chain(np.concatenate([np.stack(way, axis=1) for way in ways]).astype(float) + 10, True)


def trembling(seed: int = 0) -> Chain:
    x = np.arange(0, 200, 1.0)
    noise = np.random.default_rng(seed).normal(0, 0.4, len(x))
    return Chain(np.stack([x, 60 + 30 * np.sin(x / 25) + noise], axis=1), False)


def dense(cubics: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([BASIS @ cubic for cubic in cubics])


@pytest.mark.parametrize("chain", [circle(), square(), trembling()], ids=["circle", "square", "by"])
@pytest.mark.parametrize("tolerance", [0.9, 2.8, 6.0])
def test_the_curve_stays_within_the_tolerance(chain: Chain, tolerance: float) -> None:
    way, sharp = even_way(chain)
    on = dense(curve_of(way, sharp, tolerance, closed=chain.closed))
    away = np.linalg.norm(way[:, None] - on[None], axis=2).min(axis=1)
    assert away.max() < tolerance + 0.3  # places on the curve are themselves apart
    back = np.linalg.norm(way[:, None] - on[None], axis=2).min(axis=0)
    assert back.max() < tolerance + 0.7


def test_freer_curves_have_fewer_cubics() -> None:
    way, sharp = even_way(trembling())
    counts = [len(curve_of(way, sharp, tol, closed=False)) for tol in (0.5, 1.5, 6.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0] <= 16


def test_a_circle_has_no_corner_and_a_square_has_four() -> None:
    assert even_way(circle())[1] == []
    way, sharp = even_way(square())
    assert len([at for at in sharp if at < len(way) - 1]) == 4
    cubics = curve_of(way, sharp, 0.9, closed=True)
    assert len(cubics) == 4
    corners = np.array([cubic[0] for cubic in cubics])
    wanted = np.array([(10, 10), (90, 10), (90, 90), (10, 90)])
    assert np.linalg.norm(corners[:, None] - wanted[None], axis=2).min(axis=1).max() < 2


@pytest.mark.parametrize("chain", [circle(), trembling()], ids=["closed", "open"])
def test_joins_are_smooth_where_there_is_no_corner(chain: Chain) -> None:
    way, sharp = even_way(chain)
    cubics = curve_of(way, sharp, 0.7, closed=chain.closed)
    pairs = list(pairwise(cubics))
    if chain.closed:
        pairs.append((cubics[-1], cubics[0]))
    assert len(pairs) > 1
    for before, after in pairs:
        assert np.allclose(before[3], after[0])
        come, go = before[3] - before[2], after[1] - after[0]
        cosine = come @ go / np.linalg.norm(come) / np.linalg.norm(go)
        assert cosine > 0.999


def test_the_ends_of_a_way_stay() -> None:
    chain = trembling()
    way, sharp = even_way(chain)
    assert np.allclose(way[[0, -1]], chain.places[[0, -1]])
    cubics = curve_of(way, sharp, 2.0, closed=False)
    assert np.allclose(cubics[0][0], chain.places[0])
    assert np.allclose(cubics[-1][3], chain.places[-1])


def test_a_hand_does_not_tremble() -> None:
    chain = trembling()
    way, _ = even_way(chain)
    true = np.interp(way[:, 0], chain.places[:, 0], 60 + 30 * np.sin(chain.places[:, 0] / 25))
    before = chain.places[:, 1] - 60 - 30 * np.sin(chain.places[:, 0] / 25)
    assert np.abs(way[5:-5, 1] - true[5:-5]).mean() < 0.6 * np.abs(before).mean()


@pytest.mark.parametrize("count", [3, 4, 5, 7])
def test_few_places_are_a_curve_too(count: int) -> None:
    places = np.stack([np.arange(count), np.arange(count) % 2], axis=1).astype(float)
    for closed in (False, True):
        way, sharp = even_way(Chain(places, closed))
        cubics = curve_of(way, sharp, 0.9, closed=closed)
        assert cubics
        assert all(np.isfinite(cubic).all() for cubic in cubics)
