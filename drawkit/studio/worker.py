"""The process that draws: every drawing that is wanted takes a step in turn."""

from __future__ import annotations

import logging
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import parent_process
from queue import Empty
from typing import Any, Protocol

from drawkit import Drawing, DrawkitError, Run, Session, Step, read_picture
from drawkit.studio.making import cells_png, exported, painted, run_of
from drawkit.studio.messages import (
    Answered,
    Begin,
    Check,
    Ended,
    Export,
    Failed,
    Forget,
    Frame,
    Go,
    GoOn,
    Halt,
    Noted,
    Paint,
    Quit,
)

__all__ = ["work"]

_EACH = 0.35
"""Seconds between the frames of a drawing, where it is the only one."""
_LOOKS = 1.0
"""Seconds after which an idle process looks whether anybody is there."""


class Queue(Protocol):
    """As much of a queue between processes as is used here."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next message. Raises Empty."""

    def put(self, obj: Any) -> None:
        """Send one."""


def work(inbox: Queue, outbox: Queue) -> None:
    """Draw what the inbox asks for until it says Quit, or until the process that asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that serves the page
    worker = _Worker(outbox)
    log = logging.getLogger("drawkit")
    log.addHandler(_Notes(worker))
    log.propagate = False
    while True:
        try:
            message = inbox.get(block=not worker.busy, timeout=None if worker.busy else _LOOKS)
            if isinstance(message, Quit):
                return
            worker.take(message)
            if isinstance(message, Begin | GoOn):  # one that begins does not hold up the others
                worker.step()
        except Empty:
            parent = parent_process()
            if parent is not None and not parent.is_alive():
                return
            worker.step()


@dataclass
class _Going:
    """A run in the making."""

    run: Run
    steps: Iterator[Step]
    shown: float = 0.0
    scores: list[tuple[int, float]] = field(default_factory=list)
    running: bool = True


class _Worker:
    """Holds the runs, and takes a step of each in turn."""

    def __init__(self, outbox: Queue) -> None:
        self._outbox = outbox
        self._session = Session()
        self._going: dict[str, _Going] = {}
        self.at = ""
        """Whose step it is."""

    @property
    def busy(self) -> bool:
        """Whether any run has steps to take."""
        return any(going.running for going in self._going.values())

    def note(self, line: str) -> None:
        """Say something of the run whose turn it is."""
        self._outbox.put(Noted(self.at, line))

    def take(self, message: Any) -> None:
        """Do what a message asks for."""
        self.at = message.id
        if isinstance(message, Begin | GoOn):
            self._begin(message)
        elif isinstance(message, Halt):
            self._halt(message.id)
        elif isinstance(message, Go):
            self._go(message.id)
        elif isinstance(message, Forget):
            self._going.pop(message.id, None)
        else:
            self._answer(message)

    def step(self) -> None:
        """A step of every run that has one."""
        for name in [name for name, going in self._going.items() if going.running]:
            self.at = name
            going = self._going[name]
            try:
                step = next(going.steps, None)
            except Exception as error:  # the drawing so far is there all the same
                self._end(name, done=False, why=_line(error))
                continue
            if step is None:
                self._end(name, done=True)
                continue
            if step.score is not None:
                going.scores.append((step.index, round(step.score, 4)))
            every = _EACH * sum(other.running for other in self._going.values())
            if time.monotonic() - going.shown >= every:
                self._show(name)

    def _begin(self, job: Begin | GoOn) -> None:
        self._going.pop(job.id, None)
        try:
            run = run_of(job, self._session)
        except Exception as error:
            self._outbox.put(Failed(job.id, _line(error)))
            return
        going = _Going(run, iter(run))
        self._going[job.id] = going
        self._show(job.id)

    def _go(self, name: str) -> None:
        if name in self._going:
            self._going[name].running = True
        else:
            self._outbox.put(Failed(name, "this drawing is no longer in mind; start it anew"))

    def _halt(self, name: str) -> None:
        going = self._going.get(name)
        if going is not None and going.running:
            going.running = False
            self._end(name, done=False)

    def _show(self, name: str) -> None:
        going = self._going[name]
        self._outbox.put(self._frame(name, going.run.now()))
        going.shown = time.monotonic()

    def _frame(self, name: str, drawing: Drawing) -> Frame:
        going = self._going[name]
        scores, going.scores = tuple(going.scores), []
        run = going.run
        return Frame(name, run.steps, run.total, drawing.svg(), cells_png(drawing), scores)

    def _end(self, name: str, *, done: bool, why: str = "") -> None:
        drawing = self._going[name].run.drawing()
        frame = self._frame(name, drawing)
        self._outbox.put(Ended(name, done, frame, drawing.score, why))
        if done or why:
            del self._going[name]

    def _answer(self, message: Any) -> None:
        try:
            if isinstance(message, Paint):
                drawing = painted(message)
                answer = Answered(message.id, "", drawing.svg(), cells_png(drawing))
            else:
                if isinstance(message, Export):
                    exported(message)
                elif isinstance(message, Check):
                    read_picture(message.path)
                answer = Answered(message.id)
        except Exception as error:
            answer = Answered(message.id, _line(error))
        self._outbox.put(answer)


class _Notes(logging.Handler):
    """What the library warns of, as notes beside the drawing."""

    def __init__(self, worker: _Worker) -> None:
        super().__init__(logging.WARNING)
        self._worker = worker

    def emit(self, record: logging.LogRecord) -> None:
        """Send it."""
        self._worker.note(record.getMessage())


def _line(error: Exception) -> str:
    """One line of what went wrong, as the command line says it."""
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return "not enough memory; try a smaller size or fewer strokes"
    text = str(error) if isinstance(error, DrawkitError | OSError) else repr(error)
    # A setting by the name that its field has: `size is ...`, not `size: draw.size is ...`.
    return re.sub(r"^(\w+): (?:[a-z_]+\.)+[a-z_]+ (?=is )", r"\1 ", " ".join(text.split()))
