"""Drawings that were stopped on the way: what there is of them is handed over, not lost."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from drawkit.engine.drawing import Drawing
from drawkit.errors import DivergedError

__all__ = ["DrawingDiverged", "DrawingInterrupted", "hand_over", "run_through", "says_stop"]

if TYPE_CHECKING:
    from drawkit.engine.run import Step

log = logging.getLogger("drawkit")

T = TypeVar("T")


class DrawingDiverged(DivergedError):
    """The optimization went NaN; `drawing` is the last good one."""

    def __init__(self, message: str, drawing: Drawing) -> None:
        super().__init__(message)
        self.drawing = drawing

    def __reduce__(self) -> tuple[type[DrawingDiverged], tuple[str, Drawing]]:
        """So that it comes back whole from a worker process."""
        return type(self), (str(self), self.drawing)


class DrawingInterrupted(KeyboardInterrupt):
    """Ctrl-C while it drew; `drawing` is the best so far."""

    def __init__(self, message: str, drawing: Drawing) -> None:
        super().__init__(message)
        self.drawing = drawing

    def __reduce__(self) -> tuple[type[DrawingInterrupted], tuple[str, Drawing]]:
        """So that it comes back whole from a worker process."""
        return type(self), (str(self), self.drawing)


def says_stop(answer: object) -> bool:
    """Whether a callback's answer is False; None, as of one without `return`, is not."""
    return isinstance(answer, bool | np.bool_) and not answer


class Making(Protocol):
    """A drawing in the making that somebody else runs step by step."""

    steps: int

    def __iter__(self) -> Iterator[Step]:
        """Run the steps."""

    def drawing(self) -> Drawing:
        """The best so far."""


def run_through(run: Making, on_step: Callable[[Step], object] | None) -> Drawing:
    """Run every step, or until `on_step` returns False; errors have the drawing with them."""
    try:
        for step in run:
            if on_step is not None and says_stop(on_step(step)):
                break
    except BaseException as error:
        if run.steps == 0:
            raise  # nothing is drawn yet
        return hand_over(error, run.drawing())
    return run.drawing()


def hand_over(error: BaseException, result: T, name: str = "drawing") -> T:
    """Let an error go on its way with what there is so far as its attribute `name`.

    In a notebook the stop button's interrupt ends here, and the result is returned: an error
    would leave the cell without it. Ctrl-C and divergence leave as `DrawingInterrupted` and
    `DrawingDiverged`, which are what they were and have `drawing` by their types.
    """
    if isinstance(error, KeyboardInterrupt) and _in_notebook():
        log.warning("interrupted; this is the best so far")
        return result
    if isinstance(result, Drawing):
        if isinstance(error, DivergedError):
            raise DrawingDiverged(str(error), result) from error
        if isinstance(error, KeyboardInterrupt):
            raise DrawingInterrupted(str(error), result) from error
    with contextlib.suppress(AttributeError):  # of a class that takes none
        setattr(error, name, result)
        error.add_note(f"The best so far is this error's attribute '{name}'.")
    raise error


def _in_notebook() -> bool:
    """Whether IPython, a notebook's or a terminal's, runs this program."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    return shell() is not None
