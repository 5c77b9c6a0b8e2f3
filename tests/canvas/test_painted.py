"""Strokes laid after a picture as a painter would: where they lie, how wide, in which order."""

import math

import pytest
import torch
from laid import from_middle, generator, on_white, places
from torch import Tensor

from drawkit.canvas import CanvasSpec, canvases
from drawkit.canvas.init import Guide
from drawkit.canvas.painted import Marks, painted
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


def shown(new: tuple[Tensor, Tensor, Tensor], segments: Tensor, side: int = 224) -> Tensor:
    points, widths, colors = new
    return on_white(points, colors, segments, side, widths)


@pytest.mark.parametrize("side", [224, 448])
def test_bars_become_a_stroke_each(side: int) -> None:
    segments = torch.ones(7, dtype=torch.long)
    picture, marks = bars(side), Marks(1.0, 40.0, 250.0)
    new = painted(segments, Guide(picture), marks, WHITE, generator())
    painted_again = shown(new, segments, side)
    assert float((painted_again - picture[:3]).abs().mean()) < 0.03
    assert torch.allclose(new[1], torch.tensor(side / 14), rtol=0.15)
    assert float(new[2].max()) < 0.1


def test_strokes_bend_with_a_ring() -> None:
    apart = from_middle()
    picture = sheet()
    picture[1:3, (apart - 70).abs() < 4] = 0
    segments = torch.full((9,), 2)
    marks = Marks(1.0, 20.0, 70.0)
    points, widths, colors = painted(segments, Guide(picture), marks, WHITE, generator())
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
    points, widths, _ = painted(segments, Guide(bars()), marks, WHITE, generator())
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
    _, _, on_white = painted(segments, Guide(bars()), MARKS, WHITE, generator())
    _, _, on_black = painted(segments, Guide(bars()), MARKS, black, generator())
    assert float(on_white.mean()) < 0.1
    assert float(on_black.mean()) > 0.9


def test_an_empty_sheet_has_its_strokes() -> None:
    segments = torch.ones(5, dtype=torch.long)
    points, widths, colors = painted(segments, Guide(sheet()), MARKS, WHITE, generator())
    assert points.shape == (20, 2)
    assert bool(points.isfinite().all() & widths.isfinite().all())
    assert torch.equal(colors, torch.ones(5, 3))
    nothing = Guide(torch.zeros(4, 30, 60))
    assert bool(painted(segments, nothing, MARKS, WHITE, generator())[0].isfinite().all())


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
