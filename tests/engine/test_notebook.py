"""A drawing in a notebook, as it grows; nothing of it anywhere else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes import FakePerceptor
from lxml import html

from drawkit import draw
from drawkit.engine.notebook import live_cell

ROOT = Path(__file__).parents[2]
SMALL: dict[str, Any] = {"size": 32, "strokes": 4, "settings": {"perceptor.imagine": 0}}


class Shell:
    """IPython's, as far as it is asked."""


class ZMQInteractiveShell(Shell):
    """A notebook's."""


class Handle:
    def __init__(self, shown: list[str]) -> None:
        self.shown = shown

    def update(self, page: Any) -> None:
        self.shown.append(page.data)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that a notebook's cell shows, one after the other; the clock goes a second a look."""
    import IPython.display

    pages: list[str] = []

    def display(page: Any, *, display_id: bool) -> Handle:
        assert display_id
        pages.append(page.data)
        return Handle(pages)

    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", ZMQInteractiveShell)
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    monkeypatch.setattr("drawkit.engine.notebook._LONGEST", 0.0)
    monkeypatch.setattr("drawkit.engine.notebook._SHORTEST", 0.0)
    return pages


def test_each_look_has_a_picture_and_a_bar(shown: list[str]) -> None:
    draw("a <cat> & a dog", steps=4, **SMALL)
    assert len(shown) == 5
    for at, page in enumerate(shown[:4], start=1):
        tree = html.fromstring(page)
        (picture,), (bar,) = tree.iter("img"), tree.iter("progress")
        assert picture.get("src").startswith("data:image/png;base64,iVBOR")
        assert picture.get("alt") == "a <cat> & a dog"
        assert (bar.get("value"), bar.get("max")) == (str(at), "4")
    last = html.fromstring(shown[-1])
    assert not list(last.iter("progress"))
    assert re.search(r"a <cat> & a dog · 4 of 4 steps · \d+ s · score 0\.\d", last.text_content())


def test_the_stop_button_keeps_the_picture(shown: list[str]) -> None:
    def stop(step: Any) -> None:
        if step.index == 3:
            raise KeyboardInterrupt

    drawing = draw("a cat", steps=9, on_step=stop, **SMALL)
    assert drawing.scene.metadata.steps == 3
    assert "3 of 9 steps" in shown[-1]
    assert "<progress" not in shown[-1]


def test_trouble_in_it_ends_no_drawing(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handle, "update", lambda self, page: 1 / 0)
    assert draw("a cat", steps=4, **SMALL).scene.metadata.steps == 4
    assert len(shown) == 1


def test_it_can_be_left_out(shown: list[str]) -> None:
    draw("a cat", steps=2, live=False, **SMALL)
    assert shown == []


def test_it_is_shown_in_notebooks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython

    for shell in (lambda: None, Shell):
        monkeypatch.setattr(IPython, "get_ipython", shell)
        assert live_cell("a cat") is None
    monkeypatch.delitem(sys.modules, "IPython")
    assert live_cell("a cat") is None
    code = "import sys, drawkit.engine; print('IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
