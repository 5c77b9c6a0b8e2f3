"""Shapes cut out of a picture whole: as many as it has areas, crisp, going on under each other."""

import numpy as np
import pytest
import resvg_py
import torch
from laid import from_middle, on_white, places
from lxml import etree
from torch import Tensor

from drawkit.canvas import CanvasSpec
from drawkit.canvas.init import Guide
from drawkit.canvas.parts import Parts, parts_of
from drawkit.canvas.strokes import StrokesCanvas, StrokesConfig
from drawkit.canvas.whole_areas import WholeAreas, whole_areas
from drawkit.export.svg import svg_text

WHITE = torch.ones(3)
RED, BLUE, GREEN = (
    torch.tensor(rgb) for rgb in ([0.9, 0.1, 0.1], [0.1, 0.2, 0.8], [0.1, 0.7, 0.2])
)


def eyes(*, hat: bool = True) -> Tensor:
    """A red face with two blue eyes, a white pupil in one, a green hat across its rim: 5 areas."""
    across, down = places()
    picture = torch.ones(4, 224, 224)
    picture[:3, from_middle() < 80] = RED[:, None]
    for x in (85, 140):
        picture[:3, (across - x).hypot(down - 100) < 15] = BLUE[:, None]
    picture[:3, (across - 85).hypot(down - 100) < 7] = 1.0
    if hat:
        picture[:3, ((across - 112).abs() < 50) & ((down - 45).abs() < 14)] = GREEN[:, None]
    return picture


def cut(picture: Tensor, most: int = 64) -> tuple[WholeAreas, Parts]:
    guide = Guide(picture)
    parts = parts_of(guide, WHITE)
    found = whole_areas(guide, WHITE, most, parts)
    assert found is not None
    return found, parts


def shown(found: WholeAreas, rows: list[int]) -> Tensor:
    """RGB [3, 224, 224] of some of the shapes."""
    kept, _ = found.shapes.chosen(torch.tensor(rows))
    return on_white(kept.points, kept.color, kept.segments, 224)


def canvas_of(**settings: object) -> StrokesCanvas:
    config = StrokesConfig(strokes=0, shapes=9, init_paint=True, **settings)  # type: ignore[arg-type]
    return StrokesCanvas(config, CanvasSpec(224, 224, (1.0, 1.0, 1.0)))


def test_a_picture_is_as_many_shapes_as_it_has_areas() -> None:
    picture = eyes()
    found, _ = cut(picture)
    assert len(found.shapes.color) == 5
    assert len(found.shapes.segments) == 5  # one run each: what lies in a hole is a shape on top
    again = shown(found, [0, 1, 2, 3, 4])
    assert float((again - picture[:3]).abs().mean()) < 0.008
    assert int(found.shapes.segments.sum()) < 40


def test_no_more_than_are_asked_for_and_the_largest() -> None:
    found, _ = cut(eyes(), most=2)
    assert torch.allclose(found.shapes.color, torch.stack([RED, GREEN]), atol=0.12)


def test_without_a_shape_no_hole_is_left() -> None:
    """Of every shape but the lowest: under it lies another, not paper."""
    found, _ = cut(eyes())
    off = torch.stack([(found.shapes.color - rgb).norm(dim=1) for rgb in (GREEN, BLUE)])
    without = shown(found, torch.nonzero(off.amin(dim=0) > 0.2).flatten().tolist())
    assert torch.allclose(without[:, 56, 112], RED, atol=0.05)  # px under the hat, at its border
    assert torch.allclose(without[:, 100, 140], RED, atol=0.05)


def test_shapes_of_one_part_follow_each_other() -> None:
    found, parts = cut(eyes())
    names = [parts.names[n] for n in found.parts.tolist()]
    runs = [name for n, name in enumerate(names) if not n or names[n - 1] != name]
    assert len(runs) == len(set(names))


def test_a_picture_that_fills_the_sheet_has_its_ground_and_a_plain_one_has_nothing() -> None:
    picture = eyes()
    picture[:3, (picture[:3] == 1).all(dim=0)] = GREEN[:, None]
    found, _ = cut(picture)
    assert torch.allclose(found.shapes.color[0], GREEN, atol=0.02)
    assert torch.allclose(shown(found, [0]), GREEN[:, None, None].expand(3, 224, 224), atol=0.02)
    few, _ = cut(picture, most=2)
    assert torch.allclose(few.shapes.color[0], GREEN, atol=0.05)
    assert len(few.shapes.color) == 2
    plain = Guide(torch.ones(4, 224, 224))
    assert whole_areas(plain, WHITE, 9, parts_of(Guide(eyes()), WHITE)) is None


@pytest.mark.parametrize("side", [112, 448])
def test_outlines_are_in_pixels_of_the_picture(side: int) -> None:
    picture = torch.ones(4, side, side)
    picture[:3, from_middle(side) < side * 0.35] = RED[:, None]
    found, _ = cut(picture)
    far = (found.shapes.points[::3] - side / 2).norm(dim=1)
    assert torch.allclose(far, torch.full_like(far, side * 0.35), atol=0.02 * side)


def test_a_canvas_has_that_many_in_named_layers() -> None:
    canvas = canvas_of()
    canvas.start_from_(eyes()[None], torch.Generator())
    assert len(canvas.opacity) == 5
    names = [layer.name for layer in canvas.to_scene().layers]
    assert {"red", "green"} <= set(names)
    assert "shapes" not in names


@pytest.mark.parametrize(("strokes", "shapes"), [(0, 9), (40, 0)])
def test_groups_change_nothing_that_is_seen(strokes: int, shapes: int) -> None:
    config = StrokesConfig(strokes=strokes, shapes=shapes, init_paint=True)
    canvas = StrokesCanvas(config, CanvasSpec(224, 224, (1.0, 1.0, 1.0)))
    canvas.start_from_(eyes()[None], torch.Generator())
    root = etree.fromstring(svg_text(canvas.to_scene()).encode())
    whole = resvg_py.svg_to_bytes(svg_string=etree.tostring(root, encoding="unicode"))
    groups = list(root.iter("{*}g"))
    assert len(groups) >= 4
    for group in groups:
        for path in group:
            group.addprevious(path)
        root.remove(group)
    loose = etree.tostring(root, encoding="unicode")
    assert "<g" not in loose
    assert resvg_py.svg_to_bytes(svg_string=loose) == whole
    root.append(next(root.iter("{*}path")))  # another order is another picture
    other = etree.tostring(root, encoding="unicode")
    assert resvg_py.svg_to_bytes(svg_string=other) != whole


def test_round_outlines_stay_round_whatever_pulls_at_them() -> None:
    canvas = canvas_of()
    canvas.start_from_(eyes(hat=False)[None], torch.Generator())
    with torch.no_grad():
        canvas.points += torch.randn(canvas.points.shape, generator=torch.Generator())
    for path in canvas.to_scene().paths():
        knot, leaving, arriving = np.moveaxis(path.control_points.reshape(-1, 3, 2), 1, 0)
        ahead, back = leaving - knot, knot - np.roll(arriving, 1, axis=0)
        cross = ahead[:, 0] * back[:, 1] - ahead[:, 1] * back[:, 0]
        assert np.abs(np.arctan2(cross, (ahead * back).sum(axis=1))).max() < 0.01


def test_a_number_of_segments_that_is_given_is_kept() -> None:
    canvas = canvas_of(shape_segments=6)
    canvas.start_from_(eyes()[None], torch.Generator())
    assert canvas.segments.tolist() == [6] * 9


def test_the_state_of_fewer_shapes_is_taken_back() -> None:
    one, other = canvas_of(), canvas_of()
    for canvas in (one, other):
        canvas.start_from_(eyes()[None], torch.Generator())
    with torch.no_grad():
        one.points += 3
    other.load_state_dict(one.state_dict())
    assert torch.equal(other(), one())
    assert [layer.name for layer in other.to_scene().layers] == [
        layer.name for layer in one.to_scene().layers
    ]


@pytest.mark.parametrize(("fill", "other"), [(1.0, 0.2), (0.0, 0.9), (0.5, 1.0)])
def test_without_paper_nothing_is_taken_for_it(fill: float, other: float) -> None:
    picture = torch.zeros(4, 224, 224)
    disc = from_middle() < 80
    picture[:3, disc], picture[3, disc] = fill, 1.0
    across, down = places()
    for x in (85, 140):
        picture[:3, (across - x).hypot(down - 100) < 15] = other
    config = StrokesConfig(strokes=0, shapes=9, init_paint=True, min_opacity=1.0)
    canvas = StrokesCanvas(config, CanvasSpec(224, 224, None))
    canvas.start_from_(picture[None], torch.Generator().manual_seed(0))
    assert len(canvas.color) == 3
    again = canvas()[0].detach()
    assert float((again - picture).abs().mean()) < 0.02
    assert float(again[3, :20].max()) == 0  # nor is paper painted


@pytest.mark.parametrize(
    ("grays", "paper"), [([0.2, 0.8], 1.0), ([1.0, 0.2], 0.5), ([1.0, 0.6, 0.5], 0.0)]
)
def test_a_figure_without_paper_is_told_from_gray_or_black(
    grays: list[float], paper: float
) -> None:
    picture = torch.zeros(4, 32, 32)
    for row, gray in enumerate(grays):
        picture[:3, 4 + row * 6 : 10 + row * 6] = gray
        picture[3, 4 + row * 6 : 10 + row * 6] = 1.0
    assert Guide(picture).told_from().tolist() == [paper] * 3
    assert Guide(torch.zeros(4, 32, 32)).told_from().tolist() == [1.0] * 3


def test_what_shuts_in_a_part_from_three_sides_goes_on_under_it() -> None:
    """A door in a wall stands on a step: its place is bare and shut in without it."""
    across, down = places()
    picture = torch.ones(4, 224, 224)
    picture[:3, ((across - 112).abs() < 70) & (down > 60) & (down < 160)] = RED[:, None]
    picture[:3, ((across - 112).abs() < 26) & (down > 90) & (down < 170)] = BLUE[:, None]
    picture[:3, ((across - 112).abs() < 34) & (down > 160) & (down < 185)] = GREEN[:, None]
    found, _ = cut(picture)
    whole = shown(found, [0, 1, 2])
    assert float((whole - picture[:3]).abs().mean()) < 0.01
    for part in found.parts.unique().tolist():
        rows = [row for row, own in enumerate(found.parts.tolist()) if own != part]
        bare = (shown(found, rows) > 0.95).all(dim=0)
        if found.parts[0] != part:
            assert not bool(bare[95:155, 90:134].any())
