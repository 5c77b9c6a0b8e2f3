"""Many drawings: in order of their places, with the bytes of a run by itself, none lost."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import save_tiny_model

from drawkit import draw
from drawkit.config import Given
from drawkit.engine.many.job import Job, draw_job, with_threads
from drawkit.engine.many.loop import MemberDied, worked_off
from drawkit.engine.many.processes import Processes, crew_size, shared_out
from drawkit.engine.options import options_layer
from drawkit.engine.session import Session
from drawkit.errors import InputError


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_model(tmp_path_factory.mktemp("model")))


def layer(model: str, **more: Any) -> dict[str, Given]:
    return options_layer("a cat", (), None, options(model, **more))


def options(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "size": 32, "strokes": 3, "steps": 2, "cutouts": 2, **more}


@pytest.mark.slow
def test_the_bytes_are_those_of_a_run_by_itself(model: str, tmp_path: Path) -> None:
    """With as many threads; also from a process that drew something else before."""
    jobs = [
        with_threads(Job(layer(model, seed=seed), (".svg", ".png"), whole=True), 1)
        for seed in (1, 2, 3)
    ]
    found = sorted(worked_off(jobs, draw_job, Processes(draw_job, 2)), key=lambda done: done.at)
    assert [done.at for done in found] == [0, 1, 2]
    for seed, done in zip((1, 2, 3), found, strict=True):
        assert done.result is not None
        assert done.result.error is None
        alone = draw("a cat", **options(model, seed=seed, threads=1))
        path = alone.save(tmp_path / f"{seed}.svg")
        assert done.result.files[".svg"] == path.read_bytes()
        assert done.result.files[".png"] == alone.png()
        assert done.result.drawing is not None
        assert done.result.drawing.svg() == alone.svg()
        assert done.result.record["seed"] == seed
        assert done.result.score == alone.score
    assert len({done.result.files[".svg"] for done in found if done.result}) == 3


def test_threads_that_were_asked_for_stay(model: str) -> None:
    own = Job(layer(model, threads=2))
    assert with_threads(own, 1) is own
    free = Job(layer(model))
    assert with_threads(free, None) is free
    assert with_threads(free, 3).layer["draw.threads"].value == 3


def test_one_that_fails_does_not_stop_the_others(model: str) -> None:
    jobs = [Job(layer(model, init="missing.png")), Job(layer(model), (".svg",))]
    first, second = worked_off(jobs, draw_job)
    assert first.result is not None
    assert second.result is not None
    assert (first.result.ending, first.result.drawn) == ("failed", False)
    assert "missing.png" in str(first.result.error)
    assert second.result.ending == "finished"


def test_a_drawing_that_is_stopped_is_handed_over_as_it_is(model: str) -> None:
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 4

    jobs = [Job(layer(model, steps=10**5), (".svg",))] * 2
    (done,) = worked_off(jobs, draw_job, stopped=stopped, partial=True)
    assert done.result is not None
    assert (done.result.ending, done.result.record["steps"]) == ("stopped", 4)
    assert done.result.files[".svg"].startswith(b"<?xml")
    asked.clear()
    assert list(worked_off(jobs, draw_job, stopped=stopped)) == []


def lasting(task: tuple[str, Path], session: Session, stopped: Callable[[], bool]) -> str:
    """`stop`: goes on until it is asked to stop. `die`: the first time its process is killed."""
    what, folder = task
    if what == "die" and not (folder / "died").exists():
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "say":
        logging.getLogger("drawkit").warning("the cat is strange")
    if what == "stop":
        (folder / "begun").touch()
        while not stopped():
            pass
    return what


@pytest.mark.slow
def test_a_task_whose_process_died_is_begun_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = [("say", tmp_path), ("die", tmp_path)]
    found = {d.at: d for d in worked_off(tasks, lasting, Processes(lasting, 1))}
    assert [(found[at].result, found[at].tries) for at in (0, 1)] == [("say", 1), ("die", 2)]
    assert [record.getMessage() for record in caplog.records] == [
        "the cat is strange",
        "a drawing is begun again: its process ended with code -9, out of memory?",
    ]


@pytest.mark.slow
def test_the_busy_are_asked_for_what_they_have(tmp_path: Path) -> None:
    tasks = [("stop", tmp_path)] * 2
    team = Processes(lasting, 1)
    found = list(
        worked_off(tasks, lasting, team, stopped=(tmp_path / "begun").exists, partial=True)
    )
    assert [done.result for done in found] == ["stop"]


class Mortals:
    """A team of one whose members die of some tasks."""

    size = 1

    def __init__(self) -> None:
        self.hired = 0

    def hire(self) -> Mortals:
        self.hired += 1
        return self

    def ready(self, busy: list[Any], seconds: float) -> list[Any]:
        return busy

    def take(self, task: str) -> None:
        self.task = task

    def result(self) -> tuple[str, tuple[str, ...]]:
        if self.task == "never":
            raise MemberDied("of that")
        return self.task, ()

    def stop(self) -> None: ...

    def leave(self) -> None: ...


def test_what_kills_whoever_does_it_is_given_up() -> None:
    team = Mortals()
    found = list(worked_off(["a", "never", "b"], lasting, team, tries=3))
    assert [(d.at, d.result, d.tries, d.error) for d in found] == [
        (0, "a", 1, None),
        (1, None, 3, "of that"),
        (2, "b", 1, None),
    ]
    assert team.hired == 4
    assert list(worked_off(["a"], lasting, team, stopped=lambda: True)) == []


def test_what_failed_is_tried_again_at_the_end() -> None:
    begun: list[int] = []

    def perform(task: int, session: Session, stopped: Callable[[], bool]) -> str:
        begun.append(task)
        return "bad" if task == 1 and begun.count(1) < 3 else "good"

    found = list(worked_off([1, 2], perform, tries=3, failed=lambda result: result == "bad"))
    assert [(done.result, done.tries) for done in found] == [("good", 3), ("good", 1)]
    begun.clear()
    found = list(worked_off([1, 2], perform, tries=2, failed=lambda result: result == "bad"))
    assert [(done.result, done.tries) for done in found] == [("bad", 2), ("good", 1)]


@pytest.mark.parametrize(
    ("jobs", "workers", "threads", "among", "shares"),
    [
        (8, None, None, 2, (2, 1)),
        (1, None, None, 2, (1, None)),
        (2, None, None, 16, (2, 8)),
        (8, None, 2, 16, (8, 2)),
        (8, None, 4, 2, (1, 4)),
        (8, 1, None, 2, (1, None)),
        (8, 4, None, 2, (4, 1)),
        (3, 9, 2, 2, (3, 2)),
        (0, None, None, 2, (1, None)),
    ],
)
def test_processors_are_shared_out(
    jobs: int, workers: int | None, threads: int | None, among: int, shares: tuple[int, int | None]
) -> None:
    assert shared_out(jobs, workers, threads, among) == shares


@pytest.mark.parametrize("count", [0, -1, 65])
def test_a_crew_has_limits(count: int) -> None:
    with pytest.raises(InputError, match=rf"--workers is {count}; allowed: 1 to 64"):
        crew_size(count, "--workers")
