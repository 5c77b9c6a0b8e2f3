"""What the user sees while it draws: a live line on a terminal, a plain line now and then else."""

from __future__ import annotations

import functools
import logging
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar, cast

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.status import Status

from drawkit.errors import one_line, printable

if TYPE_CHECKING:
    from drawkit.cli.preview import Preview
    from drawkit.engine.loop import Step

__all__ = ["Display"]

F = TypeVar("F", bound=Callable[..., None])

_PLAIN_EVERY = 10.0
"""Seconds between two lines where the output is no terminal."""


def _harmless(show: F) -> F:
    """What goes wrong while showing is not worth a drawing: from then on nothing is shown."""

    @functools.wraps(show)
    def shown(self: Display, *args: Any) -> None:
        if self.works:
            try:
                show(self, *args)
            except Exception:  # of rich, of the terminal, of its encoding
                self.works = False

    return cast(F, shown)


class Display(logging.Handler):
    """Progress and words on stderr; also shows what drawkit's own log says meanwhile.

    A terminal gets a line that changes: what is being loaded or compiled, then the steps. Else
    every line stays, so only what is worth keeping is written, and an error stands alone. It
    never raises: a terminal that was closed, or a pipe that nobody reads, ends no drawing.
    """

    def __init__(self, *, quiet: bool = False, preview: bool = False) -> None:
        self.works = True
        self._wants_preview = preview and not quiet
        self._preview: Preview | None = None
        self._picture: Callable[[], Any] | None = None
        self._quiet = quiet
        file = cast(TextIO, _Unfailing(sys.stderr))
        self._console = Console(file=file, highlight=False, soft_wrap=True)
        live = self._console.is_terminal
        super().__init__(logging.WARNING if quiet else logging.DEBUG if live else logging.INFO)
        self._wait: Status | None = None
        self._live: Progress | None = None
        self._first: tuple[int, float] | None = None
        self._last_line = 0.0
        self._score: float | None = None
        self._warned: set[str] = set()

    def __enter__(self) -> Display:
        log = logging.getLogger("drawkit")
        self._log_before = (log.level, log.propagate)
        log.addHandler(self)
        log.setLevel(logging.DEBUG)
        log.propagate = False
        self._open_preview()
        return self

    @_harmless
    def _open_preview(self) -> None:
        """Find out what the terminal can show; one line where that is nothing."""
        if not self._wants_preview:
            return
        from drawkit.cli.preview import Preview, no_preview  # with numpy and PIL

        why = no_preview(self._console)
        if why is not None:
            self.say(f"no --preview: {why}")
        else:
            self._preview = Preview(self._console)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish()
        log = logging.getLogger("drawkit")
        log.removeHandler(self)
        log.setLevel(self._log_before[0])
        log.propagate = self._log_before[1]

    @_harmless
    def emit(self, record: logging.LogRecord) -> None:
        """Show a line of drawkit's log, such as what it is loading."""
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            if text not in self._warned:  # one file may be read by several parts
                self._warned.add(text)
                self.warn(text)
        elif record.levelno > logging.INFO or not self._console.is_terminal:
            self.say(text)
        elif self._live is None:
            self.wait(text)

    @_harmless
    def wait(self, text: str) -> None:
        """Show on a terminal what takes a while, until something else is shown."""
        if self._quiet or not self._console.is_terminal:
            return
        self._end_wait()
        self._wait = self._console.status(escape(printable(text)))
        self._wait.start()

    @_harmless
    def say(self, text: str) -> None:
        """A line of its own, unless quiet."""
        if not self._quiet:
            self._console.print(printable(text), markup=False)

    @_harmless
    def warn(self, text: str) -> None:
        """A line that even the quiet want to see."""
        self._console.print(f"drawkit: {one_line(text)}", markup=False)

    @_harmless
    def step(self, step: Step) -> None:
        """Show that `step` is done."""
        if step.score is not None:
            self._score = step.score
        now = time.monotonic()
        if self._first is None:
            self._first = (step.index, now)
        if self._quiet:
            return
        if self._console.is_terminal:
            self._show_live(step, now)
        elif now - self._last_line >= _PLAIN_EVERY or step.index in (1, step.total):
            self._last_line = now
            self._console.print(
                f"step {step.index}/{step.total}  {self._facts(step, now)}", markup=False
            )

    @_harmless
    def finish(self) -> None:
        """Take the live line down."""
        self._end_wait()
        if self._live is not None:
            self._live.stop()
            self._live = None
            self._show_last()

    def _show_last(self) -> None:
        """Leave the last picture where it was."""
        if self._preview is not None and self._picture is not None:
            self._preview.look(self._picture, now=True)
            self._console.print(self._preview, end="")

    def _end_wait(self) -> None:
        if self._wait is not None:
            self._wait.stop()
            self._wait = None

    def _show_live(self, step: Step, now: float) -> None:
        self._end_wait()
        self._picture = getattr(step, "picture", None)
        if self._preview is not None and self._picture is not None:
            self._preview.look(self._picture)
        if self._live is None:
            self._live = self._bar()
            self._live.start()
            self._live.add_task("drawing", total=step.total, facts="")
        task = self._live.task_ids[0]
        self._live.update(task, completed=step.index, facts=self._facts(step, now))

    def _bar(self) -> Progress:
        columns = (
            TextColumn("drawing"),
            BarColumn(bar_width=30),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[facts]}"),
        )
        named: Any = {"console": self._console, "transient": True}
        if self._preview is None:
            return Progress(*columns, refresh_per_second=5, **named)
        from drawkit.cli.preview import PreviewProgress

        return PreviewProgress(self._preview, *columns, refresh_per_second=2, **named)

    def _facts(self, step: Step, now: float) -> str:
        """`loss 0.712  score 0.231  12 s left`."""
        assert self._first is not None
        facts = [f"loss {step.loss:.3f}"]
        if self._score is not None:
            facts.append(f"score {self._score:.3f}")
        first, began = self._first
        if step.index > first:  # the first step also compiles, so it is left out of the rate
            left = (now - began) / (step.index - first) * (step.total - step.index)
            facts.append(f"{_duration(left)} left")
        return "  ".join(facts)


class _Unfailing:
    """A stream whose trouble stays unknown to rich, which would end the program or its thread."""

    def __init__(self, stream: TextIO | None) -> None:  # None: closed from the start
        self._stream = stream

    def write(self, text: str) -> int:
        self._try("write", text)
        return len(text)

    def flush(self) -> None:
        self._try("flush")

    def isatty(self) -> bool:
        return bool(self._try("isatty"))

    def fileno(self) -> int:
        number = self._try("fileno")
        if number is None:
            raise OSError("no file")
        return int(number)

    @property
    def encoding(self) -> str:
        return getattr(self._stream, "encoding", None) or "utf-8"

    def _try(self, method: str, *args: str) -> Any:
        try:
            return None if self._stream is None else getattr(self._stream, method)(*args)
        except (OSError, ValueError):  # ValueError: closed, or no character for it
            return None


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
