from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from drawkit.pictures import read_picture
from drawkit.pictures.edges import edges_of
from drawkit.pictures.figure import figure_sheet
from drawkit.pictures.pen_strokes import PenStroke, _near, met, pen_strokes

GALLERY = Path(__file__).parents[2] / "examples" / "gallery"
FILES = [GALLERY / f"{name}.png" for name in ("a-cat", "a-house", "a-fish")]


def picture_of(path: Path) -> Tensor:
    return torch.from_numpy(figure_sheet(read_picture(path)).picture).permute(2, 0, 1)


def laid(picture: Tensor, count: int, segments: int = 12, seed: int = 0) -> list[PenStroke]:
    chance = np.random.default_rng(seed) if seed else None
    return pen_strokes(picture, count, segments, np.ones(picture.shape[-2:]), chance)


def on_edges(strokes: list[PenStroke], strength: np.ndarray) -> float:
    """The mean strength of a picture's borders where strokes lie."""
    places = np.concatenate([one.places for one in strokes]).astype(int)
    rows, columns = strength.shape
    x, y = places[:, 0].clip(0, columns - 1), places[:, 1].clip(0, rows - 1)
    return float(strength[y, x].mean())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_they_lie_on_the_borders_and_shuffled_ones_do_not(path: Path) -> None:
    picture = picture_of(path)
    strokes = laid(picture, 16)
    strength = edges_of(picture).contrast
    size = np.array(strength.shape[::-1])
    dice = np.random.default_rng(1)
    shuffled = []
    for one in strokes:
        span = one.places.max(axis=0) - one.places.min(axis=0)
        corner = dice.random(2) * np.maximum(size - span, 0)
        places = one.places - one.places.min(axis=0) + corner
        shuffled.append(PenStroke(one.points, one.closed, places))
    assert on_edges(strokes, strength) > 2 * on_edges(shuffled, strength)


@pytest.mark.parametrize("count", [1, 4, 16, 60])
def test_there_are_no_more_than_asked_for(count: int) -> None:
    strokes = laid(picture_of(FILES[1]), count, segments=5)
    assert 0 < len(strokes) <= count
    for one in strokes:
        assert one.points.shape[0] % 3 == (0 if one.closed else 1)
        assert one.points.shape[0] // 3 <= 5
        assert np.isfinite(one.points).all()


def test_fewer_strokes_reach_as_far() -> None:
    """Four free strokes show more than the four best of sixteen close ones."""
    picture = picture_of(FILES[0])
    weights = edges_of(picture).strength
    few, many = laid(picture, 4, 6), laid(picture, 16, 6)[:4]

    def length(strokes: list[PenStroke]) -> int:
        return sum(len(one.places) for one in strokes)

    assert length(few) >= length(many)
    assert on_edges(few, weights) > 0.3


def test_the_same_chance_gives_the_same_and_another_one_others() -> None:
    picture = picture_of(FILES[0])
    one, same, other = (laid(picture, 12, seed=seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a.points, b.points) for a, b in zip(one, same, strict=True))
    assert len(one) != len(other) or any(
        a.points.shape != b.points.shape or not np.allclose(a.points, b.points)
        for a, b in zip(one, other, strict=True)
    )


def test_attention_draws_strokes_to_it() -> None:
    light = torch.full((128, 256), 0.95)
    light[20:108:8, 10:110] = 0.3
    light[20:108:8, 146:246] = 0.3
    picture = torch.stack([light, light, light, torch.ones(128, 256)])
    attention = np.full((128, 256), 0.4)
    attention[:, 128:] = 1.6
    strokes = pen_strokes(picture, 4, 4, attention)
    assert len(strokes) == 4
    assert all(one.places[:, 0].mean() > 128 for one in strokes)


def test_bare_paper_has_none() -> None:
    assert laid(torch.ones(4, 80, 80), 8) == []


def line(start: tuple[float, float], end: tuple[float, float]) -> PenStroke:
    ends = np.array([start, end], dtype=float)
    places = np.linspace(*ends, round(float(np.linalg.norm(ends[1] - ends[0]))))
    return PenStroke(np.linspace(*ends, 4), False, places)


def test_ends_that_nearly_meet_do() -> None:
    across, down, far = line((0, 50), (100, 50)), line((40, 10), (40, 46)), line((0, 90), (30, 90))
    found = met([across, down, far])
    assert np.linalg.norm(found[1].points[-1] - (40, 50)) < 1
    assert np.allclose(found[1].points[0], (40, 10))
    assert np.allclose(found[2].points, far.points)


def test_what_is_near_lies_within_a_distance() -> None:
    y, x = np.mgrid[:12, :20]
    apart = np.minimum((x - 4) ** 2 + (y - 5) ** 2, (x - 13) ** 2 + (y - 7) ** 2)
    assert np.array_equal(_near((12, 20), np.array([[4.0, 5.0], [13.6, 7.2]]), 3), apart <= 9)
    assert _near((12, 20), np.array([[25.0, -2.0]]), 3).sum() < 17  # counts at the border
