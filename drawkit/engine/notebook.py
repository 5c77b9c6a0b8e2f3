"""A drawing in a notebook as it grows: a picture and a bar in the cell's output, renewed in place.

IPython's own display handle does it, so that no widgets need be installed; it works in Jupyter,
VS Code and Colab alike. Outside of notebooks nothing is shown, and nothing is imported.
"""

from __future__ import annotations

import base64
import html
import importlib
import io
import sys
import time
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from drawkit.engine.run import Step

__all__ = ["LiveCell", "live_cell"]

_LONGEST, _SHORTEST = 0.5, 30.0
"""Seconds between two looks at least, and how many times as long as the last one took."""
_SIDE, _KEPT = 256, 96
"""Pixels of the longer side as it grows, and when it is done: the drawing itself shows larger."""
_NOTEBOOK = "ZMQInteractiveShell"
"""What IPython's shell is called where pictures can be shown; a terminal's is another."""


def live_cell(title: str) -> LiveCell | None:
    """Where a drawing shows itself as it grows; None outside of notebooks."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    names = {cls.__name__ for cls in type(shell).__mro__}
    return (
        LiveCell(title) if _NOTEBOOK in names or "google.colab" in type(shell).__module__ else None
    )


class LiveCell:
    """The output of a cell while it draws. What goes wrong in it ends no drawing."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._handle: Any = None
        self._began = time.monotonic()
        self._due = 0.0
        self._score: float | None = None
        self._last: Step | None = None
        self._works = True

    def step(self, step: Step) -> None:
        """Show that a step is done, where it is time."""
        self._last = step
        self._score = self._score if step.score is None else step.score
        began = time.monotonic()
        if not self._works or began < self._due:
            return
        self._show(step, _SIDE, done=False)
        ended = time.monotonic()
        self._due = ended + max(_LONGEST, _SHORTEST * (ended - began))

    def finish(self) -> None:
        """Leave a small picture and a line."""
        if self._works and self._last is not None:
            self._show(self._last, _KEPT, done=True)

    def _show(self, step: Step, side: int, *, done: bool) -> None:
        shell: Any = importlib.import_module("IPython.display")
        try:
            shown = shell.HTML(self._page(step, side, done=done))
            if self._handle is None:
                self._handle = shell.display(shown, display_id=True)
            else:
                self._handle.update(shown)
        except Exception:  # of IPython, of its connection to the browser
            self._works = False

    def _page(self, step: Step, side: int, *, done: bool) -> str:
        picture = step.picture()
        scale = side / max(picture.size)
        width, height = (max(1, round(length * scale)) for length in picture.size)
        title = html.escape(self._title)
        score = "" if self._score is None else f" · score {self._score:.3f}"
        seconds = time.monotonic() - self._began
        left = "" if done else f" · {_left(step, seconds)}"
        facts = f"{step.index} of {step.total} steps · {seconds:.0f} s{left}{score}"
        bar = (
            ""
            if done
            else (
                f'<progress value="{step.index}" max="{step.total}" aria-label="steps" '
                f'style="display:block;width:{width}px;margin:6px 0 2px"></progress>'
            )
        )
        crisp = "image-rendering:pixelated;" if scale > 1.5 else ""
        return (
            f'<div style="display:inline-block;font:13px system-ui,sans-serif">'
            f'<img src="data:image/png;base64,{_png(picture, width, height)}" width="{width}" '
            f'height="{height}" alt="{title}" style="display:block;{crisp}margin:0">'
            f'{bar}<span style="opacity:.75">{title} · {facts}</span></div>'
        )


def _left(step: Step, seconds: float) -> str:
    return f"{seconds / step.index * (step.total - step.index):.0f} s left"


def _png(picture: Image.Image, width: int, height: int) -> str:
    """No larger than it is shown."""
    if width < picture.width:
        picture = picture.resize((width, height), Image.Resampling.BOX)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return base64.b64encode(file.getvalue()).decode()
