"""How many steps a clock allows: measured on the run itself, then fixed.

Rates fall and losses come and go by shares of a run, so their number must be known from its first
step on. A few steps are taken and timed, the run is put back to its beginning, and as many as fit
are what it has from then on: a run that is told that number draws the same without a clock.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

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
    begun, total = loop.state(), loop.config.steps
    stretches = _stretches(loop)
    most = (until - time.monotonic()) * _SHARE / len(stretches)
    each = 0.0
    for start, end in stretches:
        if start:
            loop.restore_(replace(begun, step=min(total - 1, math.ceil(start * total))))
        each += (end - start) * _seconds_a_step(loop, most)
    loop.restore_(begun)
    left = max(0.0, until - time.monotonic()) * _SLACK
    return max(1, math.floor(left / each))


def _stretches(loop: Loop) -> list[tuple[float, float]]:
    """From and to of the shares of the run in which the same losses count."""
    changes = {share for one in loop.losses for share in one.during}
    return list(pairwise(sorted({0.0, 1.0} | changes)))


def _seconds_a_step(loop: Loop, most: float) -> float:
    """Timed over several steps, but for the first, which also compiles; most: seconds for it."""
    began = first = time.monotonic()
    done = -1
    with suppress(DivergedError):  # the run itself will say so
        for done, _ in enumerate(loop):
            now = time.monotonic()
            if done == 0:
                first = now
            elif done == _TIMED or now - first > most:
                break
    now = time.monotonic()
    return max(1e-6, (now - first) / done if done > 0 else now - began)
