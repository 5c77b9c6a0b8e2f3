"""Strokes laid after a picture as a painter would: where they lie, how wide, in which order."""

import itertools
import math

import numpy as np
import pytest
import torch
from laid import from_middle, generator, on_white, places
from torch import Tensor

from drawkit.canvas import CanvasSpec, canvases
from drawkit.canvas.init import Guide
from drawkit.canvas.painted import Marks, Painted, _covers, painted, painted_by_part
from drawkit.canvas.parts import parts_of
from drawkit.canvas.strokes import StrokesConfig

WHITE = torch.ones(3)
MARKS = Marks(thinnest=1.0, widest=40.0, longest=120.0)


def sheet(side: int = 224) -> Tensor:
    return torch.ones(4, side, side)


def bars(side: int = 224, count: int = 7) -> Tensor:
    """Black bars across the sheet, as wide as the white between them."""
    _, down = places(side)
    dark = ((down * count / side) % 1 >= 0.5).expand(side, side)
    picture = sheet(side)
    picture[:3, dark] = 0
    return picture


def shown(new: Painted, segments: Tensor, side: int = 224) -> Tensor:
    return on_white(new.points, new.colors, segments, side, new.widths)


@pytest.mark.parametrize("side", [224, 448])
def test_bars_become_a_stroke_each(side: int) -> None:
    segments = torch.ones(7, dtype=torch.long)
    picture, marks = bars(side), Marks(1.0, 40.0, 250.0)
    new = painted(segments, Guide(picture), marks, WHITE, generator())
    painted_again = shown(new, segments, side)
    assert float((painted_again - picture[:3]).abs().mean()) < 0.03
    assert torch.allclose(new.widths, torch.tensor(side / 14), rtol=0.15)
    assert float(new.colors.max()) < 0.1


def test_strokes_bend_with_a_ring() -> None:
    apart = from_middle()
    picture = sheet()
    picture[1:3, (apart - 70).abs() < 4] = 0
    segments = torch.full((9,), 2)
    marks = Marks(1.0, 20.0, 70.0)
    new = painted(segments, Guide(picture), marks, WHITE, generator())
    points, widths, colors = new.points, new.widths, new.colors
    radii = (points[:, 0] - 112).hypot(points[:, 1] - 112)
    assert float((radii - 70).abs().max()) < 3
    assert float((widths - 8).abs().max()) < 2
    assert torch.allclose(colors, torch.tensor([1.0, 0.0, 0.0]), atol=0.15)
    ends = points.view(9, 7, 2)
    assert float((ends[:, 0] - ends[:, -1]).norm(dim=1).max()) <= 70
    turned = torch.atan2(ends[:, 3, 1] - 112, ends[:, 3, 0] - 112).sort().values
    assert float(turned.diff().max()) < 2 * math.pi / 4  # spread over all of the ring


def test_strokes_keep_to_their_limits() -> None:
    segments = torch.full((20,), 3)
    marks = Marks(2.0, 5.0, 30.0)
    new = painted(segments, Guide(bars()), marks, WHITE, generator())
    points, widths = new.points, new.widths
    assert 2.0 <= float(widths.min()) <= float(widths.max()) <= 5.0
    ends = points.view(20, 10, 2)
    assert float((ends[:, 0] - ends[:, -1]).norm(dim=1).max()) <= 31


def test_what_is_small_is_laid_on_what_is_large() -> None:
    apart = from_middle()
    picture = sheet()
    picture[0, apart < 60] = 0
    picture[:3, apart < 8] = torch.tensor([1.0, 0.5, 0.0])[:, None]
    segments = torch.full((40,), 3)
    again = shown(painted(segments, Guide(picture), MARKS, WHITE, generator()), segments)
    assert torch.allclose(again[:, 112, 112], torch.tensor([1.0, 0.5, 0.0]), atol=0.1)
    assert float((again - picture[:3]).abs().mean()) < 0.06


def test_what_the_paper_shows_is_painted_last() -> None:
    """A few strokes go where something is missing, whatever the colour of the paper."""
    segments = torch.ones(7, dtype=torch.long)
    black = torch.zeros(3)
    on_white = painted(segments, Guide(bars()), MARKS, WHITE, generator()).colors
    on_black = painted(segments, Guide(bars()), MARKS, black, generator()).colors
    assert float(on_white.mean()) < 0.1
    assert float(on_black.mean()) > 0.9


def test_an_empty_sheet_has_its_strokes() -> None:
    segments = torch.ones(5, dtype=torch.long)
    new = painted(segments, Guide(sheet()), MARKS, WHITE, generator())
    points, widths, colors = new.points, new.widths, new.colors
    assert points.shape == (20, 2)
    assert bool(points.isfinite().all() & widths.isfinite().all())
    assert torch.equal(colors, torch.ones(5, 3))
    nothing = Guide(torch.zeros(4, 30, 60))
    assert bool(painted(segments, nothing, MARKS, WHITE, generator()).points.isfinite().all())


def canvas_after(picture: Tensor, **settings: object) -> Tensor:
    """What strokes show at the start after a picture."""
    config = StrokesConfig(strokes=60, init_opacity=(1.0, 1.0), **settings)  # type: ignore[arg-type]
    canvas = canvases.get("strokes").cls(config, CanvasSpec(224, 224, generator=generator()))
    canvas.start_from_(picture[None], generator())
    with torch.no_grad():
        again: Tensor = canvas()[0, :3]
    return again


def test_a_canvas_that_paints_starts_near_its_picture() -> None:
    picture = bars()
    off = {
        paints: float((canvas_after(picture, init_paint=paints) - picture[:3]).square().mean())
        for paints in (False, True)
    }
    assert off[True] < 0.1 * off[False]
    assert torch.equal(
        canvas_after(picture, init_paint=True), canvas_after(picture, init_paint=True)
    )


def test_a_painting_canvas_keeps_shapes_and_ink() -> None:
    picture = bars()
    with_shapes = canvas_after(picture, init_paint=True, shapes=4)
    assert float((with_shapes - picture[:3]).square().mean()) < 0.2
    inked = canvas_after(picture, init_paint=True, ink="#0000ff")
    assert float(inked[2].min()) > 0.99  # white and blue alone
    assert float(inked[0].min()) < 0.1
    assert torch.equal(inked, canvas_after(picture, ink="#0000ff"))  # lines are always so laid
    along = canvas_after(picture, init_paint=True, init_along=True)
    assert torch.equal(along, canvas_after(picture, init_along=True))


def face(side: int = 224) -> Tensor:
    """An orange disc with two black eyes, and a green box beside it."""
    across, down = places(side)
    picture = torch.zeros(4, side, side)
    disc = (across - 90).hypot(down - 112) < 70
    box = (across > 180) & (across < 210) & (down > 60) & (down < 160)
    eyes = ((across - 65).abs().minimum((across - 115).abs())).hypot(down - 100) < 10
    picture[:, disc] = torch.tensor([1.0, 0.6, 0.1, 1.0])[:, None]
    picture[:, box] = torch.tensor([0.1, 0.7, 0.2, 1.0])[:, None]
    picture[:3, eyes] = 0.05
    return picture


def test_strokes_of_a_part_follow_each_other_and_go_on_under_what_lies_on_it() -> None:
    segments = torch.full((60,), 2)
    guide = Guide(face())
    parts = parts_of(guide, WHITE)
    new = painted_by_part(segments, guide, MARKS, WHITE, generator(), parts)
    order = [key for key, _ in itertools.groupby(new.parts.tolist())]
    assert order == sorted(set(range(4))) == list(range(len(parts.names)))
    whole = on_paper(face())
    assert float((shown(new, segments) - whole).abs().mean()) < 0.03
    # Without its eyes the face has no holes.
    kept = new.parts < 2
    points = new.points.view(60, 7, 2)[kept].flatten(0, 1)
    blind = on_white(points, new.colors[kept], segments[kept], 224, new.widths[kept])
    across, down = places(224)
    eyes = ((across - 65).abs().minimum((across - 115).abs())).hypot(down - 100) < 10
    skin = torch.tensor([1.0, 0.6, 0.1])[:, None]
    assert float(((blind[:, eyes] - skin).abs().amax(0) < 0.2).float().mean()) > 0.95


def on_paper(picture: Tensor) -> Tensor:
    return picture[:3] + 1 - picture[3:]


def test_a_small_part_has_a_stroke_of_its_own() -> None:
    segments = torch.ones(5, dtype=torch.long)
    guide = Guide(face())
    new = painted_by_part(segments, guide, MARKS, WHITE, generator(), parts_of(guide, WHITE))
    assert set(new.parts.tolist()) == {0, 1, 2, 3}


def test_a_stroke_covers_the_discs_along_its_way() -> None:
    """Each pixel once, in order, and none past the sheet's borders."""
    high, wide = 30, 50
    rng = np.random.default_rng(0)
    counts = np.array([1, 7, 40, 40, 3])
    widths = np.array([1.0, 2.0, 9.5, 24.0, 70.0], np.float32)
    ways = [rng.uniform(0, 1) + np.linspace([0, 2], [wide, high], count) for count in counts]
    found = _covers(np.concatenate(ways), counts, widths, (high, wide))
    y, x = np.divmod(np.arange(high * wide), wide)
    for way, width, runs in zip(ways, widths.tolist(), found, strict=True):
        spots = np.concatenate([way[:: max(1, int(width / 2))], way[-1:]]).astype(int)
        apart = (x - spots[:, :1]) ** 2 + (y - spots[:, 1:]) ** 2
        pixels = np.concatenate([np.arange(*run) for run in runs])
        assert (
            pixels.tolist()
            == np.flatnonzero((apart <= (width / 2) ** 2 + 0.25).any(axis=0)).tolist()
        )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_strokes_than_parts_are_laid_too(count: int) -> None:
    guide = Guide(face())
    parts = parts_of(guide, WHITE)
    assert len(set(parts.depth)) > 1
    segments = torch.ones(count, dtype=torch.long)
    new = painted_by_part(segments, guide, MARKS, WHITE, generator(), parts)
    assert len(new.widths) == count


def test_beside_the_picture_nothing_is_covered() -> None:
    nothing = _covers(np.full((3, 2), -90.0), np.array([1, 2]), np.array([4.0, 4.0]), (30, 50))
    assert [len(runs) for runs in nothing] == [0, 0]
