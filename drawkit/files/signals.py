"""What asks a program to stop waits while files change places."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["signals_held"]


@contextmanager
def signals_held() -> Iterator[None]:
    """Hold back Ctrl-C, SIGTERM and SIGHUP until the block is done; then they come again.

    Held where Python handles them and not by masking them: a mask would hold only for one thread,
    and the system gives a signal to any of a process's. In other threads than the main one there
    is nothing to hold, as handlers never run there.
    """
    came: list[int] = []
    before: dict[int, Any] = {}

    def remember(number: int, frame: FrameType | None) -> None:
        came.append(number)

    try:
        if threading.current_thread() is threading.main_thread():
            for number in _stopping():
                before[number] = signal.signal(number, remember)
        yield
    finally:
        for held, handler in before.items():
            signal.signal(held, handler)
        for asked in dict.fromkeys(came):
            signal.raise_signal(asked)


def _stopping() -> list[signal.Signals]:
    """The signals that ask to stop, but for those that are ignored or not Python's to handle."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    found = [signal.Signals[name] for name in names if hasattr(signal, name)]
    return [one for one in found if signal.getsignal(one) not in (signal.SIG_IGN, None)]
