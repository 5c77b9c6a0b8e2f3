"""The camera: places that it looks at, straight ways, walks that stay near, and words for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scenes import random_scene

from drawkit import InputError, film, morph
from drawkit.films.camera import Camera, View, with_camera
from drawkit.films.camera_words import MOVES, read_camera, read_time
from drawkit.scene import Path, PathLayer
from drawkit.scene.motion import Key, Motion, MovingLayer, Track


def dots(depths: tuple[float, ...] = (0.5,), seconds: float = 4.0) -> Motion:
    """Short level lines around the place 75, 20 of a page of 100 x 80, a path each depth."""
    line = Path(np.array([[70, 20], [72, 20], [78, 20], [80, 20]]), stroke=(0, 0, 0, 1))
    line = replace(line, stroke_width=2.0)
    tracks = tuple(Track((Key(0, line),), depths=((0.0, depth),)) for depth in depths)
    paper = MovingLayer("paper", (Track((Key(0, line),)),), fixed=True)
    return Motion(100, 80, (paper, MovingLayer("dots", tracks)), seconds)


def paths_at(motion: Motion, seconds: float) -> list[Path]:
    layer = motion.at(seconds).layers[1]
    assert isinstance(layer, PathLayer)
    return list(layer.paths)


def middles(motion: Motion, times: np.ndarray) -> np.ndarray:
    found = [[p.control_points.mean(axis=0) for p in paths_at(motion, t)] for t in times]
    return np.array(found)


def test_what_it_looks_at_is_in_the_middle_and_as_large_as_is_said() -> None:
    camera = read_camera("0: zoom 1; 2: zoom 2 at 0.75,0.25 turn 90; 50%: ", 4)
    motion = with_camera(dots(), camera)
    before, after = paths_at(motion, 0)[0], paths_at(motion, 3)[0]
    assert before is motion.layers[1].tracks[0].keys[0].path
    assert np.allclose(after.control_points[:, 0], 50, atol=0.01)  # level before, upright now
    assert np.allclose(after.control_points[[0, -1], 1], (30, 50), atol=0.01)  # to the right
    assert after.stroke_width == pytest.approx(4)
    paper = motion.at(3).layers[0]
    assert isinstance(paper, PathLayer)
    assert paper.paths[0] is motion.layers[0].tracks[0].keys[0].path


def test_zoom_goes_by_the_same_factor_in_the_same_time_and_places_go_straight() -> None:
    camera = Camera((View(0, ease=None), View(4, 0.2, 0.9, 9.0, ease=None)))
    motion = with_camera(dots(), camera)
    times = np.linspace(0, 4, 9)
    widths = np.array([paths_at(motion, t)[0].stroke_width for t in times]) / 2
    assert np.allclose(widths, 9 ** (times / 4), rtol=0.005)
    places = middles(motion, times)[:, 0]
    way = (places[-1] - places[0]) / np.linalg.norm(places[-1] - places[0])
    across = (places - places[0]) @ np.array([-way[1], way[0]])
    assert np.abs(across).max() < 0.1
    few = len(motion.layers[1].tracks[0].poses)
    assert 5 < few < 150


def test_a_cut_is_a_cut() -> None:
    motion = with_camera(dots(), read_camera("0: zoom 1; 1: zoom 1; 1: zoom 3; 4: zoom 3", 4))
    assert paths_at(motion, 0.99)[0].stroke_width == pytest.approx(2)
    assert paths_at(motion, 1.0)[0].stroke_width == pytest.approx(6)


def test_what_is_near_moves_more() -> None:
    depths = (0.0, 0.5, 1.0)
    camera = read_camera("pan-left 0.4", 4, parallax=0.5)
    places = middles(with_camera(dots(depths), camera), np.array([0.0, 4.0]))
    moved = places[1, :, 0] - places[0, :, 0]
    assert moved == pytest.approx([20, 40, 60], abs=0.1)
    flat = middles(with_camera(dots(depths), read_camera("pan-left 0.4", 4)), np.array([4.0]))
    assert np.ptp(flat[0, :, 0]) == 0


@pytest.mark.parametrize("loop", [False, True])
def test_walks_are_smooth_and_near_and_by_seed(loop: bool) -> None:
    times = np.linspace(0, 30, 601)
    seen = read_camera("walk 3", 30, loop=loop).seen(times)
    assert (seen == read_camera("walk", 30, seed=3, loop=loop).seen(times)).all()
    assert np.abs(seen - read_camera("walk 4", 30, loop=loop).seen(times)).max() > 0.05
    assert np.abs(seen[:, :2] - 0.5).max() <= 0.1
    assert seen[:, 2].min() >= 1
    assert seen[:, 2].max() <= 1.35
    assert np.abs(seen[:, 3]).max() <= 6
    assert np.ptp(seen, axis=0).min() > 0.05  # and it does walk
    assert np.abs(np.diff(seen, axis=0)).max(axis=0) == pytest.approx(0, abs=0.6)
    if loop:
        assert seen[0] == pytest.approx(seen[-1], abs=1e-6)
    else:
        assert seen[0] == pytest.approx([0.5, 0.5, 1, 0])


@pytest.mark.parametrize("name", [*MOVES, "walk"])
def test_every_move_moves_and_comes_back_in_a_loop(name: str) -> None:
    seen = read_camera(name, 6).seen(np.array([0.0, 6.0]))
    assert np.abs(seen[1] - seen[0]).max() > 0.01
    there = read_camera(name, 6, loop=True).seen(np.array([0.0, 3.0, 6.0]))
    assert there[0] == pytest.approx(there[2], abs=1e-6)
    assert np.abs(there[1] - there[0]).max() > 0.01


WRONG = {
    "": "unknown camera ''; allowed: zoom-in,",
    "dance": "unknown camera 'dance'; allowed: zoom-in,",
    "zoom-in 0.5": "camera zoom-in is '0.5'; allowed: 1 to 50",
    "turn left": "camera turn is 'left'",
    "walk x": "camera walk has the seed 'x'; allowed: whole numbers",
    "walk, turn": "a walk goes alone",
    "0: zoom 0": "the camera's '0: zoom 0' has zoom 0; allowed: 0.05 to 50",
    "0: zoom nan": "has 'zoom nan'; allowed: zoom FACTOR",
    "0: zoom 1e3": "has 'zoom 1e3'",
    "0: at 5,0": "has at 5; allowed: -2 to 3",
    "0: at 0.5": "has 'at 0.5'; allowed: zoom FACTOR, at X,Y",
    "x: zoom 1": "has the time 'x'; allowed: seconds, or 50%",
    "0: zoom 1; 9: zoom 2": "is at 9 s; the film lasts from 0 to 4 s",
    "0: zoom 1; 120%: zoom 2": "is at 4.8 s; the film",
    "2: zoom 1; 1: zoom 2": "'1: zoom 2' comes before the view that it follows",
    "0: zoom 1; zoom 2": "'zoom 2' has no time",
    ":": "has the time ''",
    "; ".join(["0: even"] * 1001): "the camera has 1001 views; allowed: 1000",
}


@pytest.mark.parametrize("words", WRONG, ids=lambda words: words[:20])
def test_wrong_words_in_one_line(words: str) -> None:
    with pytest.raises(InputError) as error:
        read_camera(words, 4)
    assert WRONG[words] in str(error.value)
    assert "\n" not in str(error.value)


def test_times() -> None:
    assert read_time("50%", 8, "x") == 4
    assert read_time(" 2.5 s", 8, "x") == 2.5
    with pytest.raises(ValueError, match="stand in order"):
        Camera((View(1), View(0)))
    with pytest.raises(InputError, match="parallax is 2; allowed: 0 to 1"):
        read_camera("walk", 8, parallax=2)
    with pytest.raises(InputError, match="give a camera too"):
        film(random_scene(1), parallax=0.5)
    with pytest.raises(InputError, match="has a camera already"):
        with_camera(with_camera(dots(), Camera((View(0),))), Camera((View(0),)))


def test_a_path_that_becomes_another_does_not_jump_under_a_camera() -> None:
    scenes = [random_scene(1, paths=8), random_scene(2, paths=8)]
    words = {"camera": "pan-left 0.5", "parallax": 1.0}
    plain = morph(scenes, seconds=1, hold=0.5, ease=False).film.motion
    seen = morph(scenes, seconds=1, hold=0.5, ease=False, **words).film.motion
    assert plain is not None
    assert seen is not None

    def places(motion: Motion, at: float) -> np.ndarray:
        scene = motion.at(at)
        found = [path.control_points.mean(axis=0) for path in scene.paths()]
        return np.array(sorted(found, key=tuple))

    for at in np.arange(0.05, 1.95, 0.05):
        one, other = places(seen, at), places(seen, at + 1e-4)
        if len(one) == len(other):
            assert np.abs(one - other).max() < 0.1
    assert np.abs(places(seen, 1.9) - places(plain, 1.9)).max() > 5
