"""A team on a Ray cluster: actors that hold perceptors, one a GPU where there are some.

    with Cluster("10.0.0.1:6379") as crew:
        drawkit.batch("jobs.jsonl", "out", crew=crew)

What they draw is sent back and written here. drawkit has to be installed on each machine, and files
that jobs name have to be there under the same names.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from drawkit.engine.many.loop import MemberDied, Perform
from drawkit.engine.many.processes import collected_notes
from drawkit.engine.session import Session
from drawkit.errors import BackendError, InputError, brief

__all__ = ["ANY", "LOCAL", "Cluster"]

ANY, LOCAL = "auto", "local"
"""The cluster that runs here, if any does; or one of this machine alone, for as long as it takes.
"""

_ADDRESS = re.compile(r"(?:ray://)?(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]+):(?P<port>\d{1,5})", re.ASCII)
_PATIENCE = 10.0
"""Seconds that a machine gets to answer."""
_MOST_WORKERS = 4096
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
}
"""Without the last one it says on standard output that a worker died, amid results."""


class Cluster:
    """Who draws on it. address: `HOST:PORT`, `ray://HOST:PORT`, `auto` or `local`.

    Raises `BackendError` where Ray is not installed or no cluster answers, `InputError` for what is
    no address.
    """

    most = _MOST_WORKERS

    def __init__(self, address: str = ANY) -> None:
        self._ray = _library()
        with _own_signals(), contextlib.redirect_stderr(io.StringIO()):
            _connect(self._ray, address)
        found = self._ray.cluster_resources()
        self.processors = max(1, int(found.get("CPU", 1)))
        self.gpus = int(found.get("GPU", 0))

    def team(self, perform: Perform[Any], size: int, threads: int | None) -> _Actors:
        """So many actors; each takes its processors and a GPU, if there are any."""
        cpus = 1 if threads is None else min(threads, self.processors)
        options = {"num_cpus": cpus, "num_gpus": 1 if self.gpus else 0, "max_restarts": 0}
        return _Actors(self._ray, perform, size, options)

    def close(self) -> None:
        """Leave the cluster; one that was started for this ends."""
        self._ray.shutdown()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Actors:
    """A team of them."""

    def __init__(self, ray: Any, perform: Perform[Any], size: int, options: dict[str, Any]) -> None:
        self.size = size
        self._ray, self._perform = ray, perform
        self._artist = ray.remote(_Artist).options(**options)

    def hire(self) -> _Actor:
        """One more; it begins when the cluster has room."""
        return _Actor(self._ray, self._artist.remote(os.getcwd()), self._perform)

    def ready(self, busy: Sequence[_Actor], seconds: float) -> list[_Actor]:
        """Those that have an answer, or are dead."""
        by_task = {member.task: member for member in busy}
        done, _ = self._ray.wait(list(by_task), num_returns=1, timeout=seconds)
        return [by_task[task] for task in done]


class _Actor:
    """One of them."""

    def __init__(self, ray: Any, handle: Any, perform: Perform[Any]) -> None:
        self._ray, self._handle, self._perform = ray, handle, perform
        self.task: Any = None

    def take(self, task: Any) -> None:
        self.task = self._handle.perform.remote(self._perform, task)

    def result(self) -> tuple[Any, Sequence[str]]:
        try:
            result, notes = self._ray.get(self.task)
        except self._ray.exceptions.RayError as error:
            raise MemberDied(f"its process on the cluster ended: {_told(error)}") from error
        return result, notes

    def stop(self) -> None:
        """It hands over whole drawings only."""

    def leave(self) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.kill(self._handle)


class _Artist:
    """What runs on the cluster. folder: where the program was started, if there is one there."""

    def __init__(self, folder: str) -> None:
        if os.path.isdir(folder):  # names of files are read from there
            os.chdir(folder)
        self._session = Session()
        self._notes = collected_notes()

    def perform(self, perform: Perform[Any], task: Any) -> tuple[Any, tuple[str, ...]]:
        result = perform(task, self._session, lambda: False)
        notes = tuple(dict.fromkeys(self._notes))
        self._notes.clear()
        return result, notes


def _library() -> Any:
    """Ray, told to be quiet. Raises BackendError where it is not installed."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise BackendError("--ray needs Ray: pip install 'drawkit[batch]'") from error


def _connect(ray: Any, address: str) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL, "configure_logging": False}
    try:
        if address not in (ANY, LOCAL):
            _refuse_silence(address)
            ray.init(address, **quiet)
            return
        if address == ANY:
            with contextlib.suppress(ConnectionError):  # none is running
                ray.init(ANY, **quiet)
                return
        ray.init(LOCAL, include_dashboard=False, **quiet)
    except (BackendError, InputError):
        raise
    except Exception as error:  # whatever Ray has for it
        raise BackendError(f"the Ray cluster '{brief(address)}' says: {_told(error)}") from error


def _refuse_silence(address: str) -> None:
    """Ray itself waits for minutes where nobody answers."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise InputError(f"'{brief(address)}' is no address of a Ray cluster; allowed: HOST:PORT")
    try:
        place = found["host"].strip("[]"), int(found["port"])
        socket.create_connection(place, _PATIENCE).close()
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise BackendError(f"no Ray cluster answers at '{brief(address)}': {said}") from error


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Ray puts a handler of its own in the place of ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(error: Exception) -> str:
    """The first line of what Ray says that is more than a heading."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
