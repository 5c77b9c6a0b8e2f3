"""What is painted over costs nothing and changes nothing: neither the picture nor what is above."""

from __future__ import annotations

import pytest
import torch
from raster.builder import CLEAR, WHITE, Item, build, gradients, random_paths, soft_slope

from drawkit.raster import Paths
from drawkit.raster.cpu import launch

SIDE = 24
RED, GREEN, BLUE = (0.9, 0.1, 0.2), (0.1, 0.8, 0.3), (0.2, 0.3, 0.9)


def sheet(color: tuple[float, ...], opacity: float) -> Item:
    """A square larger than the canvas."""
    corners = torch.tensor([[-9.0, -9], [40, -9], [40, 40], [-9, 40]])
    ends = corners.roll(-1, 0)
    points = [
        a + (b - a) * t for a, b in zip(corners, ends, strict=True) for t in (0, 1 / 3, 2 / 3)
    ]
    return Item(torch.stack(points), closed=True, fill=(*color, opacity))


def line(color: tuple[float, ...], opacity: float) -> Item:
    points = [(4.0, 5.0), (9, 9), (15, 8), (20, 19)]
    return Item(points, radius=3.0, stroke=(*color, opacity))


def with_pile(paths: Paths, *over: Item) -> Paths:
    """The same with more painted over it."""
    more = build(*over)
    return Paths(
        **{name: torch.cat([value, getattr(more, name)]) for name, value in vars(paths).items()}
    )


@pytest.mark.parametrize("opacity", [1.0, 0.995, 0.9])
def test_a_pile_draws_as_the_reference_does(opacity: float) -> None:
    """Whatever lies below: the same picture and gradients by the colours that are seen."""
    background = CLEAR if opacity < 1 else WHITE
    below = random_paths(3, 5, SIDE, SIDE)
    over = [sheet(RED, opacity), sheet(GREEN, opacity), sheet(BLUE, opacity), line(RED, 0.7)]
    paths, slope = with_pile(below, *over), soft_slope(SIDE, SIDE, 1)
    fast, ours = gradients(paths, slope, background)
    slow, theirs = gradients(paths, slope, background, "reference")
    assert float((fast - slow).abs().max()) < 2e-3  # that of edges; nothing of what is hidden
    for name in ("fill", "stroke"):
        apart = (ours[name][-4:] - theirs[name][-4:]).abs().max()
        assert float(apart) < 0.01 * float(theirs[name][-4:].abs().max()) + 1e-4, name


def test_what_lies_under_an_opaque_layer_still_counts_for_its_opacity() -> None:
    """Were it less opaque, what is below would shine through: so says its gradient."""
    paths = build(sheet(BLUE, 1.0), sheet(RED, 1.0))
    slope = torch.zeros(SIDE, SIDE, 4)
    slope[..., 0] = 1.0
    _, found = gradients(paths, slope, WHITE)
    assert found["fill"][1, 3] == pytest.approx(SIDE * SIDE * (RED[0] - BLUE[0]), rel=1e-4)


def test_hidden_layers_are_left_out() -> None:
    """Two opaque sheets hide whatever lies below: nothing is kept of it, and it does not move."""
    below = random_paths(3, 9, SIDE, SIDE)
    paths = with_pile(below, sheet(RED, 1.0), sheet(BLUE, 1.0))
    arrays = launch.PathArrays(
        *(getattr(paths, name).numpy() for name in launch.PathArrays._fields)
    )
    _, drawn = launch.draw(arrays, torch.tensor(WHITE).numpy(), SIDE, SIDE, keep=True)
    owners = drawn.outline.pairs.layer // 2
    touched = drawn.kept.touched
    assert len(owners) > 2 * 9
    assert (touched[owners < 9] == 0).all()
    assert (touched[owners >= 9] > 0).all()
    _, found = gradients(paths, soft_slope(SIDE, SIDE, 1), WHITE)
    assert not found["stroke"][:9].any()
    assert not found["points"][: len(below.points)].any()


@pytest.mark.parametrize("sheets", [(0.99,), (1.0, 1.0)])
def test_the_same_is_hidden_when_it_is_found_again(
    sheets: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Great drawings keep nothing of what drawing found: the way back finds it once more."""
    over = [*(sheet(RED, opacity) for opacity in sheets), line(GREEN, 0.9)]
    paths = with_pile(random_paths(5, 30, SIDE, SIDE), *over)
    slope = soft_slope(SIDE, SIDE, 2)
    picture, kept = gradients(paths, slope, WHITE)
    monkeypatch.setattr(launch, "MOST_KEPT", 0)
    again, found = gradients(paths, slope, WHITE)
    assert torch.equal(picture, again)
    assert all(torch.equal(kept[name], found[name]) for name in kept)
    assert kept["points"][-4:].all(), "the line above it all moves"
