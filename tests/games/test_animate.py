from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor

from drawkit.config import Given
from drawkit.engine import Step
from drawkit.errors import ConfigError, InputError
from drawkit.games.animate import AnimateConfig, animate, animate_grid
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


@pytest.mark.parametrize(
    ("given", "words"),
    [
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
