"""Standard streams that outlive who reads them: a closed terminal or pipe ends no drawing."""

from __future__ import annotations

import errno
import io
import os
import select
import stat
import sys
from collections.abc import Callable
from typing import TextIO

__all__ = ["steady_streams"]


def steady_streams() -> None:
    """Put streams in the place of `sys.stdout` and `sys.stderr` that never end the program.

    What cannot be shown on stderr is dropped, whatever the reason. Results on stdout are dropped
    only where their reader has gone: a pipe that was closed, a terminal that was hung up. A
    stream that was closed from the start leads nowhere; else the first file that is opened, the
    drawing perhaps, would get its number and with it all that is written to it.
    """
    if os.name != "posix":  # Windows has other consoles, and no hang-ups
        return
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    # Not `isatty`: a terminal that was hung up is none any more.
    terminal = stat.S_ISCHR(os.fstat(1).st_mode)
    gone = {errno.EPIPE, errno.EIO} if terminal else {errno.EPIPE}
    sys.stdout = _steady(sys.stdout, 1, lambda error: error.errno in gone)
    sys.stderr = _steady(sys.stderr, 2, lambda error: True)


def _steady(stream: TextIO | None, number: int, forgiven: Callable[[OSError], bool]) -> TextIO:
    """The same stream on a raw file that forgives; `stream`: None where it was closed."""
    raw = _Forgiving(number, forgiven)
    if not isinstance(stream, io.TextIOWrapper):
        return io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
    stream.flush()
    return io.TextIOWrapper(
        raw if stream.write_through else io.BufferedWriter(raw),
        stream.encoding,
        stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


class _Forgiving(io.FileIO):
    """A descriptor to write to, which drops what it cannot write for a forgiven reason."""

    def __init__(self, number: int, forgiven: Callable[[OSError], bool]) -> None:
        super().__init__(number, "w", closefd=False)
        self._forgiven = forgiven

    def write(self, data: object, /) -> int:
        """Write all of `data`; says how much that is."""
        left = memoryview(data).cast("B")  # type: ignore[arg-type]
        size = len(left)
        try:
            while left:
                written = super().write(left)
                if written is None:  # another program has made it non-blocking
                    select.select([], [self], [])
                else:
                    left = left[written:]
        except OSError as error:
            if not self._forgiven(error):
                raise
        return size
