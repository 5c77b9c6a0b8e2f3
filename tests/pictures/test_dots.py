from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from drawkit.pictures.dots import dots_of


def face(*marks: tuple[int, int, float]) -> Tensor:
    """A pale square with black discs at x, y of a radius."""
    light = torch.full((96, 96), 0.9)
    at = torch.arange(96) + 0.5
    for x, y, radius in marks:
        light[(at[:, None] - y) ** 2 + (at - x) ** 2 <= radius**2] = 0.0
    return torch.stack([light, light, light, torch.ones(96, 96)])


def middles(picture: Tensor) -> set[tuple[int, int]]:
    dots = dots_of(picture, np.ones((96, 96)))
    assert all(dot.closed for dot in dots)
    return {tuple(dot.places.mean(axis=0).round().astype(int).tolist()) for dot in dots}


def test_two_eyes_are_found() -> None:
    found = middles(face((35, 40, 3), (61, 40, 3)))
    assert {(x, y) for x, y in found if abs(y - 40) <= 1 and min(abs(x - 35), abs(x - 61)) <= 1}
    assert len(found) == 2


def test_other_marks_are_no_dots() -> None:
    assert not middles(face())
    assert not middles(face((48, 48, 20)))  # it has a border that a line can follow
    line = face()
    line[:3, :, 47:50] = 0
    assert not middles(line)
    corner = face()
    corner[:3, 48:, 48:] = 0
    assert not middles(corner)


def test_of_many_only_two_and_the_ones_that_are_looked_at() -> None:
    marks = [(x, y, 3.0) for x in (20, 40, 60, 80) for y in (30, 60)]
    looked = np.ones((96, 96))
    looked[:, 70:] = 2
    dots = dots_of(face(*marks), looked)
    assert len(dots) == 2
    assert all(abs(dot.places[:, 0].mean() - 80) < 2 for dot in dots)
