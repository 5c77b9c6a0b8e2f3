"""The scene: plain data that cannot be wrong in shape or changed behind one's back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scenes import small_scene

from drawkit.scene import Background, Path, PathLayer, Scene

LINE = np.array([[0.0, 0.0], [1, 1], [2, 2], [3, 3]])


@pytest.mark.parametrize(
    ("count", "closed", "segments"),
    [(4, False, 1), (7, False, 2), (3, True, 1), (12, True, 4)],
)
def test_segments(count: int, closed: bool, segments: int) -> None:
    assert Path(np.zeros((count, 2)), closed=closed).segments == segments


@pytest.mark.parametrize(
    ("shape", "closed"),
    [
        ((0, 2), False),
        ((1, 2), False),
        ((3, 2), False),
        ((5, 2), False),
        ((6, 2), False),
        ((0, 2), True),
        ((4, 2), True),
        ((4, 3), False),
        ((4,), False),
        ((2, 4, 2), False),
    ],
)
def test_wrong_numbers_of_points_are_refused(shape: tuple[int, ...], closed: bool) -> None:
    with pytest.raises(ValueError, match="control points"):
        Path(np.zeros(shape), closed=closed)


def test_points_are_a_copy_that_nobody_can_change() -> None:
    mine = LINE.copy()
    path = Path(mine)
    mine[0] = 99
    assert path.control_points[0].tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        path.control_points[0] = 99


def test_points_are_float64_whatever_is_given() -> None:
    assert Path([[0, 0], [1, 1], [2, 2], [3, 3]]).control_points.dtype == np.float64
    assert Path(LINE.astype(np.float32)).control_points.dtype == np.float64


@pytest.mark.parametrize("cls", [Background, PathLayer, Path, Scene])
def test_frozen(cls: type) -> None:
    assert cls.__dataclass_params__.frozen


def test_paths_come_in_paint_order() -> None:
    scene = small_scene()
    assert list(scene.paths()) == [*scene.layers[0].paths, *scene.layers[1].paths]


def test_a_changed_scene_is_a_new_one() -> None:
    scene = small_scene()
    wider = dataclasses.replace(scene, width=100)
    assert (scene.width, wider.width) == (48, 100)
    assert wider.layers is scene.layers
