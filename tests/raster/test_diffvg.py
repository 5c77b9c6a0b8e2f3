"""The diffvg adapter against a stand-in for pydiffvg; the real one is not run here.

The stand-in has the signatures of BachiLi/diffvg (85802a7), checks what it is given as that does,
and draws what that would draw: in a group the fill over the stroke, open paths filled unclosed
refused, and colours that are only right over an opaque ground.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
import torch
from raster.builder import CLEAR, WHITE, Item, build, cosine, gradients, random_paths, soft_slope
from torch import Tensor

from drawkit.errors import BackendError
from drawkit.raster import Paths, rasterize
from drawkit.raster import diffvg as adapter

INK, RED = (0.1, 0.2, 0.3, 0.8), (0.9, 0.1, 0.1, 0.5)
POINTS = [(2.0, 2.0), (6, 9), (10, 1), (14, 8)]


@dataclass
class Path:
    num_control_points: Tensor
    points: Tensor
    is_closed: bool
    stroke_width: Tensor = field(default_factory=lambda: torch.tensor(1.0))
    id: str = ""
    use_distance_approx: bool = False


@dataclass
class ShapeGroup:
    shape_ids: Tensor
    fill_color: Tensor | None
    use_even_odd_rule: bool = True
    stroke_color: Tensor | None = None
    shape_to_canvas: Tensor = field(default_factory=lambda: torch.eye(3))
    id: str = ""


def check_shape(shape: Path) -> None:
    """What pydiffvg asserts, or reads through bare pointers."""
    assert shape.num_control_points.is_contiguous()
    assert set(shape.num_control_points.tolist()) <= {0, 1, 2}
    assert shape.points.is_contiguous()
    assert shape.points.dtype == torch.float32
    assert shape.points.shape[1] == 2
    assert torch.isfinite(shape.points).all()
    assert shape.stroke_width.shape == ()
    assert shape.stroke_width.dtype == torch.float32
    assert type(shape.is_closed) is bool
    between, bases = int(shape.num_control_points.sum()), len(shape.num_control_points)
    assert len(shape.points) == between + bases + (0 if shape.is_closed else 1)
    assert not shape.use_distance_approx


def check_group(group: ShapeGroup, shapes: list[Path]) -> None:
    assert group.shape_ids.is_contiguous()
    assert not group.shape_ids.is_floating_point()
    for color in (group.fill_color, group.stroke_color):
        if color is not None:
            assert color.is_contiguous()
            assert color.shape == (4,)
            assert color.dtype == torch.float32
    if group.fill_color is not None:
        assert all(shapes[i].is_closed for i in group.shape_ids.tolist())
    assert type(group.use_even_odd_rule) is bool


def as_paths(shape: Path, group: ShapeGroup, stroked: bool) -> Paths:
    """The shape as our own reference draws it, with a straight last segment written out."""
    points, controls = shape.points, shape.num_control_points.tolist()
    if controls[-1] == 0:
        ends = torch.stack([points[-1] + (points[0] - points[-1]) * k / 3 for k in (1, 2)])
        points = torch.cat([points, ends])
    color = group.stroke_color if stroked else group.fill_color
    assert color is not None
    return Paths(
        points,
        torch.tensor([len(controls)]),
        torch.tensor([shape.is_closed]),
        shape.stroke_width[None],
        color[None],
        color[None],
        torch.tensor([stroked]),
        torch.tensor([not stroked]),
        torch.tensor([group.use_even_odd_rule]),
    )


class StandIn(ModuleType):
    """pydiffvg as far as the adapter may use it."""

    Path, ShapeGroup = Path, ShapeGroup

    def __init__(self, device: str = "cpu") -> None:
        super().__init__("pydiffvg")
        self.device = torch.device(device)
        self.calls: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        outer = self

        class RenderFunction:
            @staticmethod
            def serialize_scene(
                canvas_width: int,
                canvas_height: int,
                shapes: list[Path],
                shape_groups: list[ShapeGroup],
            ) -> list[Any]:
                assert outer.device == torch.device("cpu")
                for shape in shapes:
                    check_shape(shape)
                for group in shape_groups:
                    check_group(group, shapes)
                assert shapes, "diffvg reads before the start of its tree of shapes"
                return [canvas_width, canvas_height, shapes, shape_groups]

            @staticmethod
            def apply(*given: Any) -> Tensor:
                return outer.render(*given)

        self.RenderFunction = RenderFunction

    def get_device(self) -> torch.device:
        return self.device

    def set_device(self, device: torch.device) -> None:
        self.device = device

    def set_use_gpu(self, use: bool) -> None:
        if not use:
            self.device = torch.device("cpu")

    def render(self, width: int, height: int, *given: Any) -> Tensor:
        samples_x, samples_y, seed, background, *scene = given
        assert self.device == torch.device("cpu")
        if self.failure is not None:
            raise self.failure
        canvas_width, canvas_height, shapes, groups = scene
        assert (canvas_width, canvas_height) == (width, height)
        self.calls.append(
            {
                "samples": (samples_x, samples_y),
                "seed": seed,
                "background": background,
                "shapes": shapes,
                "groups": groups,
            }
        )
        ground = torch.zeros(height, width, 4) if background is None else background
        assert ground.shape == (height, width, 4)
        assert ground.is_contiguous()
        assert ground.dtype == torch.float32
        picture = ground
        for group in groups:
            for stroked in (True, False):  # diffvg paints the fill last
                color = group.stroke_color if stroked else group.fill_color
                if color is None:
                    continue
                (index,) = group.shape_ids.tolist()
                layer = rasterize(
                    as_paths(shapes[index], group, stroked), width, height, CLEAR,
                    premultiplied=True, rasterizer="reference",
                )  # fmt: skip
                picture = layer + (1 - layer[..., 3:]) * picture
        if background is None or not bool((background[..., 3] == 1).all()):
            color = torch.full_like(picture[..., :3], 7.0)  # not usable: straight per sample
            picture = torch.cat([color, picture[..., 3:]], 2)
        return picture


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    module = StandIn("meta")  # any device that is not the processor
    monkeypatch.setitem(sys.modules, "pydiffvg", module)
    return module


def test_a_stroke(library: StandIn) -> None:
    rasterize(build(Item(POINTS, radius=1.5, stroke=INK)), 16, 10, rasterizer="diffvg")
    (call,) = library.calls
    (shape,), (group,) = call["shapes"], call["groups"]
    assert shape.num_control_points.tolist() == [2]
    assert shape.points.tolist() == [list(point) for point in POINTS]
    assert shape.is_closed is False
    assert float(shape.stroke_width) == 1.5  # diffvg's width is the radius
    assert group.shape_ids.tolist() == [0]
    assert group.fill_color is None
    assert group.stroke_color.tolist() == pytest.approx(INK)
    assert call["samples"] == (adapter.SAMPLES, adapter.SAMPLES)
    assert (call["background"] == torch.tensor(WHITE)).all()


def test_fill_and_stroke_are_two_shapes_in_svgs_order(library: StandIn) -> None:
    closed = Item([*POINTS, (9, 9), (3, 7)], True, 0.5, INK, RED, True)
    rasterize(build(Item(POINTS, stroke=INK), closed), 16, 10, rasterizer="diffvg")
    (call,) = library.calls
    groups = call["groups"]
    assert [group.shape_ids.tolist() for group in groups] == [[0], [1], [2]]
    assert len(call["shapes"]) == 3
    painted = [(group.fill_color is not None, group.stroke_color is not None) for group in groups]
    assert painted == [(False, True), (True, False), (False, True)]
    assert [group.use_even_odd_rule for group in groups] == [False, True, True]
    assert [shape.is_closed for shape in call["shapes"]] == [False, True, True]
    assert call["shapes"][1].num_control_points.tolist() == [2, 2]


def test_an_open_path_is_closed_for_its_fill_only(library: StandIn) -> None:
    rasterize(build(Item(POINTS, False, 0.5, INK, RED)), 16, 10, rasterizer="diffvg")
    inner, outline = library.calls[0]["shapes"]
    assert inner.num_control_points.tolist() == [2, 0]
    assert inner.is_closed is True
    assert outline.num_control_points.tolist() == [2]
    assert outline.is_closed is False


@pytest.mark.parametrize("ground", [WHITE, CLEAR, (0.2, 0.5, 0.9, 0.4), (0.2, 0.5, 0.9, 1.0)])
def test_the_same_picture_and_gradient_as_our_own(
    library: StandIn, ground: tuple[float, float, float, float]
) -> None:
    paths = random_paths(3, 40, 24, 18)
    slope = soft_slope(24, 18)
    picture, told = gradients(paths, slope, ground, "diffvg")
    ours, wanted = gradients(paths, slope, ground, "reference")
    # the stand-in blends whole pixels, the reference quarters of them
    assert (picture - ours).abs().mean() < 0.003
    assert all(cosine(told[name], wanted[name]) > 0.99 for name in told)
    assert len(library.calls) == (1 if ground[3] == 1 else 2)


def test_the_comparison_can_fail(library: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = adapter._shapes_and_groups

    def backwards(*given: Any) -> tuple[list[Any], list[Any]]:
        shapes, groups = whole(*given)
        return shapes, groups[::-1]

    monkeypatch.setattr(adapter, "_shapes_and_groups", backwards)
    paths = random_paths(3, 40, 24, 18)
    ours = rasterize(paths, 24, 18, rasterizer="reference")
    assert (rasterize(paths, 24, 18, rasterizer="diffvg") - ours).abs().mean() > 0.006


def test_the_seed_and_the_samples_stay_the_same(library: StandIn) -> None:
    for _ in range(2):
        rasterize(random_paths(1, 3, 12, 9), 12, 9, CLEAR, rasterizer="diffvg")
    assert len({(call["seed"], call["samples"]) for call in library.calls}) == 1


def test_the_device_is_put_back(library: StandIn) -> None:
    paths = build(Item(POINTS, stroke=INK))
    rasterize(paths, 16, 10, rasterizer="diffvg")
    assert library.device == torch.device("meta")
    library.failure = RuntimeError("The total length of the shape boundaries is 0")
    with pytest.raises(BackendError, match="total length"):
        rasterize(paths, 16, 10, rasterizer="diffvg")
    assert library.device == torch.device("meta")


def test_double_values_in_any_layout(library: StandIn) -> None:
    paths = random_paths(3, 4, 16, 12)
    wide = {name: getattr(paths, name).double() for name in ("points", "radius", "stroke", "fill")}
    wide["points"] = wide["points"].T.contiguous().T
    double = Paths(**{**paths.__dict__, **wide})
    pictures = [rasterize(p, 16, 12, CLEAR, rasterizer="diffvg") for p in (paths, double)]
    assert torch.equal(*pictures)


def test_nothing_to_paint_never_reaches_diffvg(library: StandIn) -> None:
    glass = (0.25, 0.5, 0.75, 0.5)
    for paths in (build(), build(Item(POINTS))):
        picture = rasterize(paths, 4, 3, glass, rasterizer="diffvg")
        assert torch.equal(picture, torch.tensor(glass).expand(3, 4, 4))
    assert library.calls == []


def test_without_pydiffvg_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydiffvg", None)
    with pytest.raises(BackendError) as caught:
        rasterize(build(Item(POINTS, stroke=INK)), 16, 10, rasterizer="diffvg")
    message = str(caught.value)
    assert "\n" not in message
    assert "pydiffvg" in message
    assert "numba" in message
