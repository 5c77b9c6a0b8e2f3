"""Processes that work for this one and never outlive it, whatever ends it.

worker = Worker(serve, folder)      # serve(wire, folder) runs in the new process
worker.wire.send(task)
answer = worker.wire.recv()         # EOFError where it has died
worker.end()

This file is all that a worker loads before it watches its parent: what `serve` needs may take
seconds. So it stands in a room that loads nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from drawkit.files.memory import keep_freed_memory

__all__ = ["Worker"]

_GROUP = tuple(getattr(signal, n) for n in ("SIGINT", "SIGHUP") if hasattr(signal, n))


class Worker:
    """A process that runs `serve` with its end of a pipe; the other end is `wire`.

    Ctrl-C and a hang-up of the terminal go to the whole group of processes: the first one decides
    what becomes of them, the workers do not hear them.
    """

    def __init__(self, serve: Callable[..., None], *args: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.wire, there = context.Pipe()
        # As bytes: to unpickle a function is to import its module.
        order = pickle.dumps((serve, args))
        self._process = context.Process(target=_live, args=(there, order), daemon=True)
        with _group_signals_blocked():
            self._process.start()
        there.close()

    def end(self) -> int:
        """End it at once, if it has not ended; its exit code, as `subprocess` has them."""
        self._process.kill()
        code = self.wait()
        self.wire.close()
        return code

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        self._process.join()
        code = self._process.exitcode
        assert code is not None
        return code


@contextmanager
def _group_signals_blocked() -> Iterator[None]:
    """Signals to the group wait; a process begun meanwhile has them blocked until it says more."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # as it begins, it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _GROUP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(wire: Connection, order: bytes) -> None:
    """The life of a worker: until its work is done or its parent dies."""
    for number in _GROUP:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _GROUP)
    threading.Thread(target=_follow_parent, daemon=True).start()
    warnings.simplefilter("ignore")
    keep_freed_memory()
    serve, args = pickle.loads(order)
    try:
        serve(wire, *args)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent has gone, or wants no more


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
