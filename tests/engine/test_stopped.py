"""Stopped from Python: what was drawn is handed over, by the call or by the error that ends it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from torch import Tensor

import drawkit
from drawkit.config import Given
from drawkit.engine import DrawingInterrupted, Run, Step, draw, settings_for
from drawkit.engine.adam import Adam
from drawkit.engine.drawing import Drawing
from drawkit.engine.loop import Loop
from drawkit.engine.stopped import says_stop
from drawkit.errors import DivergedError
from drawkit.games.animate import AnimateConfig, animate
from drawkit.games.terrain import Order, Terrain, make_terrain
from drawkit.scene import Scene

SMALL: dict[str, Any] = {
    "strokes": 6,
    "size": 32,
    "steps": 30,
    "cutouts": 2,
    "model": "fake",
}


class Opened(FakePerceptor):
    def __init__(self, model: str, **_: Any) -> None:
        super().__init__()


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython runs, as in a notebook."""
    module = SimpleNamespace(get_ipython=lambda: object())
    monkeypatch.setitem(sys.modules, "IPython", module)


def raises(error: BaseException, at: int = 12) -> Callable[[Step], None]:
    """An `on_step` that ends in an error."""

    def on_step(step: Step) -> None:
        if step.index == at:
            raise error

    return on_step


def best(at: int = 12) -> Drawing:
    """The drawing that a run stopped after so many steps has."""
    run = Run(settings_for({key: Given(value, "test") for key, value in LAYER.items()}))
    for step in run:
        if step.index == at:
            break
    return run.drawing()


LAYER = {
    "draw.prompts": ["a cat"],
    "strokes.strokes": 6,
    "draw.size": 32,
    "optimize.steps": 30,
    "cutouts.count": 2,
    "perceptor.models": ["fake"],
}


@pytest.mark.parametrize(
    ("answer", "stops"),
    [(False, True), (np.False_, True), (None, False), (True, False), (0, False), ("", False)],
)
def test_only_false_says_stop(answer: object, stops: bool) -> None:
    assert says_stop(answer) is stops


def test_on_step_says_stop() -> None:
    drawing = draw("a cat", **SMALL, on_step=lambda step: step.index < 12)
    assert drawing.scene.metadata.steps == 12
    assert drawing.svg() == best().svg()


@pytest.mark.parametrize("kind", [ValueError, SystemExit, MemoryError, StopIteration])
def test_any_error_of_on_step_has_the_drawing(kind: type[BaseException]) -> None:
    error = kind("mine")
    with pytest.raises(kind) as told:
        draw("a cat", **SMALL, on_step=raises(error))
    assert told.value is error
    assert told.value.drawing.svg() == best().svg()  # type: ignore[attr-defined]
    assert any("drawing" in note for note in told.value.__notes__)


def test_an_error_that_takes_no_attributes_stays_what_it_was() -> None:
    class Closed(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    with pytest.raises(Closed):
        draw("a cat", **SMALL, on_step=raises(Closed()))


def test_ctrl_c_has_the_drawing() -> None:
    with pytest.raises(KeyboardInterrupt) as told:
        draw("a cat", **SMALL, on_step=raises(KeyboardInterrupt()))
    assert isinstance(told.value, DrawingInterrupted)
    assert told.value.drawing.svg() == best().svg()


def test_a_notebook_keeps_the_drawing(notebook: None, caplog: pytest.LogCaptureFixture) -> None:
    drawing = draw("a cat", **SMALL, on_step=raises(KeyboardInterrupt()))
    assert drawing.svg() == best().svg()
    assert "interrupted" in caplog.text
    with pytest.raises(ValueError) as told:  # the stop button alone ends quietly
        draw("a cat", **SMALL, on_step=raises(ValueError()))
    assert told.value.drawing.svg() == best().svg()  # type: ignore[attr-defined]


def test_ipython_that_does_not_run_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    with pytest.raises(DrawingInterrupted):
        draw("a cat", **SMALL, on_step=raises(KeyboardInterrupt()))


@pytest.mark.parametrize("in_notebook", [True, False])
def test_before_the_first_step_there_is_nothing_to_hand_over(
    in_notebook: bool, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_notebook:
        request.getfixturevalue("notebook")

    def stop(self: Loop) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Loop, "_step", stop)
    with pytest.raises(KeyboardInterrupt) as told:
        draw("a cat", **SMALL)
    assert type(told.value) is KeyboardInterrupt


def test_it_comes_back_whole_from_a_worker_process() -> None:
    error = DrawingInterrupted("", Drawing(Scene(4, 4)))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is DrawingInterrupted
    assert again.drawing == error.drawing


def test_stopped_in_the_middle_of_an_update_the_canvas_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half of the parameters have moved, none is back in its range: no such drawing is shown."""
    step, moved = Adam.step, []

    def half(self: Adam, gradients: Any, rates: Any) -> None:
        moved.append(1)
        if len(moved) == 6:
            with torch.no_grad():
                self.params[0].add_(1000)
            raise KeyboardInterrupt
        step(self, gradients, rates)

    monkeypatch.setattr(Adam, "step", half)
    with pytest.raises(DrawingInterrupted) as told:
        draw("a cat", **SMALL)
    monkeypatch.undo()
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    assert told.value.drawing.scene.metadata.steps == 5
    assert told.value.drawing.svg() == best(5).svg()


def test_a_run_that_was_interrupted_can_be_gone_on_with() -> None:
    run = Run(settings_for({key: Given(value, "test") for key, value in LAYER.items()}))

    def seven_steps() -> None:
        for step in run:
            if step.index == 7:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seven_steps()
    assert run.steps == 7
    assert [step.index for step in run] == list(range(8, 31))
    assert run.drawing().svg() == draw("a cat", **SMALL).svg()


# What is made of several drawings


PIXELS = {
    "draw.canvas": "pixels",
    "draw.prompts": ["a knight"],
    "draw.size": 12,
    "perceptor.models": ["fake"],
    "optimize.steps": 4,
    "optimize.score_every": 1,
    "cutouts.count": 2,
    "pixels.side": 24,
    "pixels.palette": "pico8",
}
LAYER_OF_PIXELS = {key: Given(value, "test") for key, value in PIXELS.items()}
WORDS = AnimateConfig(words=("a king", "a queen"))


def stopping(error: BaseException, at: int) -> Callable[[Step], bool]:
    def watch(step: Step) -> bool:
        if step.index == at:
            raise error
        return True

    return watch


def shown(drawing: Drawing) -> list[bytes]:
    """The pixels of every frame."""
    grid = drawing.scene.grid
    assert grid is not None
    return [grid.rgba(frame.indices).tobytes() for frame in grid.frames]


@pytest.mark.parametrize("at", [2, 5, 8])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError])
def test_an_animation_has_all_its_frames(kind: type[BaseException], at: int) -> None:
    with pytest.raises(kind) as told:
        animate(LAYER_OF_PIXELS, WORDS, stopping(kind(), at))
    stopped = animate(LAYER_OF_PIXELS, WORDS, lambda step: step.index < at)
    assert shown(told.value.drawing) == shown(stopped)  # type: ignore[attr-defined]
    assert len(shown(stopped)) == 3


def test_an_animation_in_a_notebook(notebook: None) -> None:
    drawing = animate(LAYER_OF_PIXELS, WORDS, stopping(KeyboardInterrupt(), 5))
    assert len(shown(drawing)) == 3


def test_a_further_frame_that_cannot_begin_keeps_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    class Fails(Opened):
        def encode_text(self, prompts: Sequence[str]) -> Tensor:
            asked.append(prompts)
            if len(asked) == 2:
                raise MemoryError
            return super().encode_text(prompts)

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Fails)
    with pytest.raises(MemoryError) as told:
        animate(LAYER_OF_PIXELS, WORDS)
    assert len(shown(told.value.drawing)) == 3  # type: ignore[attr-defined]


def test_an_animation_that_never_began(monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(self: Loop) -> None:
        raise DivergedError("the loss is not a number")

    monkeypatch.setattr(Loop, "_step", diverge)
    with pytest.raises(DivergedError):
        animate(LAYER_OF_PIXELS, WORDS)


@pytest.mark.parametrize("at", [2, 6])
def test_a_terrain_has_its_tiles(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in its first or its second material."""
    steps, step = [], Loop._step

    def interrupted(self: Loop) -> Any:
        steps.append(1)
        if len(steps) == at:
            raise KeyboardInterrupt
        return step(self)

    monkeypatch.setattr(Loop, "_step", interrupted)
    order = Order.read(LAYER_OF_PIXELS, "moss", "blob47", "dark water", None)
    with pytest.raises(KeyboardInterrupt) as told:
        make_terrain(order)
    terrain = told.value.terrain  # type: ignore[attr-defined]
    assert isinstance(terrain, Terrain)
    assert len(terrain.tiles.tiles) == 47
    assert len(terrain.drawings) == 2


REAL_CTRL_C = """
import os, signal, sys
from pathlib import Path
from drawkit import draw
from drawkit.engine import DrawingInterrupted

def on_step(step):
    if step.index == 3:
        os.kill(os.getpid(), signal.SIGINT)

try:
    draw("a cat", strokes=6, size=32, steps=100000, cutouts=2, model=sys.argv[1], on_step=on_step)
except KeyboardInterrupt as stopped:
    assert isinstance(stopped, DrawingInterrupted)
    stopped.drawing.save("cat.svg")
"""


@pytest.mark.slow
def test_a_real_ctrl_c_in_a_script(tmp_path: Path) -> None:
    from tiny_model import save_tiny_model

    model = save_tiny_model(tmp_path / "model")
    code = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{REAL_CTRL_C}"
    root = str(Path(drawkit.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, str(model)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "cat.svg").read_text().startswith("<?xml")
