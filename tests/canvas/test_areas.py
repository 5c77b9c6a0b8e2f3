"""Shapes cut out of a picture: outlines that fit, large areas below small ones."""

import numpy as np
import pytest
import torch
from laid import from_middle, on_white, places
from torch import Tensor

from drawkit.canvas.areas import cut_out
from drawkit.canvas.closed_curve import fitted_curve, outline
from drawkit.canvas.init import Guide

WHITE = torch.ones(3)
RED, BLUE = torch.tensor([0.9, 0.1, 0.1]), torch.tensor([0.1, 0.2, 0.8])


def discs(side: int = 224) -> Tensor:
    """A blue disc in a red one, on white."""
    apart = from_middle(side)
    picture = torch.ones(4, side, side)
    picture[:3, apart < side * 0.35] = RED[:, None]
    picture[:3, apart < side * 0.12] = BLUE[:, None]
    return picture


@pytest.mark.parametrize("side", [112, 448])
def test_a_disc_in_a_disc_is_two_shapes(side: int) -> None:
    segments = torch.full((2,), 4)
    picture = discs(side)
    points, colors = cut_out(segments, Guide(picture), WHITE)
    assert torch.allclose(colors, torch.stack([RED, BLUE]), atol=0.02)
    again = on_white(points, colors, segments, side)
    assert float((again - picture[:3]).abs().mean()) < 0.015


def test_what_lies_around_a_hole_comes_below_it() -> None:
    """A red ring around a larger-than-it blue disc: the ring's shape is filled, so it is below."""
    apart = from_middle(112)
    picture = torch.ones(4, 112, 112)
    picture[:3, apart < 48] = RED[:, None]
    picture[:3, apart < 42] = BLUE[:, None]
    _, colors = cut_out(torch.full((2,), 4), Guide(picture), WHITE)
    assert torch.allclose(colors, torch.stack([RED, BLUE]), atol=0.02)


def test_more_shapes_follow_a_winding_outline_better() -> None:
    """A comb that no single shape of four segments can be."""
    across, down = places(224)
    tooth = (across.expand(224, 224) / 32).long() % 2 == 0
    picture = torch.ones(4, 224, 224)
    picture[
        :3, (down > 120).expand(224, 224) & (down < 200) | tooth & (down > 40) & (down < 121)
    ] = RED[:, None]
    off = []
    for count in (1, 12):
        segments = torch.full((count,), 4)
        again = on_white(*cut_out(segments, Guide(picture), WHITE), segments, 224)
        off.append(float((again - picture[:3]).abs().mean()))
    assert off[1] < 0.4 * off[0]
    assert off[1] < 0.03


def test_too_many_shapes_hide() -> None:
    picture = discs()
    few, many = torch.full((2,), 4), torch.full((9,), 4)
    one = on_white(*cut_out(few, Guide(picture), WHITE), few, 224)
    other = on_white(*cut_out(many, Guide(picture), WHITE), many, 224)
    assert float((one - other).abs().mean()) < 0.01
    _, colors = cut_out(many, Guide(picture), WHITE)
    assert int(((colors - BLUE).abs().amax(dim=1) < 0.02).sum()) == 8  # the smaller one's: cheap


def test_no_shape_makes_more_wrong_than_right() -> None:
    """A thin ring cannot be filled with two segments without what it surrounds."""
    apart = from_middle()
    picture = torch.ones(4, 224, 224)
    picture[:3, (apart - 80).abs() < 4] = RED[:, None]
    segments = torch.full((1,), 2)
    again = on_white(*cut_out(segments, Guide(picture), WHITE), segments, 224)
    assert float((again - picture[:3]).abs().mean()) <= float((1 - picture[:3]).abs().mean())


def test_a_plain_sheet_and_one_of_many_segments() -> None:
    sheet = Guide(torch.ones(4, 20, 60))
    points, colors = cut_out(torch.tensor([2, 9, 30]), sheet, WHITE)
    assert points.shape == (3 * 41, 2)
    assert bool(points.isfinite().all())
    assert torch.equal(colors, torch.ones(3, 3))


def test_areas_of_one_pixel_have_an_outline() -> None:
    mask = np.zeros((5, 7), dtype=np.bool_)
    mask[2, 3] = True
    way = outline(mask)
    assert sorted(map(tuple, way.tolist())) == [(3, 2), (3, 3), (4, 2), (4, 3)]
    assert np.isfinite(fitted_curve(way, 12)).all()


def test_two_areas_that_touch_at_a_corner() -> None:
    mask = np.zeros((6, 6), dtype=np.bool_)
    mask[1:3, 1:3] = mask[3:5, 3:5] = True
    way = outline(mask)
    assert len(way) in (8, 16)  # one of them, or both round the corner
    assert np.abs(np.diff(np.concatenate([way, way[:1]]), axis=0)).sum(axis=1).max() == 1


def test_a_curve_follows_a_circle() -> None:
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = 50 + 30 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    curve = fitted_curve(circle, 4).reshape(4, 3, 2)
    t = np.linspace(0, 1, 20)[:, None]
    for at in range(4):
        a, b, c = curve[at]
        d = curve[(at + 1) % 4][0]
        on = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        assert np.abs(np.linalg.norm(on - 50, axis=1) - 30).max() < 0.5
