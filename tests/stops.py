"""Programs that are told to stop, and whether they have."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawkit.engine.loop import Loop

__all__ = ["lives", "signalled_at_step", "wait_until"]


def lives(number: int) -> bool:
    """Whether the process of that number is there and no zombie."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def wait_until(so: Callable[[], bool], seconds: float) -> bool:
    """Whether it became so within that time."""
    until = time.monotonic() + seconds
    while not so() and time.monotonic() < until:
        time.sleep(0.02)
    return so()


def signalled_at_step(patch: pytest.MonkeyPatch, number: int, at: int) -> None:
    """This process gets a signal as it takes step `at`, counted over all its drawings."""
    real, steps = Loop._step, []

    def step(self: Loop) -> Any:
        steps.append(1)
        if len(steps) == at:
            signal.raise_signal(number)
        return real(self)

    patch.setattr(Loop, "_step", step)
