"""The one place where text goes to a terminal: nothing in it is left that a terminal obeys."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from drawkit.errors import one_line, printable

__all__ = ["complain", "notices", "pour", "tell", "tell_json", "tell_table"]


def tell(line: str = "") -> None:
    """Print one line on stdout."""
    _put(printable(line), err=False)


def pour(data: bytes) -> None:
    """Write a file to stdout as it is, for the next program or a redirection."""
    stream = typer.get_binary_stream("stdout")
    stream.write(data)
    stream.flush()


def tell_json(record: Any) -> None:
    """Print `record` as JSON, all of it in ASCII, on one line of stdout."""
    _put(json.dumps(record).replace("\x7f", "\\u007f"), err=False)


def tell_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns wide enough for all rows, the last one ragged."""
    table = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        tell("  ".join(cells).rstrip())


def complain(message: str) -> None:
    """Print `drawkit: message` as one line on stderr."""
    _put(f"drawkit: {one_line(message)}", err=True)


@contextmanager
def notices() -> Iterator[None]:
    """Show in the same way what is logged as a warning while no `Display` does."""
    handler = _Notices(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class _Notices(logging.Handler):
    """A log on stderr that ends no command."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            complain(record.getMessage())
        except Exception:  # of the terminal, of its encoding, of a library's own format
            self.setLevel(logging.CRITICAL + 1)


def _put(line: str, *, err: bool) -> None:
    """One line; in escapes where the stream's encoding has no other way."""
    try:
        typer.echo(line, err=err)
    except UnicodeEncodeError:
        typer.echo(line.encode("ascii", "backslashreplace").decode(), err=err)
