from __future__ import annotations

import numpy as np

from drawkit.pixelart.contour import contour
from drawkit.pixelart.neighbours import neighbours

FIGURE = np.zeros((6, 6), bool)
FIGURE[1:5, 1:5] = True


def test_inside_and_outside_of_a_square() -> None:
    around = neighbours("rect", 6, 6)
    outside = contour(FIGURE.ravel(), around, "outside").reshape(6, 6)
    inside = contour(FIGURE.ravel(), around, "inside").reshape(6, 6)
    assert outside.sum() == 16
    assert not (outside & FIGURE).any()
    assert inside.sum() == 12
    assert not inside[2:4, 2:4].any()
    assert not (inside & ~FIGURE).any()


def test_a_figure_at_the_border_is_open_there() -> None:
    around = neighbours("rect", 2, 3)
    whole = np.ones(6, bool)
    assert not contour(whole, around, "inside").any()
    assert not contour(whole, around, "outside").any()
