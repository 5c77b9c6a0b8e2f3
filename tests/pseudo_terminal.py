"""A program on a terminal of its own, which answers what terminals are asked."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
from typing import Any

import numpy as np
import numpy.typing as npt
from forked import start_drawkit

_CELL = re.compile(r"\x1b\[([\d;]*)m|(.)", re.DOTALL)


def shown_on_terminal(
    words: list[str], *, answer: bytes, lines: int = 40, columns: int = 100, **environment: str
) -> tuple[int, str]:
    """Run drawkit; its exit code, and all that it wrote to the terminal. answer: to `ESC [ c`."""
    import fcntl
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = start_drawkit(
        *words,
        **{"stdin": theirs, "stdout": subprocess.DEVNULL, "stderr": theirs},
        leads=True,
        terminal=True,
        env=environment,
    )
    os.close(theirs)
    said, asked = b"", False
    while True:
        ready, _, _ = select.select([ours], [], [], 300)
        assert ready, said
        try:
            data = os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        said += data
        if not asked and b"\x1b[c" in said:
            asked = True
            os.write(ours, answer)
    os.close(ours)
    return process.wait(300), said.decode()


def half_blocks(lines: list[str]) -> npt.NDArray[np.float64]:
    """RGB [2 L, W, 3], 0..255, that lines of half blocks show; nan where it is the terminal's."""
    rows: list[list[list[Any]]] = []
    for line in lines:
        fore, back = [np.nan] * 3, [np.nan] * 3
        top, bottom = [], []
        for code, character in _CELL.findall(line.rstrip("\r")):
            if not character:
                fore, back = _colors(code, fore, back)
            else:
                top.append({"▀": fore, "▄": back, " ": back}[character])
                bottom.append({"▀": back, "▄": fore, " ": back}[character])
        rows += [top, bottom]
    return np.array(rows, float)


def _colors(code: str, fore: list[Any], back: list[Any]) -> tuple[list[Any], list[Any]]:
    if code == "0":
        return [np.nan] * 3, [np.nan] * 3
    numbers = [int(number) for number in code.split(";")]
    while numbers:
        layer, kind, *numbers = numbers
        found, numbers = (numbers[:3], numbers[3:]) if kind == 2 else (numbers[:1], numbers[1:])
        if kind == 5:
            at = found[0] - 16
            found = [51 * (at // 36), 51 * (at // 6 % 6), 51 * (at % 6)]
        fore, back = (found, back) if layer == 38 else (fore, found)
    return fore, back
