from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import CanvasSpec
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig, rates
from drawkit.errors import ConfigError
from drawkit.raster import Paths, rasterize
from drawkit.scene import Scene


def build(seed: int = 0, size: tuple[int, int] = (64, 64), **settings: Any) -> StrokesCanvas:
    return StrokesCanvas(
        StrokesConfig(**{"strokes": 12, **settings}),
        CanvasSpec(
            size[0],
            size[1],
            background=(1.0, 1.0, 1.0),
            generator=torch.Generator().manual_seed(seed),
        ),
    )


def paths_of(scene: Scene) -> Paths:
    """A scene as the rasterizer takes it: written anew, from the scene alone."""
    paths = list(scene.paths())
    nothing = (0.0, 0.0, 0.0, 0.0)
    return Paths(
        points=torch.tensor(np.concatenate([p.control_points for p in paths]), dtype=torch.float32),
        segments=torch.tensor([p.segments for p in paths]),
        closed=torch.tensor([p.closed for p in paths]),
        radius=torch.tensor([p.stroke_width / 2 for p in paths], dtype=torch.float32),
        stroke=torch.tensor([p.stroke or nothing for p in paths], dtype=torch.float32),
        fill=torch.tensor([p.fill or nothing for p in paths], dtype=torch.float32),
        stroked=torch.tensor([p.stroke is not None for p in paths]),
        filled=torch.tensor([p.fill is not None for p in paths]),
        even_odd=torch.tensor([p.fill_rule == "evenodd" for p in paths]),
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"shapes": 5},
        {"strokes": 0, "shapes": 5},
        {"ink": "navy", "shapes": 2},
        {"shapes": 5, "form": "boxes", "grid": 4.0, "palette": ("nes",)},
        {"shapes": 5, "shape_segments": "2-5", "form": "straight"},
        {"shapes": 5, "shape_line": "navy", "shape_line_width": 2.5},
    ],
)
def test_the_scene_is_what_was_rasterized(settings: dict[str, Any]) -> None:
    canvas = build(**settings)
    again = rasterize(paths_of(canvas.to_scene()), 64, 64, premultiplied=True)
    assert (again.permute(2, 0, 1) - canvas()[0]).abs().max() < 1e-6


def test_defaults_are_clipdraws() -> None:
    config = StrokesConfig()
    assert (config.strokes, config.segments) == (256, "1-3")
    assert (config.lr_points, config.lr_width, config.lr_color) == (1.0, 0.2, 0.01)
    assert (config.min_width, config.max_width, config.init_width) == (2.0, 100.0, 2.0)


def test_shapes_are_closed_fills_below_the_strokes() -> None:
    scene = build(shapes=3, shape_segments="2-5").to_scene()
    assert [layer.name for layer in scene.layers] == ["shapes", "strokes"]
    shapes, strokes = scene.layers
    assert len(shapes.paths) == 3
    assert len(strokes.paths) == 12
    assert all(p.closed and p.fill is not None and p.stroke is None for p in shapes.paths)
    assert all(not p.closed and p.fill is None and p.stroke is not None for p in strokes.paths)
    assert all(2 <= p.segments <= 5 for p in shapes.paths)
    assert {p.segments for p in strokes.paths} == {1, 2, 3}


def test_an_empty_kind_leaves_no_empty_layer() -> None:
    assert [layer.name for layer in build(strokes=0, shapes=2).to_scene().layers] == ["shapes"]
    assert [layer.name for layer in build().to_scene().layers] == ["strokes"]


@pytest.mark.parametrize(("given", "counts"), [(2, {2}), ("2", {2}), ("2-4", {2, 3, 4})])
def test_segments_are_a_number_or_a_range(given: int | str, counts: set[int]) -> None:
    canvas = build(strokes=60, segments=given)
    assert {p.segments for p in canvas.to_scene().paths()} == counts


def test_new_shapes_are_round() -> None:
    canvas = build(strokes=0, shapes=40, shape_segments="2-6", init_radius=0.1)
    for path in canvas.to_scene().paths():
        knots = path.control_points[::3]
        center = knots.mean(axis=0)
        radii = np.linalg.norm(knots - center, axis=1)
        assert np.allclose(radii, radii[0], rtol=1e-3)
        assert 0.5 * 6.4 - 1e-3 <= radii[0] <= 1.5 * 6.4 + 1e-3
        ring = np.concatenate([path.control_points, path.control_points[:1]])
        middles = [
            (ring[i] + 3 * ring[i + 1] + 3 * ring[i + 2] + ring[i + 3]) / 8
            for i in range(0, len(ring) - 1, 3)
        ]
        # Halves of a circle are the coarsest arcs here; a cubic follows them within 2 %.
        assert np.allclose(np.linalg.norm(middles - center, axis=1), radii[0], rtol=0.02)


def test_new_paths_start_within_the_spread() -> None:
    canvas = build(strokes=300, spread=0.5, size=(200, 100))
    starts = np.array([p.control_points[0] for p in canvas.to_scene().paths()])
    assert (starts >= [50, 25]).all()
    assert (starts <= [150, 75]).all()
    assert starts.std(axis=0) == pytest.approx(np.array([100, 50]) / np.sqrt(12), rel=0.15)


def test_pixel_values_scale_with_the_shorter_side() -> None:
    small, large = build(size=(224, 224)), build(size=(896, 448))
    assert small.widths.unique().item() == pytest.approx(2.0)
    assert large.widths.unique().item() == pytest.approx(4.0)
    assert large.param_groups(0.0)[0].lr == pytest.approx(2.0)
    with torch.no_grad():
        large.widths.copy_(torch.linspace(-5, 5000, 12))
    large.project_()
    assert large.widths.min().item() == pytest.approx(4.0)
    assert large.widths.max().item() == pytest.approx(200.0)


def test_one_ink_holds_all_strokes_and_leaves_shapes_their_colours() -> None:
    canvas = build(ink="#102030", shapes=2)
    assert len(canvas.color) == 2
    strokes = canvas.to_scene().layers[1].paths
    for path in strokes:
        assert path.stroke is not None
        assert path.stroke[:3] == pytest.approx((16 / 255, 32 / 255, 48 / 255))
    only = build(ink="black")
    assert [group.name for group in only.param_groups(0.0)] == ["points", "widths", "opacity"]


def test_new_paths_may_all_start_in_one_colour() -> None:
    canvas = build(init_color="gray", shapes=2)
    assert canvas.color.unique().tolist() == pytest.approx([128 / 255])
    assert len(build().color.unique()) > 30
    hide(canvas)
    with torch.no_grad():
        canvas.color.fill_(0.9)
    masks = canvas.advance_(0.1, torch.Generator().manual_seed(0)).reset
    assert canvas.color[masks[canvas.color]].unique().tolist() == pytest.approx([128 / 255])


def test_clipdraws_schedule_moves_points_slower_from_half_and_three_quarters() -> None:
    assert [rates("clipdraw", p)[0] for p in (0, 0.499, 0.5, 0.749, 0.75, 0.999)] == [
        1.0,
        1.0,
        0.4,
        0.4,
        0.1,
        0.1,
    ]
    assert {rates("clipdraw", p)[1] for p in (0, 0.6, 0.9)} == {1.0}
    assert rates("constant", 0.9) == (1.0, 1.0)
    assert rates("cosine", 0.0) == (1.0, 1.0)
    assert rates("cosine", 1.0)[0] == pytest.approx(0.05)
    groups = {g.name: g.lr for g in build(size=(224, 224), lr_points=0.5).param_groups(0.8)}
    assert groups == pytest.approx({"points": 0.05, "widths": 0.2, "color": 0.01, "opacity": 0.01})


def hide(canvas: StrokesCanvas) -> list[int]:
    """Make rows 1 (transparent) and 4 (off the canvas) invisible; row 6 is nearly off."""
    with torch.no_grad():
        canvas.opacity.fill_(0.5)
        canvas.opacity[1] = 0.04
        canvas.points[canvas.owner == 4] += 500
        canvas.points[canvas.owner == 6] -= canvas.points[canvas.owner == 6].amax(dim=0) + 0.2
    return [1, 4]


def test_invisible_paths_start_anew_and_only_those() -> None:
    canvas = build(shapes=3)
    hidden = hide(canvas)
    before = {p: p.detach().clone() for p in canvas.parameters()}
    masks = canvas.advance_(0.1, torch.Generator().manual_seed(9)).reset
    rows = torch.zeros(15, dtype=torch.bool)
    rows[hidden] = True
    assert torch.equal(masks[canvas.opacity], rows)
    assert torch.equal(masks[canvas.color], rows)
    assert torch.equal(masks[canvas.widths], rows[3:])
    assert torch.equal(masks[canvas.points], rows[canvas.owner])
    assert set(masks) == set(before)
    for parameter, mask in masks.items():
        assert torch.equal(parameter[~mask], before[parameter][~mask])
        assert (
            not torch.equal(parameter[mask], before[parameter][mask])
            or not mask.any()
            or (parameter is canvas.widths)
        )
    on_canvas = canvas.points[rows[canvas.owner]]
    assert ((on_canvas > -32) & (on_canvas < 96)).all()


def test_paths_start_anew_only_now_and_then_in_the_first_half() -> None:
    canvas = build()
    counted = []
    for step in range(100):
        hide(canvas)
        if canvas.advance_(step / 100, torch.Generator().manual_seed(step)).reset:
            counted.append(step)
    assert counted == [5, 10, 15, 20, 25, 30, 35, 40, 45]


def test_reseeding_can_be_switched_off() -> None:
    canvas = build(reseed=False)
    hide(canvas)
    assert not canvas.advance_(0.1, torch.Generator()).reset


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"strokes": -3}, "strokes.strokes is -3; allowed: 0 to 100000"),
        ({"strokes": 10_000_000}, "allowed: 0 to 100000"),
        ({"strokes": 0}, "draw nothing"),
        ({"segments": 0}, "1 to 100"),
        ({"segments": "3-1"}, "range like 1-3"),
        ({"segments": "many"}, "'many'"),
        ({"shape_segments": 1}, "2 to 100"),
        ({"min_width": -1.0}, "min_width is -1; allowed: above 0"),
        ({"min_width": 5.0, "max_width": 4.0}, "<= max_width"),
        ({"init_opacity": (0.0, 1.5)}, "init_opacity"),
        ({"lr_points": float("nan")}, "lr_points"),
        ({"schedule": "sometimes"}, "clipdraw, constant, cosine"),
        ({"ink": "blurple"}, "blurple"),
        ({"ink": "#00000080"}, "opaque"),
    ],
)
def test_settings_that_make_no_drawing_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises((ConfigError, ValueError)) as error:
        StrokesConfig(**settings)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_paths_start_after_a_picture() -> None:
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :, 16:40, 8:32] = torch.tensor([0.1, 0.6, 0.2, 1.0]).view(1, 4, 1, 1)
    for settings in ({}, {"shapes": 5}, {"strokes": 0, "shapes": 5}):
        canvas, again = build(**settings), build(**settings)
        before = canvas.points.detach().clone()
        for one in (canvas, again):
            one.start_from_(picture, torch.Generator().manual_seed(3))
        assert torch.equal(canvas.points, again.points)
        assert not torch.equal(canvas.points, before)
        for path in canvas.to_scene().paths():
            x, y = path.control_points.mean(axis=0)
            assert 8 <= x <= 32
            assert 16 <= y <= 40
            assert (path.fill or path.stroke or ())[:3] == pytest.approx((0.1, 0.6, 0.2))


def along(canvas: StrokesCanvas) -> Tensor:
    """Points [N, 2] on all curves of open strokes."""
    found, at = [], 0
    t = torch.linspace(0, 1, 9)[:, None]
    for segments in canvas.segments.tolist():
        for first in range(at, at + 3 * segments, 3):
            a, b, c, d = canvas.points.detach()[first : first + 4]
            curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            found.append(curve)
        at += 3 * segments + 1
    return torch.cat(found)


def test_one_ink_draws_the_borders_of_a_picture() -> None:
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :, 16:48, 16:48] = torch.tensor([0.4, 0.8, 0.4, 1.0]).view(1, 4, 1, 1)
    canvas = build(ink="navy", strokes=40, init_reach=0.0, init_paint=False)
    lines = canvas.start_from_(picture, torch.Generator().manual_seed(3))
    assert lines is not None
    assert float(lines[0, 3, 32, 32]) == float(lines[0, 3, 8, 8]) == 0
    assert float(lines[0, 3, 16, 32]) == 1
    assert lines[0, :3, 16, 32].tolist() == pytest.approx([0, 0, 128 / 255], abs=0.01)
    off = (canvas.points.detach() - 32).abs().amax(1)
    assert float((off - 16).abs().max()) < 3
    laid = build(ink="navy", strokes=40)
    laid.start_from_(picture, torch.Generator().manual_seed(3))
    assert float((along(laid) - 32).abs().amax(1).sub(16).abs().max()) < 3


def test_dark_areas_of_line_art_are_filled_and_shapes_keep_their_colours() -> None:
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :, 16:48, 16:48] = torch.tensor([0.1, 0.1, 0.1, 1.0]).view(1, 4, 1, 1)
    lines = build(ink="navy").start_from_(picture, torch.Generator())
    assert lines is not None
    assert float(lines[0, 3, 32, 32]) == 1
    picture[:, :3, 16:48, 16:48] = 0.6
    over = build(ink="navy", shapes=2).start_from_(picture, torch.Generator())
    assert over is not None
    assert over[0, :, 32, 32].tolist() == pytest.approx([0.6, 0.6, 0.6, 1])


def test_paths_start_anywhere_after_an_empty_picture() -> None:
    canvas = build()
    canvas.start_from_(torch.zeros(1, 4, 64, 64), torch.Generator().manual_seed(0))
    assert canvas.points.isfinite().all()
    assert float(canvas.points[:, 0].detach().std()) > 5


def test_strokes_follow_the_lines_where_they_start() -> None:
    """Upright lines on the left, level ones on the right."""
    at = torch.arange(64)
    upright = (at % 8 < 3).float().expand(64, 64)
    lines = torch.where(at < 32, upright, upright.T)
    picture = torch.cat([(1 - lines).expand(1, 3, 64, 64), torch.ones(1, 1, 64, 64)], dim=1)

    def leaning(**settings: Any) -> tuple[float, float]:
        """How level strokes of the left and the right half are: -1 upright, 1 level."""
        canvas = build(strokes=60, shapes=2, segments="1-3", **settings)
        canvas.start_from_(picture, torch.Generator().manual_seed(0))
        ends = [(p.control_points[0], p.control_points[-1]) for p in canvas.to_scene().paths()]
        way = np.array([end - start for start, end in ends[2:]])
        where = np.array([(start + end) / 2 for start, end in ends[2:]])[:, 0]
        level = (way[:, 0] ** 2 - way[:, 1] ** 2) / (way**2).sum(axis=1)
        return float(level[where < 28].mean()), float(level[where > 36].mean())

    left, right = leaning(init_follow=True)
    assert left < -0.7
    assert right > 0.7
    anyhow = leaning()
    assert abs(anyhow[0]) < 0.4
    assert abs(anyhow[1]) < 0.4


def test_shades_differ_in_lightness_alone() -> None:
    gray = torch.full((1, 4, 64, 64), 0.5)
    gray[:, 3] = 1
    canvas = build(init_shade=0.2)
    canvas.start_from_(gray, torch.Generator().manual_seed(0))
    colors = canvas.color.detach()
    assert float((colors - colors[:, :1]).abs().max()) < 1e-6
    assert 0.3 <= float(colors.min()) < 0.45 < 0.55 < float(colors.max()) <= 0.7


def test_opacity_is_held_between_its_limits() -> None:
    canvas = build(init_opacity=(0.0, 1.0), min_opacity=0.2, max_opacity=0.3)
    low, high = canvas.opacity.detach().aminmax()
    assert 0.2 <= float(low) <= float(high) <= 0.3001
    with pytest.raises(ConfigError, match=r"max_opacity 0\.1; allowed: min_opacity <= max_opacity"):
        StrokesConfig(min_opacity=0.2, max_opacity=0.1)


def test_paths_are_what_is_painted() -> None:
    canvas = build(shapes=3)
    picture = rasterize(canvas.paths(), 64, 64, (1.0, 1.0, 1.0, 1.0), premultiplied=True)
    assert torch.equal(picture.permute(2, 0, 1)[None], canvas())


@pytest.mark.parametrize("size", [(64, 64), (90, 60)])
def test_the_picture_in_fewer_pixels_is_the_same_one(size: tuple[int, int]) -> None:
    canvas = build(size=size, shapes=3, init_width=4.0)
    small = canvas.drawn(size[0] // 2, size[1] // 2)
    assert small.shape == (1, 4, size[1] // 2, size[0] // 2)
    apart = (small - F.avg_pool2d(canvas(), 2)).abs()
    assert float(apart.mean()) < 0.002
    assert float(apart.max()) < 0.1
    assert torch.equal(canvas.drawn(*size), canvas())
    grads = [torch.autograd.grad(one[:, 0].mean(), canvas.points)[0] for one in (canvas(), small)]
    assert float(F.cosine_similarity(grads[0].flatten(), grads[1].flatten(), dim=0)) > 0.98


def test_strokes_of_one_ink_are_opaque_or_not_drawn() -> None:
    canvas = build(ink="navy", shapes=3, init_opacity=(0.0, 1.0))
    assert torch.equal(canvas.paths().fill[3:, 3], torch.ones(12))
    with torch.no_grad():
        canvas.opacity.copy_(torch.linspace(0, 1, 15))
    shapes, strokes = canvas.to_scene().layers
    drawn = [path.stroke[3] for path in strokes.paths if path.stroke]
    assert drawn == [0.0] * 5 + [1.0] * 7
    assert [path.fill[3] for path in shapes.paths if path.fill] == pytest.approx([0, 1 / 14, 1 / 7])
    again = rasterize(paths_of(canvas.to_scene()), 64, 64, premultiplied=True)
    assert (again.permute(2, 0, 1) - canvas()[0]).abs().max() < 1e-6
    canvas()[0, :3].sum().backward()
    assert canvas.opacity.grad is not None
    assert canvas.opacity.grad[3:8].abs().max() > 0  # a stroke that is not drawn may come back
    for soft in ({"opaque": False}, {"max_opacity": 0.8}, {"ink": None}):
        faint = build(**{"ink": "navy", "init_opacity": (0.3, 0.4), **soft})
        assert float(faint.paths().stroke[:, 3].detach().max()) < 0.5
    with pytest.raises(ConfigError, match=r"max_opacity is 0\.8; allowed with opaque strokes: 1"):
        StrokesConfig(opaque=True, max_opacity=0.8)


def test_opaque_strokes_do_not_start_anew() -> None:
    canvas = build(ink="navy", shapes=3)
    with torch.no_grad():
        canvas.opacity.zero_()
    masks = canvas.advance_(0.1, torch.Generator().manual_seed(9)).reset
    assert masks[canvas.opacity].tolist() == [True] * 3 + [False] * 12
