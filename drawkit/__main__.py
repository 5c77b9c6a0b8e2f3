"""`drawkit` and `python -m drawkit`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line; Ctrl-C and SIGTERM end it with 130, even while it still loads."""
    _on_signals(_leave)
    try:
        from drawkit.cli import app

        app()
    except SystemExit as end:
        code = end.code
    else:
        code = 0
    _on_signals(signal.SIG_IGN)  # what was asked is done
    with contextlib.suppress(OSError):  # the reader of a pipe may be gone
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # None where the caller closed it
                stream.flush()
    # Taking torch down in an orderly way costs another second or two and gives nothing.
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _on_signals(handler: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)  # type: ignore[arg-type]


def _leave(number: int, frame: FrameType | None) -> None:
    """End the process here: an exception could be swallowed in the middle of an import."""
    os.write(2, b"drawkit: stopped\n")
    os._exit(130)


if __name__ == "__main__":
    main()
