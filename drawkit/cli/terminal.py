"""What a terminal says that it can do, when it is asked."""

from __future__ import annotations

import contextlib
import os
import re
import select
import time
from typing import IO

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

__all__ = ["has_kitty_graphics"]

_ASK = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
"""May I send a picture? Then what every terminal answers: which attributes do you have?"""
_YES = b"\x1b_Gi=31;OK"
_ATTRIBUTES = re.compile(rb"\x1b\[\?[\d;]*c")
_WAIT = 0.3
"""Seconds for the answer; a terminal far away that takes longer gets half blocks."""
_MULTIPLEXERS = ("TMUX", "STY")
"""Set within tmux and screen, which swallow pictures."""


def has_kitty_graphics(stream: IO[str]) -> bool:
    """Whether the terminal that a stream writes to says so, by kitty's graphics protocol."""
    if termios is None or any(name in os.environ for name in _MULTIPLEXERS):
        return False
    try:
        if not os.isatty(stream.fileno()):
            return False
        terminal = os.open(os.ttyname(stream.fileno()), os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return False
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            return False  # in the background, where asking would stop the program
        return _YES in _answer(terminal)
    except (OSError, termios.error):
        return False
    finally:
        os.close(terminal)


def _answer(terminal: int) -> bytes:
    """What it says up to its attributes, unseen by the user."""
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    said = b""
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, quiet)
        os.write(terminal, _ASK)
        until = time.monotonic() + _WAIT
        while not _ATTRIBUTES.search(said) and (left := until - time.monotonic()) > 0:
            if select.select([terminal], [], [], left)[0]:
                said += os.read(terminal, 1024)
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSANOW, before)
    return said
