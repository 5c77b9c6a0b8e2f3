"""What strokes and fills look like at their limits: thin, tiny, off the canvas, folded up."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from raster.builder import (
    CLEAR,
    WHITE,
    Item,
    build,
    gradients,
    random_paths,
    soft_slope,
    straight_line,
)

from drawkit.raster import Paths, rasterize

BLACK = (0.0, 0.0, 0.0, 1.0)
BOTH = pytest.mark.parametrize("rasterizer", ["numba", "reference"])
CURVE = np.array([(6.0, 5.0), (30, 8), (4, 25), (33, 26)])


def ink(paths: Paths, width: int = 40, height: int = 30, rasterizer: str = "numba") -> float:
    """Sum of the coverage, in square pixels."""
    return float(
        rasterize(paths, width, height, CLEAR, rasterizer=rasterizer)[..., 3].double().sum()
    )


def line(radius: float, angle: float = 0.6, shift: float = 0.0) -> Paths:
    """A black line 20 px long."""
    away = np.array([math.cos(angle), math.sin(angle)]) * 10
    middle = np.array([19.6, 14.7]) + shift
    return build(
        Item(straight_line(*(middle - away), *(middle + away)), radius=radius, stroke=BLACK)
    )


# Thin strokes


@pytest.mark.parametrize("radius", [0.02, 0.1, 0.15, 0.2, 0.35, 0.36, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 4, math.pi / 2, 2.5])
def test_ink_is_length_times_width(radius: float, angle: float) -> None:
    true = 20 * 2 * radius + math.pi * radius**2
    for shift in (0.0, 0.23, 0.5):
        assert ink(line(radius, angle, shift)) == pytest.approx(true, rel=0.02)


@BOTH
@pytest.mark.parametrize("radius", [0.05, 0.1, 0.3, 0.6, 1.0, 5.0])
@pytest.mark.parametrize("step", [(20, 0), (0, 12), (8, 8), (12, -6)])
def test_a_line_through_the_middles_of_squares_is_like_any_other(
    step: tuple[int, int], radius: float, rasterizer: str
) -> None:
    # Compositing squares have their middles at quarters of a pixel: the nearest point is there.
    true = math.hypot(*step) * 2 * radius + math.pi * radius**2
    for start in ((8.25, 10.25), (8.25, 10.75), (8.5, 10.5), (8.0625, 10.1875)):
        end = start[0] + step[0], start[1] + step[1]
        paths = build(Item(straight_line(*start, *end), radius=radius, stroke=BLACK))
        assert ink(paths, rasterizer=rasterizer) == pytest.approx(true, rel=0.02)
        _, slopes = gradients(paths, soft_slope(40, 30), CLEAR, rasterizer)
        assert all(slope.isfinite().all() for slope in slopes.values())


def test_a_thin_line_is_faint_and_not_wide() -> None:
    picture = rasterize(line(0.1), 40, 30, CLEAR)[..., 3]
    assert picture.max() < 0.3
    assert (picture > 0).sum() < 80


@BOTH
@pytest.mark.parametrize("points", [straight_line(8.3, 6.1, 29.7, 21.4), CURVE])
def test_wider_is_more_ink(points: np.ndarray, rasterizer: str) -> None:
    radii = np.linspace(0, 1.5, 151 if rasterizer == "numba" else 16)
    inks = [
        ink(build(Item(points, radius=radius, stroke=BLACK)), rasterizer=rasterizer)
        for radius in radii
    ]
    assert inks[0] == 0
    assert all(thin < wide for thin, wide in pairwise(inks))


# Dots


def dot(count: int) -> Paths:
    """Of one segment (4 points, closed 3) or of two (7, closed 6)."""
    return build(Item([(8.3, 7.2)] * count, count % 3 == 0, 3.0, BLACK))


@BOTH
@pytest.mark.parametrize("count", [4, 3, 7, 6])
def test_a_dot_is_a_disc(count: int, rasterizer: str) -> None:
    picture = rasterize(dot(count), 18, 15, CLEAR, rasterizer=rasterizer)[..., 3]
    y, x = torch.meshgrid(torch.arange(15) + 0.5, torch.arange(18) + 0.5, indexing="ij")
    depth = 3 - torch.hypot(x - 8.3, y - 7.2)
    assert (picture - (depth + 0.5).clamp(0, 1)).abs().max() < 0.1
    assert float(picture.sum()) == pytest.approx(math.pi * 9, rel=0.005)


ONE_MOVES = pytest.mark.xfail(reason="of several segments only the first one's points move")


@BOTH
@pytest.mark.parametrize(
    "count", [4, 3, pytest.param(7, marks=ONE_MOVES), pytest.param(6, marks=ONE_MOVES)]
)
def test_all_points_of_a_dot_get_gradient(count: int, rasterizer: str) -> None:
    _, told = gradients(dot(count), soft_slope(18, 15), CLEAR, rasterizer)
    assert (told["points"].norm(dim=1) > 1e-3).all()
    assert told["radius"].abs() > 1e-3


NO_WAY_BACK = pytest.mark.xfail(reason="the kernels have no slope by a radius of exactly 0")


@pytest.mark.parametrize("rasterizer", ["reference", pytest.param("numba", marks=NO_WAY_BACK)])
def test_a_stroke_of_no_width_can_grow_again(rasterizer: str) -> None:
    nothing, hairline = (
        gradients(build(Item(CURVE, radius=r, stroke=BLACK)), soft_slope(40, 30), CLEAR, rasterizer)
        for r in (0.0, 1e-3)
    )
    assert (nothing[0] == 0).all()
    assert float(nothing[1]["radius"]) == pytest.approx(float(hairline[1]["radius"]), rel=1e-3)


def test_a_dot_moves_where_its_gradient_points() -> None:
    """The sum over its points is the slope of moving the whole."""
    paths = build(Item([(8.3, 7.2)] * 4, radius=3.0, stroke=BLACK))
    slope = soft_slope(18, 15)
    _, told = gradients(paths, slope, CLEAR)

    def loss(x: float, y: float) -> float:
        moved = replace(paths, points=paths.points + torch.tensor([x, y]))
        return float((rasterize(moved, 18, 15, CLEAR, premultiplied=True) * slope).sum())

    slopes = [(loss(*way) - loss(*(-v for v in way))) / 0.1 for way in ((0.05, 0), (0, 0.05))]
    assert told["points"].sum(0).tolist() == pytest.approx(slopes, rel=0.03)


@BOTH
def test_a_straight_segment_of_no_length_between_others(rasterizer: str) -> None:
    a, b = straight_line(4, 5, 12, 9), straight_line(12, 9, 20, 6)
    whole = build(Item([*a, *b[1:]], radius=1.0, stroke=BLACK))
    folded = build(Item([*a, *[a[-1]] * 3, *b[1:]], radius=1.0, stroke=BLACK))
    one, other = (rasterize(p, 25, 15, rasterizer=rasterizer) for p in (whole, folded))
    assert (one - other).abs().max() < 1e-5


# Fills


FOLDED = {
    "a line": Item([(2, 2), (6, 4), (10, 6), (14, 8)]),
    "there and back": Item([(2, 2), (6, 4), (10, 6), (14, 8), (10, 6), (6, 4)], True),
    "along x": Item([(2, 5), (6, 5), (10, 5), (14, 5), (10, 5), (6, 5)], True),
    "along y": Item([(5, 2), (5, 4), (5, 7), (5, 11), (5, 7), (5, 4)], True),
    "a curve and back": Item([(2, 2), (6, 9), (10, 1), (14, 8), (10, 1), (6, 9)], True),
    "a dot": Item([(8.3, 7.2)] * 6, True),
    "an open dot": Item([(8.3, 7.2)] * 4),
}


@BOTH
@pytest.mark.parametrize("even_odd", [False, True])
@pytest.mark.parametrize("item", FOLDED.values(), ids=FOLDED.keys())
def test_a_fill_folded_up_vanishes(item: Item, even_odd: bool, rasterizer: str) -> None:
    paths = build(replace(item, fill=BLACK, even_odd=even_odd))
    picture, told = gradients(paths, soft_slope(18, 13), WHITE, rasterizer)
    assert (picture == 1).all()
    assert all((value == 0).all() for value in told.values())


@BOTH
@pytest.mark.parametrize("height", [0.05, 0.2, 0.5, 1.0])
def test_a_sliver_has_the_ink_of_its_area(height: float, rasterizer: str) -> None:
    top, bottom = straight_line(3, 4, 33, 9), straight_line(33, 9 + height, 3, 4 + height)
    side = straight_line(33, 9, 33, 9 + height)[1:3]
    other = straight_line(3, 4 + height, 3, 4)[1:3]
    paths = build(Item([*top, *side, *bottom, *other], True, fill=BLACK))
    assert ink(paths, rasterizer=rasterizer) == pytest.approx(30 * height, rel=0.05)


def test_a_fill_folded_up_vanishes_at_any_angle() -> None:
    """Also where it runs through centres that rounding puts inside."""
    rng = np.random.default_rng(0)
    ends = [rng.uniform(0, 16, (2, 2)) for _ in range(30)]
    ends += [np.array([(1.25, 1.25), (2.25 + a, 1.25 + b / 2)]) for a in range(6) for b in range(6)]
    for start, end in ends:
        there = np.linspace(start, end, 4)
        paths = build(Item([*there, *there[2:0:-1]], True, fill=BLACK))
        for rasterizer in ("numba", "reference"):
            assert (rasterize(paths, 16, 16, rasterizer=rasterizer) == 1).all()


def square(low: float, high: float) -> list[np.ndarray]:
    ends = [(low, low), (high, low), (high, high), (low, high), (low, low)]
    return [straight_line(*a, *b)[:-1] for a, b in pairwise(ends)]


@BOTH
@pytest.mark.parametrize("even_odd", [False, True])
def test_fill_rules(even_odd: bool, rasterizer: str) -> None:
    """A square that goes round twice, the second time smaller, like a frame."""
    outer, inner = square(2, 18), square(6, 14)
    bridge = [straight_line(2, 2, 6, 6)[:-1], straight_line(6, 6, 2, 2)[:-1]]
    points = np.concatenate([*outer, bridge[0], *inner, bridge[1]])
    picture = rasterize(
        build(Item(points, True, fill=BLACK, even_odd=even_odd)),
        20,
        20,
        CLEAR,
        rasterizer=rasterizer,
    )[..., 3]
    assert picture[10, 10] == (0 if even_odd else 1)
    assert picture[4, 10] == 1
    area = 256 - 64 if even_odd else 256
    assert float(picture.sum()) == pytest.approx(area, rel=0.01)


@BOTH
def test_an_open_path_is_filled_as_if_closed(rasterizer: str) -> None:
    points = [(3, 3), (20, 4), (18, 14), (6, 16)]
    shut = [*points, *straight_line(*points[-1], *points[0])[1:3]]
    pictures = [
        rasterize(build(item), 24, 20, rasterizer=rasterizer)
        for item in (Item(points, fill=BLACK), Item(shut, True, fill=BLACK))
    ]
    assert (pictures[0] - pictures[1]).abs().max() < 1e-4


@BOTH
def test_the_stroke_lies_over_the_fill_and_later_paths_over_both(rasterizer: str) -> None:
    ring = np.concatenate(square(4, 16))
    red, green, blue = (1.0, 0, 0, 1), (0, 1.0, 0, 1), (0, 0, 1.0, 1)
    paths = build(Item(ring, True, 3.0, red, green), Item([(10, 10)] * 4, radius=2.0, stroke=blue))
    picture = rasterize(paths, 20, 20, rasterizer=rasterizer)
    # on the outline, just inside it, further inside, and under the dot
    for y, x, color in ((4, 10, red), (6, 10, red), (7, 7, green), (9, 9, blue)):
        assert picture[y, x].tolist() == pytest.approx(color, abs=1e-6)


# The canvas


@BOTH
@pytest.mark.parametrize("far", [20.0, 1e3, 1e6, 9e8])
def test_paths_off_the_canvas_change_nothing_and_get_exactly_no_gradient(
    far: float, rasterizer: str
) -> None:
    points = CURVE * 0.1 + 1
    away = [points + np.array(way) for way in ((far, 3), (-far, 0), (4, far), (-4, -far))]
    items = [Item(p, i % 2 == 1, 1.5, BLACK, BLACK) for i, p in enumerate(away)]
    items = [replace(item, points=item.points[:3]) if item.closed else item for item in items]
    picture, told = gradients(build(*items), soft_slope(13, 11), (0.5, 0.5, 0.5, 1), rasterizer)
    assert (picture == torch.tensor([0.5, 0.5, 0.5, 1])).all()
    assert all((value == 0).all() for value in told.values())


@pytest.mark.parametrize("far", [1e4, 1e6, 1e8])
def test_a_line_from_very_far_is_still_a_line(far: float) -> None:
    paths = build(Item(straight_line(-far, 8.2, far, 8.2), radius=1.5, stroke=BLACK))
    picture, told = gradients(paths, soft_slope(20, 16), CLEAR)
    assert float(picture[..., 3].sum()) == pytest.approx(20 * 3, rel=0.01)
    assert all(torch.isfinite(value).all() for value in told.values())


@pytest.mark.parametrize("radius", [30.0, 500.0, 1e6])
def test_a_stroke_wider_than_the_canvas_covers_it(radius: float) -> None:
    picture, told = gradients(
        build(Item(CURVE * 0.3, radius=radius, stroke=(0.2, 0.4, 0.6, 0.5))),
        soft_slope(13, 11),
        CLEAR,
    )
    assert torch.allclose(picture, torch.tensor([0.1, 0.2, 0.3, 0.5]).expand(11, 13, 4))
    assert (told["points"] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 37), (37, 1), (7, 9), (8, 8), (17, 33), (64, 5)])
def test_any_canvas_is_a_window_on_the_same_plane(size: tuple[int, int]) -> None:
    """Also one whose sides are no multiple of a tile."""
    width, height = size
    paths = random_paths(11, 9, 48, 40)
    whole, part = rasterize(paths, 72, 48), rasterize(paths, width, height)
    assert part.shape == (height, width, 4)
    assert (whole[:height, :width] - part).abs().max() < 1e-5


def test_moving_by_whole_pixels_moves_the_picture() -> None:
    paths = random_paths(12, 9, 40, 32)
    near = rasterize(paths, 40, 32)
    far = rasterize(replace(paths, points=paths.points + 8), 48, 40)
    assert (far[8:, 8:] - near).abs().max() < 2e-3


@BOTH
def test_straight_and_premultiplied_alpha(rasterizer: str) -> None:
    paths = random_paths(13, 6, 24, 20)
    for ground in (WHITE, CLEAR, (0.9, 0.3, 0.1, 0.4)):
        plain = rasterize(paths, 24, 20, ground, rasterizer=rasterizer)
        multiplied = rasterize(paths, 24, 20, ground, premultiplied=True, rasterizer=rasterizer)
        alpha = plain[..., 3:]
        assert torch.equal(alpha, multiplied[..., 3:])
        assert (plain[..., :3] * alpha - multiplied[..., :3]).abs().max() < 1e-6
        assert plain.min() >= 0
        assert plain.max() <= 1 + 1e-6


def test_a_transparent_picture_over_white_is_the_picture_on_white() -> None:
    paths = random_paths(14, 8, 24, 20)
    glass = rasterize(paths, 24, 20, CLEAR, premultiplied=True)
    on_white = glass[..., :3] + (1 - glass[..., 3:])
    assert (on_white - rasterize(paths, 24, 20)[..., :3]).abs().max() < 1e-5


def test_invisible_ink_paints_nothing_and_can_come_back() -> None:
    paths = build(Item(CURVE * 0.5, radius=1.0, stroke=(0.2, 0.4, 0.6, 0.0)))
    picture, told = gradients(paths, soft_slope(20, 16))
    assert (picture == 1).all()
    assert told["stroke"][0, 3] != 0
    assert (told["points"] == 0).all()
