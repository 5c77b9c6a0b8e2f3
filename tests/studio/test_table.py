"""What the process that draws says reaches the desks, also that it is gone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from drawkit.studio.history import History
from drawkit.studio.messages import Check, Ended, Failed, Frame, Noted
from drawkit.studio.studio import Studio
from drawkit.studio.table import Table

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'


class Tab:
    """A page that keeps what it is told."""

    there = True

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        self.heard.append(message)


class Silent:
    """A process that draws nothing, and remembers what it was told."""

    def __init__(self, *_: Any) -> None:
        self.told: list[Any] = []

    def tell(self, message: Any) -> None:
        self.told.append(message)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr("drawkit.studio.table.Crew", Silent)
    return Studio(Table(History(tmp_path)))


def ask(studio: Studio, tab: Tab, *asks: dict[str, Any]) -> Any:
    """The desk after a page asked for these."""
    desk = studio.welcome("", tab)

    async def all_of_them() -> None:
        for one in asks:
            await studio.act(desk, one)

    asyncio.run(all_of_them())
    return desk


DRAW = {"do": "draw", "wish": {"words": "a cat"}, "tries": 2}


def test_frames_scores_and_ends_are_shown_and_kept(studio: Studio) -> None:
    tab = Tab()
    one, other = ask(studio, tab, DRAW).tries
    studio.table._hear(Frame(one.job, 3, 9, SVG, scores=((3, 0.25),)))
    studio.table._hear(Noted(one.job, "strange words"))
    studio.table._hear(Ended(one.job, True, Frame(one.job, 9, 9, SVG), 0.5))
    studio.table._hear(Failed(other.job, f"cannot read '{studio.history.pictures}/x.png'"))
    assert (one.status, one.step, one.score, one.scores) == ("done", 9, 0.5, [(3, 0.25)])
    assert one.notes == ["strange words"]
    assert (other.status, other.error) == ("failed", "cannot read 'x.png'")
    assert [kept.name for kept in studio.history.listed()] == [one.name]
    assert {message["type"] for message in tab.heard} == {"desk", "picture", "facts", "history"}


def test_a_run_that_was_let_go_is_not_heard(studio: Studio) -> None:
    tab = Tab()
    desk = ask(studio, tab, {**DRAW, "tries": 1})
    (one,) = desk.tries
    old = one.job
    studio.table._hear(Frame(old, 3, 9, SVG))
    asyncio.run(studio.act(desk, {"do": "edit", "name": one.name, "frame": 1, "edits": []}))
    studio.table._hear(Frame(old, 4, 9, SVG.replace("9 9", "8 8")))
    assert one.status == "stopped"
    assert "0 0 9 9" in one.svg


def test_what_is_not_on_the_desk_gets_a_line(studio: Studio) -> None:
    tab = Tab()
    foreign = {"words": "x", "picture": f"{studio.history.pictures}/../../x.png"}
    ask(
        studio,
        tab,
        {"do": "halt", "name": "nothing"},
        {"do": "open", "name": "../x"},
        {"do": "draw", "wish": foreign},
        {"do": "what"},
        {},
    )
    lines = [message["line"] for message in tab.heard if message["type"] == "said"]
    assert lines[0] == "this drawing is no longer on the desk; open it from the history"
    assert lines[1] == "there is no drawing '../x' in the history"
    assert lines[2] == "a picture is dropped in first"


@pytest.mark.slow
def test_a_process_that_dies_is_told_of_and_made_anew(tmp_path: Path) -> None:
    tab = Tab()

    async def through() -> None:
        table = Table(History(tmp_path))
        table.listen()
        studio = Studio(table)
        desk = studio.welcome("", tab)
        await studio.act(desk, {**DRAW, "tries": 1})
        table._crew._process.kill()
        (one,) = desk.tries
        limit = time.process_time() + 60
        while one.status != "failed" and time.process_time() < limit:
            await asyncio.sleep(0.05)
        assert (
            one.error
            == "the process that draws ended by itself, perhaps for want of memory; go on?"
        )
        answer = await table.ask(Check, str(tmp_path / "none.png"))
        assert answer.line == f"the picture '{tmp_path / 'none.png'}' does not exist"
        table.close()
        assert not table._crew._process.is_alive()

    asyncio.run(through())
