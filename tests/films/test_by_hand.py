"""Drawing by hand: orders, times, pens; the end is the drawing itself."""

from __future__ import annotations

from pathlib import Path as FilePath

import numpy as np
import pytest
from scenes import random_scene, small_grid_scene, small_scene

from drawkit import FileError, InputError, film
from drawkit.export._frames import Pictures
from drawkit.export.png import PngConfig
from drawkit.films.by_hand import drawn_by_hand
from drawkit.films.hand import ORDERS, Hand
from drawkit.films.marks import marks_of
from drawkit.scene import Path, PathLayer, RasterLayer, Scene
from drawkit.scene.lengths import length_of

EVERY = pytest.mark.parametrize("order", ORDERS)


def line(x: float, y: float, length: float, width: float = 2) -> Path:
    points = np.array([[x, y], [x + length / 3, y], [x + 2 * length / 3, y], [x + length, y]])
    return Path(points, stroke=(0, 0, 0, 1), stroke_width=width)


def lines(*paths: Path) -> Scene:
    return Scene(100, 100, (PathLayer("a", paths),))


def starts(scene: Scene, hand: Hand) -> list[float]:
    """When each path begins, in paint order."""
    motion = drawn_by_hand(scene, hand)
    return [track.keys[0].at for layer in motion.layers for track in layer.tracks]


@EVERY
@pytest.mark.parametrize("scene", [random_scene(1), small_scene(), small_grid_scene()])
def test_it_begins_with_paper_and_ends_as_the_drawing(scene: Scene, order: str) -> None:
    found = film(scene, seconds=2, hold=0.5, order=order, fps=8)
    frames = found.film.frames
    assert len(frames) == 20
    assert found.seconds == pytest.approx(2.5)
    assert list(frames[0].scene.paths()) == []
    size = PngConfig(size=96)
    drawn = Pictures(frames[0].scene, size).of(frames[-1].scene).astype(float)
    wanted = Pictures(scene, size).of(scene).astype(float)
    if scene.grid is not None:  # cells are never smoothed, paths are
        assert list(frames[-1].scene.paths())
        return
    alpha = drawn[..., 3:] / 255
    assert np.abs(drawn * alpha - wanted * wanted[..., 3:] / 255).mean() < 1


def test_paint_order_is_that_of_the_layers_and_takes_as_long_as_the_lines() -> None:
    scene = lines(line(0, 10, 90), line(0, 20, 30), line(0, 30, 60))
    motion = drawn_by_hand(scene, Hand(seconds=6))
    times = [(t.keys[0].at, t.keys[-1].at) for t in motion.layers[0].tracks]
    assert np.array(times) == pytest.approx(np.array([[0, 3], [3, 4], [4, 6]]))
    half = motion.at(3.5)
    assert [round(length_of(path)) for path in half.paths()] == [90, 15]


def test_from_large_to_small() -> None:
    scene = lines(line(0, 10, 30), line(0, 20, 90), line(0, 30, 60, width=9))
    found = starts(scene, Hand(order="size"))
    assert np.argsort(found).tolist() == [2, 1, 0]


def test_part_by_part_with_a_pause() -> None:
    layers = (PathLayer("a", (line(0, 1, 20), line(0, 9, 40))), PathLayer("b", (line(0, 5, 90),)))
    motion = drawn_by_hand(Scene(100, 100, layers), Hand(order="part", seconds=5))
    first, second = motion.layers
    ends = max(track.keys[-1].at for track in first.tracks)
    assert second.tracks[0].keys[0].at > ends + 0.3
    assert first.tracks[1].keys[0].at == 0  # the longer one


def test_a_hand_goes_to_the_nearest_end() -> None:
    scene = lines(line(0, 0, 40), line(0, 90, 40), line(45, 5, 40), line(50, 30, 35))
    motion = drawn_by_hand(scene, Hand(order="hand"))
    tracks = motion.layers[0].tracks
    assert np.argsort([t.keys[0].at for t in tracks]).tolist() == [0, 2, 3, 1]
    assert tracks[3].keys[0].path.control_points[0, 0] == 85  # from its other end
    assert tracks[1].keys[0].path.control_points[0, 0] == 40


def test_a_hand_never_draws_below_what_is_there() -> None:
    crossing = lines(line(50, 50, 40, 30), line(0, 50, 60), line(0, 0, 10))
    found = starts(crossing, Hand(order="hand"))
    assert found[1] > found[0]


def test_slower_in_bends() -> None:
    bent = Path(
        np.array(
            [[0, 0], [30, 0], [60, 0], [90, 0], [90, 1], [90, 2], [90, 3], [60, 3], [30, 3], [0, 3]]
        ),
        stroke=(0, 0, 0, 1),
        stroke_width=1,
    )
    motion = drawn_by_hand(lines(bent), Hand(order="hand", ease=False, seconds=1))
    keys = motion.layers[0].tracks[0].keys
    speeds = np.diff([k.drawn for k in keys]) / np.diff([k.at for k in keys])
    assert speeds[len(speeds) // 2] < 0.8 * speeds[0]


def test_an_area_is_traced_then_filled() -> None:
    motion = drawn_by_hand(small_scene(), Hand(seconds=3))
    scene = motion.at(0.4)
    (around,) = scene.paths()
    assert around.fill is None
    assert around.stroke is not None
    assert around.stroke[:3] == pytest.approx((0.2, 0.4, 0.6))


def test_a_pen_is_where_the_line_ends() -> None:
    scene = lines(line(10, 10, 50), line(10, 60, 80))
    for ease in (True, False):
        motion = drawn_by_hand(scene, Hand(seconds=4, pen=True, ease=ease))
        for at in (0.3, 1.0, 2.2, 3.5):
            shown = motion.at(at)
            *_, grown = shown.layers[0].paths  # type: ignore
            tip = shown.layers[-1].paths[1].control_points[0]  # type: ignore
            assert np.abs(tip - grown.control_points[-1]).max() < 1.5
        assert motion.layers[-1].name == "pen"
        assert not motion.at(4.5).layers[-1].paths  # type: ignore


def test_marks() -> None:
    hole = Path(
        np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 6], [0, 3]]),
        True,
        fill=(1, 0, 0, 1),
        stroke=(0, 0, 0, 1),
        stroke_width=1,
        more=(Path(np.array([[3, 3], [6, 3], [6, 6], [3, 6], [3, 5], [3, 4]]), True),),
    )
    clear = Path(hole.control_points, True, fill=(1, 0, 0, 0.0))
    marks = marks_of([("a", 1.0, (hole, clear), False)], 10)
    assert [mark.area is not None for mark in marks] == [True, False, False]
    assert len(marks[0].runs) == 2


def test_files_of_others_and_what_is_refused(tmp_path: FilePath) -> None:
    svg = tmp_path / "a.svg"
    svg.write_text(
        '<svg viewBox="0 0 40 20" xmlns="http://www.w3.org/2000/svg"><g opacity=".5">'
        '<circle cx="9" cy="9" r="6" stroke="red" fill="none"/><rect width="9" height="9"/>'
        "</g></svg>"
    )
    found = film(svg, seconds=1, fps=10)
    assert found.film.size == (40, 20)
    for suffix in ("gif", "json", "anim.svg", "apng"):
        assert found.save(tmp_path / f"a.{suffix}", size=32).stat().st_size > 100
    found.save(tmp_path / "a-%02d.png", size=40)
    assert len(list(tmp_path.glob("a-*.png"))) == 20
    picture = Scene(3, 2, (RasterLayer("photo", np.zeros((2, 3, 4), np.uint8)),))
    for call, told in (
        (lambda: film(svg, order="rows"), "unknown order 'rows'; allowed: paint, size, part, hand"),
        (lambda: film(svg, seconds=0), "seconds is 0; allowed: 0.1 to 3600"),
        (lambda: film(svg, seconds=float("nan")), "seconds is nan"),
        (lambda: film(svg, fps=121), "fps is 121; allowed: 1 to 120"),
        (lambda: film(svg, hold=-1), "hold is -1"),
        (lambda: film(Scene(3, 3)), "no paths that could be drawn"),
        (lambda: film(picture), "takes films of paths and of cells, got 3x2 pixels"),
        (lambda: found.save("a.gif", size=0), "size is 0"),
        (lambda: found.save("a.pdf"), "holds one picture; films are"),
    ):
        with pytest.raises(InputError, match=told):
            call()
    with pytest.raises(FileError, match="there is no file"):
        film(tmp_path / "none.svg")


def test_the_same_bytes_again(tmp_path: FilePath) -> None:
    for suffix in ("json", "anim.svg", "gif"):
        texts = []
        for name in ("a", "b"):
            found = film(random_scene(3), seconds=1, order="hand", pen=True, fps=6)
            texts.append(found.save(tmp_path / f"{name}.{suffix}", size=48).read_bytes())
        assert texts[0] == texts[1]
