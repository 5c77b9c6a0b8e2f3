"""Drawings that are kept: they come back as they were, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawkit import FileError
from drawkit.studio.history import History, Kept
from drawkit.studio.wish import Wish

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def keep(history: History, words: str = "ein Apfel 🍎") -> Kept:
    kept = Kept(history.new_name(words), Wish(words=words), 0.25, 3, 9, ("drawkit ...",), ((2, 3),))
    history.keep(kept, SVG)
    return kept


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = keep(History(tmp_path))
    again = History(tmp_path)
    assert again.read(kept.name) == (kept, SVG)
    assert again.listed() == [kept]
    again.forget(kept.name)
    assert again.listed() == []


@pytest.mark.parametrize("name", ["", "..", "../x", "20260101-000000-a/../../b", "x" * 400])
def test_only_drawings_are_reached(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="there is no drawing"):
        History(tmp_path).path(name)


def test_broken_ones_hide_no_others(tmp_path: Path) -> None:
    history = History(tmp_path)
    kept, broken, empty = (keep(history, words) for words in ("a", "b", "c"))
    history.path(broken.name).with_name("drawing.json").write_text("{")
    history.path(empty.name).unlink()
    assert history.listed() == [kept]


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"cannot keep drawings in '.*file': "):
        History(tmp_path / "file")
