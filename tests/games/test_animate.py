from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor

from drawkit.config import Given
from drawkit.engine import Step
from drawkit.errors import ConfigError, InputError
from drawkit.games.animate import AnimateConfig, animate, animate_grid, animated
from drawkit.games.character import area_deviation
from drawkit.pixelart.steady import AREA
from drawkit.scene.grid import Grid


class Opened(FakePerceptor):
    def __init__(self, model: str, **_: Any) -> None:
        super().__init__()


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> dict[str, Given]:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    values = {
        "draw.prompts": ["a knight"],
        "draw.canvas": "pixels",
        "draw.size": 12,
        "draw.background": "transparent",
        "perceptor.models": ["fake"],
        "optimize.steps": 4,
        "optimize.score_every": 1,
        "cutouts.count": 2,
        "pixels.side": 24,
        "pixels.palette": "pico8",
    }
    return {key: Given(value, "test") for key, value in values.items()}


def grid_of(drawing: Any) -> Grid:
    grid = drawing.scene.grid
    assert isinstance(grid, Grid)
    return grid


def test_frames_share_size_palette_times_and_tag(layer: dict[str, Given]) -> None:
    config = AnimateConfig(3, "bob", durations=(100, 50, 70), tag="wait", direction="pingpong")
    grid = grid_of(animate(layer, config))
    assert [frame.duration_ms for frame in grid.frames] == [100, 50, 70]
    assert (grid.tags[0].name, grid.tags[0].last, grid.tags[0].direction) == ("wait", 2, "pingpong")
    assert (grid.frames[1].indices != grid.frames[0].indices).any()
    assert (grid.frames[2].indices == grid.frames[0].indices).all()


def test_words_of_a_frame_change_it_and_stillness_holds_the_rest(layer: dict[str, Given]) -> None:
    words = ("a wholly other thing",)
    seen: list[Step] = []

    def watch(step: Step) -> bool:
        seen.append(step)
        return True

    loose = {
        **layer,
        "losses.temporal.weight": Given(1e-9, "test"),
        "optimize.steps": Given(20, "t"),
    }
    firm = {**loose, "losses.temporal.weight": Given(1e4, "test")}
    changed = []
    for given in (loose, firm):
        first, second = (
            f.indices for f in grid_of(animate(given, AnimateConfig(words=words), watch)).frames
        )
        changed.append(float((first != second).mean()))
    assert changed[0] > changed[1]
    assert [step.index for step in seen[:30]] == list(range(1, 31))
    assert {step.total for step in seen} == {30}


def test_stopped_it_hands_back_whole_frames(layer: dict[str, Given]) -> None:
    drawing = animate(layer, AnimateConfig(words=("a", "b")), lambda step: step.index < 5)
    assert len(grid_of(drawing).frames) == 3
    assert drawing.scene.metadata.steps == 4


def test_a_finished_sprite_keeps_its_cells() -> None:
    cells = np.zeros((8, 8), np.uint8)
    cells[2:7, 2:6] = 1
    still = Grid.still(cells, [(0, 0, 0), (9, 9, 9)], 0)
    grid = animate_grid(still, AnimateConfig(2, "bob"))
    assert (grid.frames[0].indices == cells).all()
    assert (grid.frames[1].indices == np.roll(cells, -1, axis=0)).all()
    with pytest.raises(InputError, match="motion"):
        animate_grid(still, AnimateConfig(words=("x",)))


def test_a_character_has_a_loop_for_each_motion_and_facing(layer: dict[str, Given]) -> None:
    config = AnimateConfig(3, "walk,breathe", facings=4, durations=(80, 90, 100))
    grid = grid_of(animate(layer, config))
    motions, facings = ("walk", "breathe"), ("down", "left", "right", "up")
    assert [tag.name for tag in grid.tags] == [f"{m}-{f}" for m in motions for f in facings]
    assert [(tag.first, tag.last) for tag in grid.tags] == [(n, n + 2) for n in range(0, 24, 3)]
    assert [frame.duration_ms for frame in grid.frames] == [80, 90, 100] * 8
    assert area_deviation(grid) <= AREA
    assert len(grid.swatch_names) == len(grid.palette)
    assert "" not in grid.swatch_names[1:]
    again = grid_of(animate(layer, config))
    assert again.palette == grid.palette
    pairs = zip(grid.frames, again.frames, strict=True)
    assert all((one.indices == other.indices).all() for one, other in pairs)


def test_a_ramp_that_it_has_not_loses_nothing(layer: dict[str, Given]) -> None:
    config = AnimateConfig(2, "bob", facings=2, ramp=("magenta-7=blue",))
    drawing, error = animated(layer, config, lambda step: True)
    assert isinstance(error, InputError)
    assert "has no ramp 'magenta-7'" in str(error)
    assert [tag.name for tag in grid_of(drawing).tags] == ["bob-left", "bob-right"]


def test_shaped_cells_are_not_turned(layer: dict[str, Given]) -> None:
    hexes = {**layer, "pixels.cell": Given("hex", "test")}
    with pytest.raises(InputError, match="square cells, not hex"):
        animate(hexes, AnimateConfig(motion="bob", facings=4))


def test_standing_still_is_a_frame_from_each_side() -> None:
    still = Grid.still(np.array([[0, 0, 0], [0, 1, 0], [0, 1, 0]]), [(0, 0, 0), (200, 30, 40)], 0)
    grid = animate_grid(still, AnimateConfig(facings=8))
    assert len(grid.frames) == len(grid.tags) == 8
    assert grid.tags[0].name == "idle-down"
    assert area_deviation(grid) == 0


def test_a_spin_of_a_character_shows_it_from_its_sides() -> None:
    cells = np.zeros((12, 12), np.uint8)
    cells[2:11, 2:10] = 1
    cells[4, 4], cells[4, 7] = 2, 2
    still = Grid.still(cells, [(0, 0, 0), (230, 180, 140), (30, 20, 60)], 0)
    grid = animate_grid(still, AnimateConfig(4, "spin,bob"))
    assert [tag.name for tag in grid.tags] == ["spin", "bob"]
    assert (grid.frames[0].indices != grid.frames[1].indices).any()
    assert len(np.unique(grid.frames[2].indices)) == 2, "no eyes behind"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"motion": "bob", "facings": 3}, "allowed: 1, 2, 4, 8"),
        ({"motion": "bob,walk,bob"}, "'bob' is named twice"),
        ({"motion": "bob,"}, "unknown motion ''"),
        ({"motion": "bob,none"}, "unknown motion 'none'"),
        ({"motion": "bob,wlak"}, "did you mean 'walk'"),
        ({"motion": "bob,walk", "tag": "run"}, "cannot name 2 loops"),
        ({"motion": "bob", "looks": "up"}, "allowed: down, left, right"),
        ({"words": ("x",), "facings": 2}, "one facing and one motion"),
        ({"motion": "bob", "ramp": ("rde=blue",)}, "did you mean 'red'"),
        ({"motion": "bob", "ramp": ("red=blue", "red=green")}, "'red' is swapped twice"),
        ({"frames": 1, "motion": "bob"}, "2 to 64"),
        ({"frames": 65, "motion": "bob"}, "2 to 64"),
        ({"motion": "bobb"}, "did you mean 'bob'"),
        ({}, "needs a motion or words"),
        ({"motion": "bob", "durations": (1, 2)}, "2 durations for 4 frames"),
        ({"motion": "bob", "durations": (0,)}, "1 to 65535 ms"),
        ({"motion": "bob", "direction": "back"}, "unknown direction"),
    ],
)
def test_what_is_no_animation_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        AnimateConfig(**given)
