"""Morphs: who becomes whom, exactly from the one drawing to the other."""

from __future__ import annotations

import numpy as np
import pytest
from scenes import random_scene, small_scene

from drawkit import InputError, morph
from drawkit.export._frames import Pictures
from drawkit.export.png import PngConfig
from drawkit.films.alike import made_alike
from drawkit.films.assignment import assigned, shared_out
from drawkit.films.morphing import Turn, morphed
from drawkit.scene import Background, Path, PathLayer, Scene, Subpath
from drawkit.scene.lengths import length_of
from drawkit.scene.motion import form_of

SIZE = PngConfig(size=120)


def picture(scene: Scene) -> np.ndarray:
    return Pictures(scene, SIZE).of(scene).astype(float)


def dots(*places: tuple[float, float], color: tuple[float, float, float] = (0, 0, 0)) -> Scene:
    def dot(x: float, y: float) -> Path:
        points = np.array([[x, y], [x + 2, y], [x + 4, y], [x + 6, y]])
        return Path(points, stroke=(*color, 0.6), stroke_width=8)

    return Scene(100, 100, (PathLayer("a", tuple(dot(*place) for place in places)),))


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (20, 33), (60, 60)])
def test_the_assignment_is_the_best_one(size: tuple[int, int]) -> None:
    scipy = pytest.importorskip("scipy.optimize")
    rng = np.random.default_rng(size[0])
    for cost in (rng.random(size), rng.integers(0, 4, size).astype(float), -rng.random(size)):
        ours = assigned(cost)
        assert len(set(ours.tolist())) == size[0]
        rows, columns = scipy.linear_sum_assignment(cost)
        assert cost[np.arange(size[0]), ours].sum() == pytest.approx(cost[rows, columns].sum())


def test_everybody_has_a_partner_and_nobody_many_more_than_others() -> None:
    rng = np.random.default_rng(1)
    for size in ((3, 11), (11, 3), (4, 4)):
        pairs = shared_out(rng.random(size))
        assert len(pairs) == max(size)
        for axis, count in enumerate(size):
            found = np.bincount([pair[axis] for pair in pairs], minlength=count)
            assert found.min() >= 1
            assert found.max() - found.min() <= 1


@pytest.mark.parametrize("seed", range(4))
def test_paths_made_alike_look_as_before(seed: int) -> None:
    first, second = random_scene(seed), random_scene(seed + 10)
    for a, b in zip(first.paths(), second.paths(), strict=False):
        ours, theirs = made_alike(a, b)
        assert form_of(ours) == form_of(theirs)
        for before, after in ((a, ours), (b, theirs)):
            for old, new in zip(before.subpaths, after.subpaths, strict=False):
                assert length_of(new) == pytest.approx(length_of(old), rel=5e-3)


def test_holes_open_and_paint_comes() -> None:
    corners = np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 6], [0, 3]], float)
    ring = Path(corners, True, fill=(1, 0, 0, 1), more=(Subpath(corners / 3 + 3, True),))
    line = Path(corners[:4], stroke=(0, 0, 1, 1), stroke_width=3)
    ours, theirs = made_alike(ring, line)
    assert len(theirs.more) == 1
    assert np.ptp(theirs.more[0].control_points, axis=0) == pytest.approx([0, 0])
    assert theirs.fill == (1, 0, 0, 0.0)
    assert ours.stroke == (0, 0, 1, 0.0)
    assert ours.stroke_width == theirs.stroke_width == 3


def test_rings_turn_as_little_as_may_be() -> None:
    angle = np.linspace(0, 2 * np.pi, 13)[:-1]
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 10
    first = Path(ring, True, fill=(0, 0, 0, 1))
    for other in (np.roll(ring, 6, axis=0), np.roll(ring[::-1], 1, axis=0)):
        ours, theirs = made_alike(first, Path(other + 30, True, fill=(0, 0, 0, 1)))
        assert theirs.control_points - 30 == pytest.approx(ours.control_points)


@pytest.mark.parametrize("ease", [True, False])
def test_from_the_one_to_the_other_exactly(ease: bool) -> None:
    scenes = [random_scene(1), random_scene(2), small_scene()]
    motion = morphed(scenes, Turn(1.0, 0.25, ease))
    page = scenes[0]
    starts = [0.0, 1.25, 2.5]
    for start, scene in zip(starts, scenes, strict=True):
        held = motion.at(start + 0.1)
        assert held.width == page.width
        if scene.width == page.width and scene.height == page.height:
            paper = Scene(scene.width, scene.height, scene.layers, scene.background)
            assert np.abs(picture(held) - picture(paper))[..., :3].mean() < 1
        begin = motion.at(start + 0.25) if start < 2.5 else held
        assert np.abs(picture(begin) - picture(held)).mean() < 2.5  # caps of rings may differ


def test_one_becomes_many_without_growing_darker() -> None:
    one, many = dots((50, 50)), dots((10, 10), (80, 10), (50, 80))
    motion = morphed([one, many], Turn(1.0, 0.1))
    assert len(list(motion.at(0.6).paths())) == 3
    assert np.abs(picture(motion.at(0.1001)) - picture(one)).mean() < 0.5
    assert np.abs(picture(motion.at(1.0999)) - picture(many)).mean() < 0.5


def test_near_ones_become_each_other() -> None:
    motion = morphed([dots((10, 10), (80, 80)), dots((82, 84), (12, 8))], Turn(1.0, 0.0))
    for at in (0.2, 0.5, 0.8):
        places = sorted(path.control_points[0, 0] for path in motion.at(at).paths())
        assert places == pytest.approx([11, 81], abs=2)


def test_what_looks_like_paper_becomes_nothing_else() -> None:
    pale = dots((10, 10), color=(0.99, 0.99, 0.99)).layers[0]
    first = Scene(100, 100, (pale, *dots((50, 50)).layers))
    motion = morphed([first, dots((55, 50), (60, 60))], Turn(1.0, 0.0))
    dark = [path.control_points[0, 0] for path in motion.at(0.6).paths()]
    assert min(dark) > 45
    only_pale = Scene(100, 100, (pale,))
    assert list(morphed([only_pale, only_pale], Turn()).at(0.1).paths())


def test_a_loop_ends_where_it_begins() -> None:
    found = morph([dots((10, 10)), dots((80, 80))], seconds=1, hold=0, fps=10, loop=True)
    assert len(found.film.frames) == 20
    assert found.film.loop
    places = [next(f.scene.paths()).control_points[0, 0] for f in found.film.frames]
    assert places[0] == pytest.approx(10)
    assert max(places) == pytest.approx(80)
    assert places[1:10] == pytest.approx(places[:10:-1], abs=1e-6)


def test_papers_and_sizes() -> None:
    first = dots((10, 10))
    other = Scene(50, 25, dots((10, 10)).layers, Background((0.0, 0.5, 1.0)))
    motion = morphed([first, other], Turn(1.0, 0.5))
    last = motion.at(motion.seconds)
    assert (last.width, last.height) == (100, 100)
    *_, dot = last.paths()
    assert dot.control_points[0] == pytest.approx([20, 45])
    assert dot.stroke_width == 16
    sheet = next(last.paths())
    assert sheet.fill == pytest.approx((0, 0.5, 1, 1))
    assert last.background.color is None


def test_what_is_refused() -> None:
    for call, told in (
        (lambda: morph([dots((1, 1))]), "a morph takes 2 to 100 drawings, got 1"),
        (lambda: morph([dots((1, 1)), Scene(9, 9)]), "drawings of 1 to 3000 paths, got 0"),
        (lambda: morph([dots((1, 1))] * 2, seconds=0), "seconds is 0; allowed: 0.1 to 3600"),
    ):
        with pytest.raises(InputError, match=told):
            call()
