"""Single cubics along places: they find what the places came from, within their limits."""

import numpy as np
import pytest

from drawkit.scene.cubics import least_squares, nearer, on_cubic

CUBIC = np.array([[0.0, 0.0], [10.0, 20.0], [40.0, 30.0], [60.0, 0.0]])
EVEN = np.linspace(0, 1, 40)
ANY = np.zeros(2)


def test_places_of_a_cubic_are_those_of_de_casteljau() -> None:
    for t in (0.0, 0.3, 1.0):
        points = CUBIC
        while len(points) > 1:
            points = points[:-1] + t * (points[1:] - points[:-1])
        assert on_cubic(CUBIC, np.array([t]))[0] == pytest.approx(points[0])


@pytest.mark.parametrize("given", [False, True])
def test_the_cubic_that_places_came_from_is_found(given: bool) -> None:
    leaving = (CUBIC[1] - CUBIC[0]) / np.linalg.norm(CUBIC[1] - CUBIC[0]) if given else ANY
    arriving = (CUBIC[3] - CUBIC[2]) / np.linalg.norm(CUBIC[3] - CUBIC[2]) if given else ANY
    places = on_cubic(CUBIC, EVEN)
    found = least_squares(places, EVEN, leaving, arriving, (0.1, 100.0))
    assert found == pytest.approx(CUBIC)


def test_handles_keep_to_their_limits() -> None:
    places = on_cubic(CUBIC, EVEN)
    short = least_squares(places, EVEN, ANY, ANY, (0.1, 5.0))
    back = least_squares(places, EVEN, np.array([-1.0, 0.0]), ANY, (2.0, 100.0))
    assert np.linalg.norm(short[1] - short[0]) == pytest.approx(5.0)
    assert np.linalg.norm(short[3] - short[2]) == pytest.approx(5.0)
    assert back[1] == pytest.approx([-2.0, 0.0])


def test_parameters_come_nearer_and_stay_in_order() -> None:
    places = on_cubic(CUBIC, EVEN)
    t = EVEN**1.2
    for _ in range(6):
        t = nearer(CUBIC, places, t)
        assert (np.diff(t) >= 0).all()
        assert (t[0], t[-1]) == (0.0, 1.0)
    assert t == pytest.approx(EVEN, abs=1e-6)


def test_handles_of_known_directions_leave_the_least_squares() -> None:
    """However the places tremble: as SciPy's minimizer finds them."""
    from scipy.optimize import minimize

    random = np.random.default_rng(0)
    places = on_cubic(CUBIC, EVEN) + random.normal(size=(40, 2))
    leaving, arriving = np.array([0.6, 0.8]), np.array([0.8, -0.6])

    def cubic(lengths: np.ndarray) -> np.ndarray:
        first, last = places[0], places[-1]
        return np.array([first, first + lengths[0] * leaving, last - lengths[1] * arriving, last])

    def left(lengths: np.ndarray) -> float:
        return float(((on_cubic(cubic(lengths), EVEN) - places) ** 2).sum())

    wanted = cubic(minimize(left, np.array([10.0, 10.0]), tol=1e-12).x)
    found = least_squares(places, EVEN, leaving, arriving, (0.1, 100.0))
    assert found == pytest.approx(wanted, abs=1e-4)
