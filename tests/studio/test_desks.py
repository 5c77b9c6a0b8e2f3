"""Desks: one for each tab, found again when their tab is gone."""

from __future__ import annotations

from typing import Any

from drawkit.studio.desks import Desks
from drawkit.studio.tries import Try
from drawkit.studio.wish import Wish


class Tab:
    """A page that may be closed."""

    def __init__(self) -> None:
        self.there = True
        self.heard: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        self.heard.append(message)


def test_a_desk_is_shown_by_one_tab_at_a_time() -> None:
    desks, first, second = Desks(), Tab(), Tab()
    one = desks.take("", first)
    one.tries.append(Try("cat", Wish()))
    other = desks.take(one.name, second)  # a tab that was duplicated
    assert other is not one
    first.there = False
    assert desks.take("", Tab()) is one


def test_an_empty_desk_is_not_handed_on_and_the_last_one_is() -> None:
    desks, tabs = Desks(), [Tab() for _ in range(3)]
    made = [desks.take("", tab) for tab in tabs]
    for desk in made[:2]:
        desk.tries.append(Try("cat", Wish()))
    for tab in tabs:
        tab.there = False
    assert desks.take("", Tab()) is made[1]
    assert desks.take(made[2].name, Tab()) is made[2]  # asked for by name


def test_tabs_that_are_closed_are_told_nothing() -> None:
    desks, tab = Desks(), Tab()
    desk = desks.take("", tab)
    desk.send({"type": "x"})
    tab.there = False
    desk.send({"type": "y"})
    assert tab.heard == [{"type": "x"}]


def test_an_edit_finds_the_frame_that_was_seen_until_something_is_changed() -> None:
    one = Try("cat", Wish())
    for text in ("a", "b", "c"):
        one.show(text, b"")
    assert one.seen(2) == "b"
    assert one.seen(99) == "c"
    one.changed = one.frame
    assert one.seen(2) == "c"
