"""Ctrl-C at any moment: before the first step leave at once, later finish the step and save."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

__all__ = ["INTERRUPTED", "Stop"]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 + SIGINT."""

_PATIENCE = 5.0
"""Seconds after the first Ctrl-C from which another one no longer waits for the step or file."""

_SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"


class Stop:
    """Turns SIGINT, SIGTERM and SIGHUP into a wish that the loop reads between two steps.

    An exception raised wherever the signal arrives could be swallowed in the middle of an import
    or leave a file half-written; a flag cannot. Until `drawing` is set there is nothing to keep,
    so the process leaves at once, with `nothing_yet` as its last words.
    """

    def __init__(self, nothing_yet: str = "stopped before the first step; nothing was written"):
        self._nothing_yet = nothing_yet
        self.requested = False
        self.drawing = False
        self._asked_at = 0.0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():  # Python allows no other
            for number in _signals():
                self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.drawing:
            _leave(self._nothing_yet)
        if self.requested and now - self._asked_at > _PATIENCE:
            _leave("stopped at once; the drawing may not be saved")
        if not self.requested:
            self.requested, self._asked_at = True, now


def _signals() -> list[signal.Signals]:
    """What asks a program to stop; a hang-up that `nohup` ignores stays ignored."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wanted.append(signal.SIGHUP)
    return wanted


def _leave(message: str) -> None:
    """End the process here. `os.write`, since buffered streams are not re-entrant in a handler."""
    with contextlib.suppress(OSError):  # the terminal may be gone
        cursor = _SHOW_CURSOR if os.isatty(2) else b""
        os.write(2, cursor + f"drawkit: {message}\n".encode())
    os._exit(INTERRUPTED)
