"""A run from end to end in this process: files, JSON, saving on the way, NaN."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_model import SMALL

from drawkit.engine.loop import Loop
from drawkit.errors import FileError
from drawkit.export.png import PngExporter
from drawkit.losses import Loss, StepContext
from drawkit.losses.text import TextLoss

Run = Callable[..., Any]


def test_default_names_come_from_the_prompt_and_count_up(run: Run, folder: Path) -> None:
    assert run("clipdraw", "A Cat!", *SMALL).out.split() == ["a-cat.svg", "a-cat.png"]
    assert run("clipdraw", "A Cat!", *SMALL).out.split() == ["a-cat-2.svg", "a-cat-2.png"]
    assert len(list(folder.iterdir())) == 4


def test_json_is_one_object_with_all_that_scripts_need(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", "--prompt", "dogs:-0.5", *SMALL, "--seed", "tom", "--json")
    found = json.loads(done.out)
    assert found["paths"] == ["a-cat.svg", "a-cat.png"]
    assert found["ending"] == "finished"
    assert found["steps"] == 4
    assert isinstance(found["seed"], int)
    assert found["config"]["draw"]["seed"] == "tom"
    assert -1 <= found["score"] <= 1
    assert found["seconds"] > 0
    assert found["prompts"] == [{"text": "a cat", "weight": 1}, {"text": "dogs", "weight": -0.5}]
    assert found["versions"]["drawkit"]


def test_a_random_seed_is_recorded_and_draws_the_same_again(run: Run, folder: Path) -> None:
    first = json.loads(run("clipdraw", "a cat", *SMALL, "--seed", "random", "--json").out)
    run("clipdraw", "a cat", *SMALL, "--seed", first["seed"], "-o", "again.svg")
    assert (folder / "again.svg").read_bytes() == (folder / "a-cat.svg").read_bytes()
    assert first["config"]["draw"]["seed"] == first["seed"]


def test_progress_shows_step_loss_score_and_time_left(run: Run) -> None:
    err = run("clipdraw", "a cat", *SMALL).err
    last = next(line for line in err.splitlines() if line.startswith("step 4/4"))
    assert all(word in last for word in ("loss", "score", "s left"))


@pytest.fixture
def saves(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, list[str]]]]:
    """(steps of the drawing, files in the folder) after every save."""
    from drawkit.cli import drawing

    seen: list[tuple[int, list[str]]] = []
    save = drawing.save

    def spy(scene: Any, *args: Any) -> Any:
        saved = save(scene, *args)
        seen.append((scene.metadata.steps, sorted(p.name for p in Path().iterdir())))
        return saved

    monkeypatch.setattr(drawing, "save", spy)
    return seen


def test_save_every_writes_the_same_files_again(
    run: Run, folder: Path, saves: list[tuple[int, list[str]]]
) -> None:
    (folder / "a-cat.svg").write_text("someone's own")
    assert run("clipdraw", "a cat", *SMALL, "--steps", "7", "--save-every", "2").code == 0
    own = ["a-cat-2.png", "a-cat-2.svg", "a-cat.svg"]
    assert saves == [(2, own), (4, own), (6, own), (7, own)]
    assert (folder / "a-cat.svg").read_text() == "someone's own"


def test_a_full_disk_on_the_way_does_not_end_the_drawing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.cli import drawing

    save, failures = drawing.save, []

    def full_once(*args: Any) -> Any:
        if not failures:
            failures.append(1)
            raise FileError("cannot write in '.': No space left on device")
        return save(*args)

    monkeypatch.setattr(drawing, "save", full_once)
    done = run("clipdraw", "a cat", *SMALL, "--save-every", "1", "--quiet")
    assert (done.code, done.out.split()) == (0, ["a-cat.svg", "a-cat.png"])
    assert done.err.splitlines() == [
        "drawkit: cannot write in '.': No space left on device; drawing goes on"
    ]


def test_a_format_that_fails_on_the_way_does_not_end_the_drawing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = PngExporter.write, []

    def fail_once(self: PngExporter, *args: Any) -> None:
        if not failures:
            failures.append(1)
            raise MemoryError("no room for a picture")
        write(self, *args)

    monkeypatch.setattr(PngExporter, "write", fail_once)
    done = run("clipdraw", "a cat", *SMALL, "--save-every", "1", "--quiet")
    assert (done.code, done.out.split()) == (0, ["a-cat-2.svg", "a-cat-2.png"])
    assert done.err.splitlines() == [
        "drawkit: MemoryError('no room for a picture'); drawing goes on"
    ]


class NanLater(Loss):
    """A loss that turns NaN at one step."""

    at = 3

    def forward(self, context: StepContext) -> torch.Tensor:
        good = TextLoss(self.config)(context)
        return good * float("nan") if context.step == self.at else good


@pytest.mark.parametrize("at", [2, 3, 4])
def test_nan_stops_and_the_last_good_drawing_is_saved(
    at: int, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NanLater, "at", at)
    patch_text_loss(monkeypatch)
    done = run("clipdraw", "a cat", *SMALL, "--quiet", "--json")
    assert done.code == 2
    assert done.err.startswith("drawkit: the loss is not a number at step")
    assert len(done.err.splitlines()) == 1
    found = json.loads(done.out)
    assert (found["ending"], found["steps"]) == ("failed", at - 1)
    assert "NaN" not in (folder / found["paths"][0]).read_text()


def test_nan_at_the_first_step_leaves_nothing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NanLater, "at", 1)
    patch_text_loss(monkeypatch)
    done = run("clipdraw", "a cat", *SMALL, "--quiet")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert list(folder.iterdir()) == []


def patch_text_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry hand out `NanLater` under the name `text`."""
    from dataclasses import replace

    from drawkit.losses import losses

    plugin = replace(losses.get("text"), cls=NanLater)
    monkeypatch.setitem(losses._plugins, "text", plugin)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 TB"), "not enough memory"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_whatever_goes_wrong_on_the_way_the_drawing_is_saved(
    error: Exception, words: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Loop._step

    def fail_at_three(self: Loop) -> Any:
        if self._done == 2:
            raise error
        return step(self)

    monkeypatch.setattr(Loop, "_step", fail_at_three)
    done = run("clipdraw", "a cat", *SMALL, "--quiet")
    assert (done.code, done.out.split()) == (2, ["a-cat.svg", "a-cat.png"])
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_bugs_are_not_hidden_and_still_the_drawing_is_saved(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Loop._step

    def fail_at_three(self: Loop) -> Any:
        if self._done == 2:
            raise RuntimeError("a bug")
        return step(self)

    monkeypatch.setattr(Loop, "_step", fail_at_three)
    with pytest.raises(RuntimeError, match="a bug"):
        run("clipdraw", "a cat", *SMALL)
    assert (folder / "a-cat.svg").exists()
