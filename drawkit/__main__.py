"""`drawkit` and `python -m drawkit`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from drawkit.cli.process import own_process

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line; Ctrl-C, SIGTERM and a hang-up end it with 130, even while it loads."""
    own_process()
    _on_signals(_leave)
    try:
        from drawkit.cli import app

        app()
    except SystemExit as end:
        code = end.code
    else:
        code = 0
    _on_signals(signal.SIG_IGN)  # what was asked is done
    with contextlib.suppress(OSError):  # a disk may be full
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    # Taking torch down in an orderly way costs another second or two and gives nothing.
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _on_signals(handler: object) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None or (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
            continue  # what `nohup` ignores stays ignored
        signal.signal(number, handler)  # type: ignore[arg-type]


def _leave(number: int, frame: FrameType | None) -> None:
    """End the process here: an exception could be swallowed in the middle of an import."""
    with contextlib.suppress(OSError):  # the terminal may be gone
        os.write(2, b"drawkit: stopped\n")
    os._exit(130)


if __name__ == "__main__":
    main()
