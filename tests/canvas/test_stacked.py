from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drawkit.canvas.regions import Regions
from drawkit.canvas.stacked import Sheet, areas, stacked

Ints = npt.NDArray[np.intp]
COLORS = np.array([[1, 1, 1, 1], [0.8, 0, 0, 1], [0, 0, 0.6, 1], [0.5, 0.5, 0, 1]], float)


def rings() -> Ints:
    """A disc in a ring on the ground, and a box beside them."""
    y, x = np.mgrid[:40, :60]
    far = np.hypot(x - 20, y - 20)
    label = np.where(far < 6, 2, np.where(far < 14, 1, 0))
    label[10:30, 40:52] = 3
    return label


def painted(sheets: list[Sheet], shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    """All of them one on the other, RGBA."""
    picture = np.zeros((*shape, 4))
    for sheet in sheets:
        rows, columns = sheet.mask.shape
        there = picture[sheet.top : sheet.top + rows, sheet.left : sheet.left + columns]
        there[sheet.mask] = sheet.color
    return picture


def test_together_they_show_every_region_and_none_has_a_hole() -> None:
    label = rings()
    sheets = stacked(Regions(label, COLORS))
    assert np.allclose(painted(sheets, label.shape), COLORS[label])
    assert sheets[0].whole
    assert sheets[0].mask.all()
    colors = [sheet.color[:3] for sheet in sheets]
    ring, disc = colors.index((0.8, 0, 0)), colors.index((0, 0, 0.6))
    assert ring < disc
    assert sheets[ring].mask[20 - sheets[ring].top, 20 - sheets[ring].left]


def test_what_is_taken_away_leaves_no_gap() -> None:
    label = rings()
    sheets = stacked(Regions(label, COLORS))
    for gone in range(1, len(sheets)):
        left = painted([s for at, s in enumerate(sheets) if at != gone], label.shape)
        assert (left[..., 3] == 1).all()


def test_what_is_transparent_stays_so_and_holes_in_it_are_holes() -> None:
    label = rings()
    clear = COLORS.copy()
    clear[[0, 2]] = 0  # the ground and what shines through the ring
    for soft in (True, False):
        shown = painted(stacked(Regions(label, clear), soft=soft), label.shape)
        assert np.allclose(shown, clear[label])


def test_what_is_below_a_translucent_area_ends_at_its_border() -> None:
    label = rings()
    faint = COLORS.copy()
    faint[2] = [0, 0, 0.3, 0.5]
    sheets = stacked(Regions(label, faint))
    ring = next(sheet for sheet in sheets if sheet.color[0] == 0.8)
    assert not ring.mask[20 - ring.top, 20 - ring.left]


def test_a_notch_under_others_is_rounded_off() -> None:
    """A shape goes on under what bites into it: its border is the shorter one."""
    label = np.zeros((40, 40), np.intp)
    label[8:32, 8:32] = 1
    label[16:24, 24:36] = 2
    body = next(s for s in stacked(Regions(label, COLORS[:3])) if s.color[0] == 0.8)
    assert body.mask[20 - body.top, 27 - body.left]
    assert not body.mask[20 - body.top, 37 - body.left]


def test_areas_alone_take_the_colour_that_is_there() -> None:
    label = rings()
    picture = np.ones((*label.shape, 4)) * [0.2, 0.4, 0.6, 1.0]
    picture[10:30, 40:52] = 0
    found = areas(Regions(label, COLORS), picture)
    # The box is clear, and so is much of the ground with all its holes filled.
    assert len(found) == 2
    assert np.allclose([sheet.color for sheet in found], (0.2, 0.4, 0.6, 1.0))


def test_a_rank_comes_before_size_but_for_the_ground() -> None:
    """Four squares of falling size on a ground, the first and third of one part."""
    label = np.zeros((60, 60), np.intp)
    for n, side in enumerate((16, 14, 12, 10), start=1):
        label[5 : 5 + side, 14 * (n - 1) : 14 * (n - 1) + side] = n
    color = np.linspace(0, 1, 5)[:, None] * [1, 1, 1, 0] + [0, 0, 0, 1]
    order = [one.region for one in stacked(Regions(label, color))]
    assert order == [0, 1, 2, 3, 4]
    ranked = stacked(Regions(label, color), rank=np.array([9, 0, 1, 0, 1]))
    assert [one.region for one in ranked] == [0, 1, 3, 2, 4]
