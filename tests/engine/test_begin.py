"""Runs that others step: they end as the calls of the library do, in turns too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawkit import Session, begin, begin_resume, begin_trace, draw, resume, trace
from drawkit.errors import ConfigError, InputError

LITTLE = {"strokes": 5, "size": 32, "steps": 3, "cutouts": 2}


def test_runs_in_turns_end_as_drawings_made_alone() -> None:
    session = Session()
    runs = [begin("a cat", seed=seed, session=session, **LITTLE) for seed in (1, 2)]
    for _ in zip(*runs, strict=True):
        pass
    alone = [draw("a cat", seed=seed, **LITTLE).svg() for seed in (1, 2)]
    assert [run.drawing().svg() for run in runs] == alone
    assert alone[0] != alone[1]


def test_going_on_and_tracing_are_those_of_the_calls(tmp_path: Path) -> None:
    kept = draw("a cat", **LITTLE).save(tmp_path / "cat.svg")
    run = begin_resume(kept, "a dog", steps=2)
    assert len(list(run)) == 2
    assert run.drawing().svg() == resume(kept, "a dog", steps=2).svg()
    picture = tmp_path / "two.png"
    Image.fromarray(np.kron([[0, 255], [90, 180]], np.ones((8, 8))).astype(np.uint8)).save(picture)
    run = begin_trace(picture, 4, size=32, steps=2)
    assert len(list(run)) == 2
    assert run.drawing().svg() == trace(picture, 4, size=32, steps=2).svg()


def test_now_shows_this_step_and_not_the_best() -> None:
    run = begin("a cat", settings={"optimize.score_every": 100}, **LITTLE)
    seen = [run.now().svg() for _ in run]
    assert len(set(seen)) == 3
    assert seen[0].count("<path") == 5
    assert run.now().score is None
    assert run.drawing().score is not None


def test_bad_input_is_refused_before_the_first_step(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="whole number"):
        begin("a cat", strokes="many")  # type: ignore[arg-type]
    kept = draw("a cat", **LITTLE).save(tmp_path / "cat.svg")
    with pytest.raises(InputError, match="nothing in the file is called 'ears'"):
        begin_resume(kept, frozen=["ears"])
    with pytest.raises(ConfigError, match="trace has no setting 'strokes'"):
        begin_trace(kept, 4, strokes=3)  # type: ignore[call-arg]


def test_pictures_of_the_record_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    Image.new("RGB", (16, 16), "red").save(tmp_path / "red.png")
    kept = draw(f"@{tmp_path / 'red.png'}", **LITTLE).save(tmp_path / "other" / "red.svg")
    with pytest.raises(InputError, match=r"'red\.png' of a prompt is not in"):
        begin_resume(kept, steps=1)
    run = begin_resume(kept, steps=1, inputs=tmp_path)
    assert len(list(run)) == 1
    assert run.drawing().svg() == resume(kept, steps=1, inputs=tmp_path).svg()
