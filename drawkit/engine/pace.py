"""How many steps a clock allows: measured on the run itself, then fixed.

Rates fall and losses come and go by shares of a run, so their number must be known from its first
step on. A few steps are taken and timed, the run is put back to its beginning, and as many as fit
are what it has from then on: a run that is told that number draws the same without a clock.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress

from drawkit.engine.loop import Loop
from drawkit.errors import DivergedError

__all__ = ["steps_within"]

_TIMED = 10
"""Steps that are timed, among them one that is scored."""
_SHARE = 0.05
"""Of the time that is left, what may be spent on timing; two steps are taken in any case."""
_SLACK = 0.9
"""Of the time that is left then, what the steps may fill if they take as long as those timed."""


def steps_within(loop: Loop, until: float) -> int:
    """How many steps are done until then, of `time.monotonic`; one at least.

    The loop must be at its beginning, and is so afterwards.
    """
    begun = loop.state()
    each = _seconds_a_step(loop, (until - time.monotonic()) * _SHARE)
    loop.restore_(begun)
    left = max(0.0, until - time.monotonic()) * _SLACK
    return max(1, math.floor(left / each))


def _seconds_a_step(loop: Loop, most: float) -> float:
    """Timed over several steps, but for the first, which also compiles; most: seconds for it."""
    began = first = time.monotonic()
    done = 0
    with suppress(DivergedError):  # the run itself will say so
        for step in loop:
            now = time.monotonic()
            if step.index == 1:
                first = now
                continue
            done = step.index - 1
            if done == _TIMED or now - first > most:
                break
    now = time.monotonic()
    return max(1e-6, (now - first) / done if done else now - began)
