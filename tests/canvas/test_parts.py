"""The parts of a picture: which areas are one, what lies on what, how they are called."""

from typing import Any

import pytest
import torch
from laid import places
from torch import Tensor

from drawkit.canvas import CanvasSpec
from drawkit.canvas.init import Guide
from drawkit.canvas.parts import Parts, parts_of
from drawkit.canvas.strokes import StrokesCanvas, StrokesConfig

WHITE = torch.ones(3)
SIDE = 224


def parts_in(picture: Tensor) -> Parts:
    return parts_of(Guide(picture), WHITE)


def disc(radius: float, right: float = 112, down: float = 112) -> Tensor:
    across, below = places(SIDE)
    return (across - right).hypot(below - down) < radius


def paint(picture: Tensor, where: Tensor, *color: float) -> None:
    picture[:, where] = torch.tensor([*color, 1.0])[:, None]


def canvas_of(paper: Any = (1.0, 1.0, 1.0), **settings: Any) -> StrokesCanvas:
    config = StrokesConfig(strokes=12, init_paint=True, **settings)
    return StrokesCanvas(config, CanvasSpec(64, 64, paper))


def square() -> torch.Tensor:
    """An orange square with a black one on it, [1, 4, 64, 64]."""
    picture = torch.zeros(1, 4, 64, 64)
    picture[:, :, 8:56, 8:56] = torch.tensor([1.0, 0.6, 0.1, 1.0])[:, None, None]
    picture[:, :3, 20:30, 20:30] = 0.0
    return picture


def test_what_lies_on_another_comes_after_it() -> None:
    picture = torch.zeros(4, SIDE, SIDE)
    paint(picture, disc(90), 1.0, 0.6, 0.1)
    paint(picture, disc(25, 80, 90), 1.0, 1.0, 1.0)
    paint(picture, disc(12, 80, 90), 0.0, 0.0, 0.0)
    parts = parts_in(picture)
    assert parts.names == ("orange", "white", "black")
    assert parts.depth == (0, 1, 2)
    assert parts.below == (-1, 0, 1)
    assert parts.number[45, 40] == 2
    assert parts.number[2, 2] == -1
    share = float(parts.under(0).float().mean())  # the eye's place on the face
    assert abs(share - 3.1416 * 25**2 / SIDE**2) < 0.004


def test_shading_does_not_divide_but_a_border_does() -> None:
    picture = torch.zeros(4, SIDE, SIDE)
    across, down = places(SIDE)
    box = (across > 20) & (across < 200) & (down > 60) & (down < 160)
    shade = (0.2 + 0.7 * across / SIDE).expand(SIDE, SIDE)
    picture[:, box] = torch.stack([shade, shade / 2, shade / 4, torch.ones(SIDE, SIDE)])[:, box]
    assert len(parts_in(picture).names) == 1
    left = box & (across < 110)
    picture[1, left] += 0.2
    assert len(parts_in(picture).names) == 2


def test_specks_belong_to_what_is_around_them() -> None:
    picture = torch.zeros(4, SIDE, SIDE)
    paint(picture, disc(90), 1.0, 0.6, 0.1)
    for at in range(60, 160, 10):
        paint(picture, disc(2, at, 100), 0.0, 0.0, 1.0)
    parts = parts_in(picture)
    assert parts.names == ("orange",)
    assert parts.number[50, 30] == 0


def test_parts_of_one_colour_are_told_by_their_places() -> None:
    picture = torch.zeros(4, SIDE, SIDE)
    paint(picture, disc(100), 1.0, 0.6, 0.1)
    paint(picture, disc(10, 60, 70), 0.0, 0.0, 0.0)
    paint(picture, disc(12, 160, 70), 0.0, 0.0, 0.0)
    assert parts_in(picture).names == ("orange", "black, top right", "black, top left")


def test_at_finds_the_nearest_part_from_the_paper() -> None:
    picture = torch.zeros(4, SIDE, SIDE)
    paint(picture, disc(30, 50), 1.0, 0.0, 0.0)
    paint(picture, disc(20, 180), 0.0, 0.0, 1.0)
    parts = parts_in(picture)
    where = torch.tensor([[0.2, 0.5], [0.8, 0.5], [0.01, 0.01], [0.99, 0.99]])
    assert parts.at(where).tolist() == [0, 1, 0, 1]


def test_nothing_has_no_parts() -> None:
    parts = parts_in(torch.zeros(4, SIDE, SIDE))
    assert parts.names == ()
    assert int(parts.number.max()) == -1


def test_strokes_that_start_as_parts_of_a_picture_move_less_and_keep_to_their_layers() -> None:
    canvas = canvas_of(lr_painted=0.25)
    before = canvas.param_groups(0.0)[0].lr
    canvas.start_from_(square(), torch.Generator().manual_seed(0))
    assert canvas.param_groups(0.0)[0].lr == pytest.approx(0.25 * before)
    layers = canvas.to_scene().layers
    assert [layer.name for layer in layers] == ["orange", "black"]
    assert sum(len(layer.paths) for layer in layers) == 12
    other = canvas_of()
    other.load_state_dict(canvas.state_dict())
    assert [layer.name for layer in other.to_scene().layers] == ["orange", "black"]


@pytest.mark.parametrize(
    ("opaque", "settings"),
    [
        (True, {}),
        (True, {"opaque": True, "paper": None}),
        (False, {"opaque": False}),
        (False, {"paper": None}),
        (False, {"max_opacity": 0.9}),
        (False, {"init_opacity": (0.5, 1.0)}),
    ],
)
def test_strokes_that_start_as_parts_of_a_picture_on_paper_are_opaque(
    opaque: bool, settings: dict[str, Any]
) -> None:
    canvas = canvas_of(**{"init_opacity": (1.0, 1.0), **settings})
    faint = torch.linspace(0.1, 0.9, 12)
    with torch.no_grad():
        canvas.opacity.copy_(faint)
        if not settings:  # nothing is painted yet
            assert torch.equal(canvas.paths().stroke[:, 3], faint)
        canvas.start_from_(square(), torch.Generator().manual_seed(0))
        canvas.opacity.copy_(faint)
    again = canvas_of(**{"init_opacity": (1.0, 1.0), **settings})
    again.load_state_dict(canvas.state_dict())
    for one in (canvas, again):
        drawn = one.paths().stroke[:, 3].detach()
        assert torch.equal(drawn, torch.ones(12) if opaque else faint)
