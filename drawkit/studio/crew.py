"""The one process that draws, as the page's process sees it: started, written to, heard."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from queue import Empty
from typing import Any

from drawkit.files.memory import keep_freed_memory
from drawkit.studio.messages import Quit

__all__ = ["Crew"]

_LOOKS = 0.5
"""Seconds after which is looked whether the process is still there."""
_LEAVES = 3.0
"""Seconds that it has to end by itself."""


def _draw(inbox: Any, outbox: Any) -> None:
    from drawkit.studio.worker import work  # loads torch, which the page's process does without

    keep_freed_memory()
    work(inbox, outbox)


class Crew:
    """Starts the process that draws, and hands its messages to `hear`, in the event loop's thread.

    lost: called when it is gone, by a crash or for want of memory; a new one is there by then.
    """

    def __init__(self, hear: Callable[[Any], object], lost: Callable[[], object]) -> None:
        self._hear = hear
        self._lost = lost
        self._context = multiprocessing.get_context("spawn")
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._start()

    def _start(self) -> None:
        self._inbox = self._context.Queue()
        self._outbox = self._context.Queue()
        self._process = self._context.Process(
            target=_draw, args=(self._inbox, self._outbox), daemon=True, name="drawkit-studio"
        )
        self._process.start()

    def listen(self) -> None:
        """Hear from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._pass_on, daemon=True, name="drawkit-studio-ear").start()

    def tell(self, message: Any) -> None:
        """Send a message to the process."""
        if not self._closed:
            self._inbox.put(message)

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._inbox.put(Quit())
        self._process.join(_LEAVES)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _pass_on(self) -> None:
        while not self._closed:
            try:
                message = self._outbox.get(timeout=_LOOKS)
            except Empty:
                if not self._process.is_alive() and not self._closed:
                    self._start()
                    self._call(self._lost)
                continue
            except (EOFError, OSError):  # the queue was closed under it
                return
            self._call(self._hear, message)

    def _call(self, function: Callable[..., object], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)
