from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from drawkit.canvas.fitted import Run, fitted, polygon, ways

Mask = npt.NDArray[np.bool_]
SIZE = (80, 60)


def mask_of(kind: str) -> Mask:
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    found: Mask = {
        "disc": np.hypot(x - 40, y - 30) < 20,
        "dot": np.hypot(x - 40, y - 30) < 4,
        "box": (abs(x - 40) < 22) & (abs(y - 30) < 14),
        "triangle": (y < 50) & (y - 10 > 2 * abs(x - 40)),
        "diamond": abs(x - 40) + abs(y - 30) < 22,
        "half": y < 30,
        "ring": (np.hypot(x - 40, y - 30) < 22) & (np.hypot(x - 40, y - 30) > 10),
    }[kind]
    return found


def along(run: Run) -> npt.NDArray[np.float64]:
    """Points of the curve."""
    t = np.linspace(0, 1, 20)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3])
    knots = np.concatenate([run.points, run.points[:1]])
    return np.concatenate([weights @ knots[at : at + 4] for at in range(0, len(run.points), 3)])


def test_a_disc_is_few_smooth_curves_near_its_circle() -> None:
    run = fitted(ways(mask_of("disc"))[0], 1.0, SIZE)
    assert 2 <= len(run.smooth) <= 6
    assert run.smooth.all()
    assert not run.straight.any()
    far = np.hypot(*(along(run) - [40, 30]).T)
    assert np.abs(far - 20).max() < 1


@pytest.mark.parametrize(
    ("kind", "corners"),
    [
        ("box", [(18, 16), (62, 16), (62, 44), (18, 44)]),
        ("triangle", [(40, 10), (60, 50), (20, 50)]),
        ("diamond", [(40, 8), (62, 30), (40, 52), (18, 30)]),
    ],
)
def test_corners_stay_corners_and_sides_straight(kind: str, corners: list[tuple[int, int]]) -> None:
    run = fitted(ways(mask_of(kind))[0], 1.0, SIZE)
    knots = run.points[::3]
    assert len(knots) == len(corners)
    assert run.straight.all()
    assert not run.smooth.any()
    for corner in corners:
        assert np.linalg.norm(knots - corner, axis=1).min() < 1.6


def test_what_runs_along_the_sheets_side_stays_on_it() -> None:
    run = fitted(ways(mask_of("half"))[0], 1.0, SIZE)
    assert sorted(map(tuple, run.points[::3].tolist())) == [(0, 0), (0, 30), (80, 0), (80, 30)]
    assert run.straight.all()


def test_a_hole_is_a_way_of_its_own_the_other_way_round() -> None:
    outer, inner = sorted(ways(mask_of("ring")), key=len, reverse=True)

    def area(way: npt.NDArray[np.float64]) -> float:
        x, y = way.T
        return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2

    assert area(outer) + area(inner) == mask_of("ring").sum()
    assert area(inner) < 0


def test_pixels_that_touch_at_a_corner_have_borders_of_their_own() -> None:
    mask = np.zeros((6, 6), bool)
    mask[1, 1] = mask[2, 2] = True
    assert sorted(map(len, ways(mask))) == [4, 4]


def test_a_polygon_keeps_every_step() -> None:
    mask = np.zeros((6, 6), bool)
    mask[1, 1] = mask[2, 1:3] = mask[3, 1:4] = True
    run = polygon(ways(mask)[0])
    assert len(run.straight) == 8
    assert run.straight.all()
    assert np.equal(np.mod(run.points[::3], 1), 0).all()


@pytest.mark.parametrize("kind", ["dot", "disc", "box", "ring"])
@pytest.mark.parametrize("tolerance", [0.3, 1.0, 4.0])
def test_every_way_becomes_a_closed_run_of_two_segments_at_least(
    kind: str, tolerance: float
) -> None:
    for way in ways(mask_of(kind)):
        run = fitted(way, tolerance, SIZE)
        assert len(run.points) == 3 * len(run.smooth) == 3 * len(run.straight)
        assert len(run.smooth) >= 2
        assert np.isfinite(run.points).all()


def test_a_single_pixel() -> None:
    mask = np.zeros((5, 5), bool)
    mask[2, 2] = True
    run = fitted(ways(mask)[0], 1.0, (5, 5))
    assert len(run.smooth) >= 2
    assert np.ptp(run.points, axis=0).max() <= 2
