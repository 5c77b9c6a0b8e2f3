"""Straight edges, boxes, grids and few colours; strokes along the lines of a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from drawkit.canvas import CanvasSpec
from drawkit.canvas.along import even_spots, strokes_along, tour
from drawkit.canvas.forms import Form, by_lightness, held_colors, in_palette, palette_colors
from drawkit.canvas.init import Guide
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.color import parse_color
from drawkit.engine.adam import Adam
from drawkit.errors import ConfigError, DrawkitError

SEGMENTS = torch.tensor([4, 4, 2, 1])
"""Two shapes, then two strokes."""


def build(**settings: Any) -> StrokesCanvas:
    return StrokesCanvas(
        StrokesConfig(**{"strokes": 5, "shapes": 6, **settings}),
        CanvasSpec(
            224, 224, background=(1.0, 1.0, 1.0), generator=torch.Generator().manual_seed(1)
        ),
    )


def scattered() -> torch.Tensor:
    return 200 * torch.rand(12 + 12 + 7 + 4, 2, generator=torch.Generator().manual_seed(2))


def by_hand(points: torch.Tensor, closed: bool) -> torch.Tensor:
    """Handles at the thirds of the line from knot to knot, written as a loop."""
    knots = [points[at] for at in range(0, len(points), 3)]
    ends = [*knots[1:], knots[0]] if closed else knots[1:]
    out = []
    for a, b in zip(knots, ends, strict=False):
        out += [a, a + (b - a) / 3, a + (b - a) * 2 / 3]
    return torch.stack(out if closed else [*out, knots[-1]])


def test_straight_paths_are_lines_from_knot_to_knot() -> None:
    points = scattered()
    drawn = Form(SEGMENTS, 2, "straight", 0.0)(points)
    expected = [by_hand(p, i < 2) for i, p in enumerate(torch.split(points, [12, 12, 7, 4]))]
    assert torch.allclose(drawn, torch.cat(expected), atol=1e-4)
    assert not torch.allclose(drawn, points, atol=1.0)
    assert torch.equal(Form(SEGMENTS, 2, "curved", 0.0)(points), points)


def test_boxes_are_upright_and_hold_their_corners() -> None:
    points = scattered()
    drawn = Form(SEGMENTS, 2, "boxes", 0.0)(points)
    for before, after in zip(points[:24].view(2, 12, 2), drawn[:24].view(2, 12, 2), strict=True):
        knots = before[::3]
        (left, top), (right, bottom) = knots.amin(0), knots.amax(0)
        corners = torch.tensor([[left, top], [right, top], [right, bottom], [left, bottom]])
        assert torch.allclose(after[::3], corners, atol=1e-4)
    assert torch.allclose(drawn[24:31], by_hand(points[24:31], False), atol=1e-4)


@pytest.mark.parametrize("form", ["straight", "boxes"])
def test_corners_lie_on_the_grid_and_gradients_pass(form: Any) -> None:
    points = scattered().requires_grad_()
    drawn = Form(SEGMENTS, 2, form, 7.0)(points)
    knots = torch.cat([drawn[:24:3], drawn[24:31:3], drawn[31::3]])
    assert torch.allclose(knots / 7, (knots / 7).round(), atol=1e-4)
    drawn.sum().backward()
    assert points.grad is not None
    assert points.grad.abs().sum() > 0


def test_a_box_is_a_cell_at_least() -> None:
    drawn = Form(torch.tensor([4]), 1, "boxes", 8.0)(torch.full((12, 2), 30.0))
    size = drawn.amax(0) - drawn.amin(0)
    assert size.tolist() == pytest.approx([8.0, 8.0])


def test_colours_are_the_nearest_of_the_palette() -> None:
    palette = palette_colors(["#000000", "white", "#ff0000"])
    rgb = torch.tensor([[0.1, 0.1, 0.1], [0.9, 0.95, 0.9], [0.8, 0.2, 0.1]], requires_grad=True)
    held = held_colors(rgb, palette)
    assert torch.allclose(held, torch.tensor([[0.0, 0, 0], [1, 1, 1], [1, 0, 0]]), atol=1e-6)
    (held * 2).sum().backward()
    assert torch.equal(rgb.grad, torch.full((3, 3), 2.0))


@pytest.mark.parametrize(("shapes", "strokes"), [(0, 90), (90, 0)])
def test_each_area_of_a_picture_gets_its_colour_of_the_palette(shapes: int, strokes: int) -> None:
    """All paths start in one colour, which no gradient of a nearest one in OKLab leads out of."""
    named = ("red", "blue", "black")
    canvas = build(
        palette=named,
        shapes=shapes,
        strokes=strokes,
        init_color="#8c8c8c",
        init_width=16.0,
        init_opacity=(1.0, 1.0),
        min_opacity=1.0,
        lr_color=0.02,
    )
    wanted = palette_colors(named)[torch.arange(224) * 3 // 224].T.expand(224, 3, 224)
    wanted = wanted.movedim(0, 1)  # three stripes, from left to right
    loop = Adam(list(canvas.parameters()))
    for _ in range(120):
        loss = (canvas()[0, :3] - wanted).square().mean()
        gradients = torch.autograd.grad(loss, loop.params, allow_unused=True)
        loop.step(
            gradients,
            {canvas.color: 0.02, **dict.fromkeys([canvas.points], 0.5)}
            | {canvas.widths: 0.0, canvas.opacity: 0.0},
        )
        canvas.project_()
    right = (canvas()[0, :3].detach() - wanted).abs().amax(0) < 0.1
    for stripe in right.split([75, 74, 75], dim=1):
        assert float(stripe.float().mean()) > 0.8


def test_a_picture_in_the_colours_of_a_palette() -> None:
    palette = palette_colors(["red", "blue", "black"])
    cells = {"#fac80f": 0, "#3b3c44": 2, "#7fa8e0": 1, "#f7f2f6": None}
    rgb = torch.tensor([parse_color(name)[:3] for name in cells]).T.view(1, 3, 1, 4)
    picture = torch.cat([rgb, torch.ones(1, 1, 1, 4)], dim=1)
    shown = in_palette(picture, palette, (1.0, 1.0, 1.0))
    for at, row in enumerate(cells.values()):
        expected = [0.0] * 4 if row is None else [*palette[row].tolist(), 1.0]
        assert shown[0, :, 0, at].tolist() == pytest.approx(expected)
    assert in_palette(picture, palette, None)[0, 3].min() == 1  # no paper that could show it
    ghost = in_palette(picture[..., 3:], palette, (1.0, 1.0, 1.0))
    assert ghost[0, 3].min() == 1  # rather in a colour than not at all
    assert in_palette(picture * 0.5, palette, None)[0, :, 0, 1].tolist() == [0.0, 0.0, 0.0, 0.5]


def test_palettes_and_colours_mix_without_doubles() -> None:
    assert len(palette_colors(["game-boy"])) == 4
    assert len(palette_colors(["1-bit", "red", "#ff0000", "black"])) == 3
    assert palette_colors([]).shape == (0, 3)


def test_a_drawing_holds_to_palette_grid_and_opacity(tmp_path: Path) -> None:
    canvas = build(palette=("game-boy",), form="boxes", grid=7.0, min_opacity=1.0)
    with torch.no_grad():
        canvas.opacity.zero_()
    canvas.project_()
    allowed = palette_colors(["game-boy"]).numpy()
    shapes, strokes = canvas.to_scene().layers
    for path in (*shapes.paths, *strokes.paths):
        color = path.fill or path.stroke
        assert color is not None
        assert np.abs(allowed - color[:3]).max(axis=1).min() < 1e-6
        assert color[3] == 1
        knots = path.control_points[::3] / 7
        assert np.allclose(knots, knots.round(), atol=1e-5)
    loose = build()
    colors = [p.fill[:3] for p in loose.to_scene().layers[0].paths if p.fill]
    assert any(np.abs(allowed - c).max(axis=1).min() > 0.05 for c in colors)


def test_new_colours_vary_about_the_pictures() -> None:
    picture = torch.tensor([0.5, 0.4, 0.3, 1.0]).view(1, 4, 1, 1).expand(1, 4, 224, 224)
    plain, varied = build(), build(init_vary=0.2)
    for canvas in (plain, varied):
        canvas.start_from_(picture, torch.Generator().manual_seed(3))
    apart = (varied.color - plain.color).abs()
    assert torch.allclose(plain.color, torch.tensor([0.5, 0.4, 0.3]), atol=1e-5)
    assert 0.05 < apart.mean() < 0.15
    assert apart.max() <= 0.2 + 1e-6


def ring() -> torch.Tensor:
    """A black ring, 5 px wide: [1, 4, 224, 224]."""
    y, x = torch.meshgrid(torch.arange(224) - 112.0, torch.arange(224) - 112.0, indexing="ij")
    alpha = ((torch.hypot(x, y) - 80).abs() < 2.5).float()
    return torch.stack([0 * alpha, 0 * alpha, 0 * alpha, alpha])[None]


def test_strokes_along_a_ring_go_around_it() -> None:
    points = strokes_along(torch.tensor([30]), Guide(ring()[0]), torch.Generator().manual_seed(0))
    assert points.shape == (91, 2)
    radii = (points[::3] - 112).norm(dim=1)
    assert (radii - 80).abs().max() < 4
    steps = (points[3::3] - points[:-1:3]).norm(dim=1)
    assert steps.median() < 30  # the ring is 503 px around; at random a step is about 100
    assert (steps > 60).sum() <= 1


def test_a_tour_is_short_and_visits_all() -> None:
    spots = 100 * torch.rand(60, 2, generator=torch.Generator().manual_seed(4))
    order = tour(spots)
    assert sorted(order.tolist()) == list(range(60))

    def length(order: torch.Tensor) -> float:
        return float((spots[order][1:] - spots[order][:-1]).norm(dim=1).sum())

    assert length(order) < 0.4 * length(torch.arange(60))


def test_spots_lie_apart() -> None:
    spots = even_spots(Guide(ring()[0]), 20, torch.Generator().manual_seed(0))
    apart = torch.cdist(spots, spots) + 1e3 * torch.eye(20)
    assert apart.min() > 12


def test_one_line_starts_along_the_picture() -> None:
    canvas = build(strokes=1, shapes=0, segments=40, ink="black", init_along=True)
    canvas.start_from_(ring(), torch.Generator().manual_seed(0))
    knots = canvas.to_scene().layers[0].paths[0].control_points[::3]
    assert (np.abs(np.linalg.norm(knots - 112, axis=1) - 80) < 12).all()


def test_tones_are_stretched_over_the_palette_and_stand_out_from_the_paper() -> None:
    greens = palette_colors(["game-boy"])
    grays = torch.tensor([0.3, 0.5, 0.7]).repeat_interleave(40)
    picture = torch.cat([grays.expand(3, 8, 120), torch.ones(1, 8, 120)])[None]
    picture[:, :, 0] = 0  # a row without figure
    toned = by_lightness(picture, greens, None)
    assert toned[:, :, 0].abs().sum() == 0
    rows = toned[0, :3, 4].T
    assert all((greens - row).abs().sum(1).min() < 1e-6 for row in rows)
    light = rows.sum(1)
    assert (light.diff() >= 0).all()
    assert len(rows.unique(dim=0)) >= 3
    lightest = greens[greens.sum(1).argmax()]
    apart = by_lightness(picture, greens, lightest.tolist())[0, :3, 4].T
    assert (apart - lightest).abs().sum(1).min() > 0.1
    assert (rows - lightest).abs().sum(1).min() < 1e-6  # which is not so without a paper


def test_a_drawing_by_lightness_stays_near_the_toned_picture() -> None:
    canvas = build(palette=("game-boy",), by_lightness=True)
    picture = torch.tensor([0.9, 0.1, 0.1, 1.0]).view(1, 4, 1, 1).expand(1, 4, 224, 224)
    shown = canvas.start_from_(picture, torch.Generator().manual_seed(0))
    assert shown is not None
    color = shown[0, :3, 5, 5]
    assert (palette_colors(["game-boy"]) - color).abs().sum(1).min() < 1e-6


def test_lines_around_shapes() -> None:
    lined = build(shape_line="#102030", shape_line_width=4.0)
    for path in lined.to_scene().layers[0].paths:
        assert path.stroke is not None
        assert path.fill is not None
        assert np.allclose(path.stroke[:3], np.array([0x10, 0x20, 0x30]) / 255, atol=1e-6)
        assert path.stroke[3] == path.fill[3]
        assert path.stroke_width == 4.0
    assert all(path.stroke is None for path in build().to_scene().layers[0].paths)
    assert not torch.equal(lined(), build()())


def test_new_strokes_may_all_have_one_direction() -> None:
    canvas = build(strokes=20, shapes=0, segments="1-3", init_angle=30.0, init_reach=0.2)
    for path in canvas.to_scene().paths():
        moves = np.diff(path.control_points, axis=0)
        angles = np.degrees(np.arctan2(moves[:, 1], moves[:, 0]))
        assert np.allclose(angles, 30.0, atol=0.1)
    moves = np.diff(next(iter(build(shapes=0).to_scene().paths())).control_points, axis=0)
    assert np.degrees(np.arctan2(moves[:, 1], moves[:, 0])).std() > 10


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"form": "round"}, "curved, straight, boxes"),
        ({"grid": 4.0}, "for form straight or boxes"),
        ({"form": "boxes", "shape_segments": "3-5"}, "allowed: 4"),
        ({"by_lightness": True}, "needs strokes.palette"),
        ({"shape_line": "#00000080"}, "opaque"),
        ({"shape_line_width": -1.0}, "0 to 1000"),
        ({"min_opacity": 1.5}, "0 to 1"),
        ({"init_vary": -0.1}, "0 to 1"),
        ({"grid": -1.0, "form": "boxes"}, "0 to 1000"),
        ({"palette": ("game-boi",)}, "game-boy"),
        ({"palette": ("#ff000080",)}, "opaque"),
    ],
)
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    with pytest.raises((ConfigError, DrawkitError)) as caught:
        build(**settings)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
