"""Films: scenes with durations; pixel art seen as one; paths that move."""

from __future__ import annotations

import numpy as np
import pytest
from scenes import random_scene, small_grid_scene

from drawkit.scene import Path, Scene
from drawkit.scene.film import Film, FilmFrame, Sampled, whole_times
from drawkit.scene.grid import Tag
from drawkit.scene.lengths import begun, length_of
from drawkit.scene.motion import EASE, Key, Motion, MovingLayer, Track, eased, parted


def line(length: float = 90, y: float = 5, width: float = 2) -> Path:
    points = np.array([[0, y], [length / 3, y], [2 * length / 3, y], [length, y]])
    return Path(points, stroke=(0, 0, 0, 1), stroke_width=width)


def test_pixel_art_is_a_film_of_its_frames_and_back() -> None:
    scene = small_grid_scene()
    film = Film.of(scene)
    assert film.durations == [120, 80, 330]
    assert film.seconds == pytest.approx(0.53)
    assert film.tags == scene.grid.tags
    assert all(len(frame.scene.grid.frames) == 1 for frame in film.frames)
    assert film.grid is not None
    for ours, theirs in zip(film.grid.frames, scene.grid.frames, strict=True):
        assert (ours.indices == theirs.indices).all()
        assert ours.duration_ms == theirs.duration_ms
    assert (film.grid.palette, film.grid.tags) == (scene.grid.palette, scene.grid.tags)
    assert Film.of(film) is film


def test_a_picture_is_a_film_of_one_frame() -> None:
    scene = random_scene(1)
    film = Film.of(scene)
    assert film.first is scene
    assert len(film.frames) == 1
    assert film.grid is None
    assert film.size == (scene.width, scene.height)


def test_what_is_no_film() -> None:
    frame = FilmFrame(Scene(10, 10))
    for build, told in (
        (lambda: Film(()), "a frame at least"),
        (lambda: Film((frame, FilmFrame(Scene(10, 11)))), "have one size"),
        (lambda: Film((frame,), tags=(Tag("walk", 0, 1),)), "ends at frame 1 of 1"),
        (lambda: FilmFrame(Scene(1, 1), 0), "more than 0 ms, got 0"),
        (lambda: FilmFrame(Scene(1, 1), float("nan")), "more than 0 ms, got nan"),
        (lambda: Track(()), "a key at least"),
        (lambda: Track((Key(1, line()), Key(0, line()))), "in order of time"),
    ):
        with pytest.raises(ValueError, match=told):
            build()


def test_times_are_rounded_fairly() -> None:
    assert whole_times([1000 / 24] * 24)[:4] == [42, 41, 42, 42]
    assert sum(whole_times([1000 / 24] * 240)) == 10000
    assert sum(whole_times([1000 / 24] * 240, 10, 2)) == 1000


def test_paths_move_evenly_or_eased_and_jump() -> None:
    near, far = line(y=0), line(y=10, width=4)
    even = Track((Key(0, near), Key(2, far)))
    assert even.at(-1) is None
    middle = even.at(1)
    assert middle.control_points[:, 1] == pytest.approx(5)
    assert middle.stroke_width == 3
    assert even.at(9) is far
    slow = Track((Key(0, near, ease=EASE), Key(2, far)))
    assert slow.at(0.5).control_points[0, 1] == pytest.approx(10 * eased(0.25))
    assert eased(0.25) < 0.25
    assert eased(0.5) == pytest.approx(0.5)
    for share in (0.2, 0.5, 0.8):
        before, after, value = parted(EASE, share)
        assert value == pytest.approx(eased(share))
        for part in (0.1, 0.5, 0.9):
            assert eased(part, before) * value == pytest.approx(eased(part * share), abs=1e-6)
            rest = eased(share + part * (1 - share))
            assert value + (1 - value) * eased(part, after) == pytest.approx(rest, abs=1e-6)
    jump = Track((Key(0, near), Key(1, near), Key(1, far)), until=3)
    assert jump.at(0.999).control_points[0, 1] == 0
    assert jump.at(1) is far
    assert jump.at(3) is None


def test_a_line_is_drawn_by_its_length() -> None:
    bent = Path(
        np.array([[0, 0], [1, 0], [2, 0], [30, 0], [30, 20], [30, 40], [30, 60.0]]),
        stroke=(0, 0, 0, 1),
        stroke_width=1,
    )
    assert length_of(bent) == pytest.approx(90, rel=1e-3)
    for share in (0.1, 0.5, 0.9):
        part = begun(bent, share)
        assert length_of(part) == pytest.approx(90 * share, rel=1e-2)
    assert begun(bent, 0.5).control_points[-1] == pytest.approx([30, 15], abs=0.2)
    ring = Path(np.array([[0, 0], [3, 0], [6, 0], [9, 9], [6, 9], [3, 9]]), True, fill=(1, 0, 0, 1))
    assert begun(ring, 0.5).fill is None
    assert not begun(ring, 0.5).closed


def test_a_film_that_is_made_as_it_is_seen() -> None:
    """Its times are known without a frame, and it ends where it is stopped."""
    made: list[float] = []

    def at(time: float) -> Scene:
        made.append(time)
        return small_grid_scene()

    frames = Sampled(at, 2.0, 4)
    film = Film(frames)
    assert film.durations == [250] * 8
    assert film.seconds == 2
    assert made == []
    assert len(list(frames.until(lambda: len(made) == 3))) == 3
    assert made == [0, 0.25, 0.5]


def test_a_motion_is_seen_so_many_times_a_second() -> None:
    still = line(y=9)
    tracks = (Track((Key(0, still),)), Track((Key(1, line(), 0), Key(2, line(), 1))))
    motion = Motion(90, 10, (MovingLayer("a", tracks),), 3)
    film = Film.moving(motion, 10)
    assert len(film.frames) == 30
    assert film.seconds == pytest.approx(3)
    paths = [list(frame.scene.paths()) for frame in film.frames]
    assert [len(found) for found in paths[:11]] == [1] * 11
    assert all(found[0] is still for found in paths)
    assert length_of(paths[15][1]) == pytest.approx(45, rel=1e-2)
    with pytest.raises(IndexError):
        film.frames[30]
    assert len(film.frames[28:]) == 2
