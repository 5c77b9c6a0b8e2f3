"""What can go wrong with models and their weights, in one line and in our words."""

from __future__ import annotations

import logging
import socket
import threading
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import huggingface_hub.constants

from drawkit.errors import BackendError, InputError
from drawkit.files.broken import BROKEN, RUNS_NOTHING

__all__ = ["downloading", "no_code", "quiet"]

log = logging.getLogger("drawkit")

_ONE_AT_A_TIME = threading.RLock()
"""What is changed for the whole process while a model is loaded is changed by one load alone."""


@contextmanager
def downloading(name: str) -> Iterator[None]:
    """Say in one line what to do where weights are neither here nor within reach.

    Where there is no network, the hub is not asked for as long as this lasts.
    """
    with _ONE_AT_A_TIME:
        offline, network = huggingface_hub.constants.HF_HUB_OFFLINE, _network()
        try:
            # It would try for most of a minute before it says that there is no network.
            huggingface_hub.constants.HF_HUB_OFFLINE = offline or not network
            yield
        except (*BROKEN, OSError) as error:
            if "trust_remote_code" in str(error):
                raise InputError(f"{name} cannot be used: {RUNS_NOTHING}") from error
            reason = _one_line(error) if network else "no network"
            raise BackendError(
                f"{name} is not on this machine and cannot be downloaded ({reason}); "
                "use --model builtin, a checkpoint or a folder"
            ) from error
        finally:
            huggingface_hub.constants.HF_HUB_OFFLINE = offline


@contextmanager
def no_code() -> Iterator[None]:
    """Answer no where transformers would ask whether to run the code that comes with a model."""
    try:
        from transformers import dynamic_module_utils
    except ImportError:
        yield
        return
    with _ONE_AT_A_TIME:
        patience = dynamic_module_utils.TIME_OUT_REMOTE_CODE
        dynamic_module_utils.TIME_OUT_REMOTE_CODE = 0  # seconds that it would wait for an answer
        try:
            yield
        finally:
            dynamic_module_utils.TIME_OUT_REMOTE_CODE = patience


def _network() -> bool:
    """Whether the hub's address can be looked up, or a proxy does that for us."""
    if urllib.request.getproxies():
        return True
    try:
        socket.getaddrinfo(urllib.parse.urlsplit(huggingface_hub.constants.ENDPOINT).hostname, 443)
    except OSError:
        return False
    return True


@contextmanager
def quiet() -> Iterator[None]:
    """Keep open_clip from logging: it writes to the root logger and would set up a handler there.

    What others log, drawkit too, goes where it would go without this.
    """
    root, handler = logging.getLogger(), _NoHandler()

    def told_by_others(record: logging.LogRecord) -> bool:
        return "open_clip" not in Path(record.pathname).parts

    with _ONE_AT_A_TIME:
        root.addHandler(handler)
        root.addFilter(told_by_others)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            root.removeFilter(told_by_others)
            root.removeHandler(handler)


class _NoHandler(logging.Handler):
    """Stands at the root logger so that no other is set up; does what is done without any."""

    def emit(self, record: logging.LogRecord) -> None:
        logger: logging.Logger | None = logging.getLogger(record.name)
        while logger is not None:
            if any(handler is not self for handler in logger.handlers):
                return
            logger = logger.parent
        if logging.lastResort and record.levelno >= logging.lastResort.level:
            logging.lastResort.handle(record)


def _one_line(error: Exception) -> str:
    """What went wrong with a download, short enough for one line of a terminal."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return line if len(line) <= 120 else f"{line[:117]}..."
