"""Runs of a function that end, or fail, at each of its calls to the system in turn."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

CALLS = ("chmod", "fsync", "link", "mkdir", "open", "rename", "replace", "rmdir", "unlink")
"""What changes names and files on a disk."""

DONE, KILLED, FAILED = 0, 77, 78


def watched(number: int, end: Callable[[], object]) -> dict[str, Any]:
    """The calls of `os`, of which the one with this number, counted over all, ends in `end`."""
    numbers = count(1)

    def wrap(call: Any) -> Any:
        def counted(*args: Any, **named: Any) -> Any:
            if next(numbers) == number:
                end()
            return call(*args, **named)

        return counted

    return {name: wrap(getattr(os, name)) for name in CALLS}


def killed_at_each_call(run: Callable[[], object]) -> Iterator[int]:
    """Run it in processes of their own, killed before call 1, 2, 3 and so on until one gets done.

    Yields after each, with the number of the call.
    """
    for number in count(1):
        child = os.fork()
        if child == 0:
            try:
                for name, call in watched(number, lambda: os._exit(KILLED)).items():
                    setattr(os, name, call)
                run()
            except BaseException:
                traceback.print_exc()
                os._exit(FAILED)
            os._exit(DONE)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (DONE, KILLED)
        yield number
        if code == DONE:
            return


def refused_at_each_call(
    run: Callable[[], object], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """Run it here, the system refusing call 1, 2, 3 and so on until it needs no further one."""
    for number in count(1):
        refused: list[int] = []

        def refuse(refused: list[int] = refused) -> None:
            refused.append(1)
            raise PermissionError(1, "Operation not permitted")

        with monkeypatch.context() as patch:
            for name, call in watched(number, refuse).items():
                patch.setattr(os, name, call)
            with contextlib.suppress(error):
                run()
        if not refused:
            return
        yield number
