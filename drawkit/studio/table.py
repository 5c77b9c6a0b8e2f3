"""The desks, the history and the process that draws: what one says is told to the others."""

from __future__ import annotations

import asyncio
from typing import Any

from drawkit.studio.crew import Crew
from drawkit.studio.desks import Desk, Desks
from drawkit.studio.history import History
from drawkit.studio.messages import Answered, Ended, Failed, Frame, Noted
from drawkit.studio.tries import Try

__all__ = ["Table"]

_LOST = "the process that draws ended by itself, perhaps for want of memory; go on?"


class Table:
    """Hears what the process that draws says, keeps it, and tells the pages. One event loop."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.desks = Desks()
        self._crew = Crew(self._hear, self._lost)
        self._asked: dict[str, asyncio.Future[Answered]] = {}
        self._questions = 0

    def listen(self) -> None:
        """Hear from the process that draws, in the running event loop."""
        self._crew.listen()

    def close(self) -> None:
        """Keep what there is, and end the process."""
        for desk in self.desks:
            for one in desk.tries:
                if one.going and one.svg:
                    self.keep(desk, one, tell=False)
        self._crew.close()

    def order(self, message: Any) -> None:
        """Tell the process that draws."""
        self._crew.tell(message)

    async def ask(self, kind: type[Any], *what: Any) -> Answered:
        """Ask the process that draws, and wait for what it says."""
        self._questions += 1
        job = kind(f"question {self._questions}", *what)
        waiting: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._asked[job.id] = waiting
        self._crew.tell(job)
        return await waiting

    # What the process that draws says.

    def _hear(self, message: Any) -> None:
        if isinstance(message, Answered):
            waiting = self._asked.pop(message.id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            return
        found = self.desks.of(message.id)
        if found is None:  # of a run that nobody wants any more
            return
        desk, one = found
        if isinstance(message, Frame):
            self._take(one, message)
            one.status, one.live = "drawing", True
            self.picture(desk, one)
            if message.step == 0:
                self.tell(desk, one)
        elif isinstance(message, Ended):
            self._take(one, message.last)
            one.status = "done" if message.done else "stopped"
            one.live = not message.done and not message.why
            one.score, one.error = message.score, message.why
            self.keep(desk, one)
        elif isinstance(message, Failed):
            one.status, one.error, one.live = "failed", self._plain(message.line), False
            self.tell(desk, one)
        elif isinstance(message, Noted):
            one.notes.append(self._plain(message.line))
            self.tell(desk, one)

    def _lost(self) -> None:
        """The process that draws ended by itself; what was seen of its drawings is there."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_result(Answered("", _LOST))
        self._asked.clear()
        for desk in self.desks:
            for one in desk.tries:
                one.live = False
                if one.going:
                    one.status, one.error = "stopped" if one.svg else "failed", _LOST
                    self.picture(desk, one)
                    self.tell(desk, one)

    def _take(self, one: Try, frame: Frame) -> None:
        one.step, one.total = frame.step, frame.total
        one.add_scores(frame.scores)
        one.show(frame.svg, frame.cells)

    # What the pages are told.

    def keep(self, desk: Desk, one: Try, *, tell: bool = True) -> None:
        """Write it into the history, and show it as it is."""
        self.history.keep(one.kept(), one.svg)
        if tell:
            self.picture(desk, one)
            self.tell(desk, one)
            desk.send(self.strip())

    def tell(self, desk: Desk, one: Try) -> None:
        """Say on its pages what is known of it."""
        desk.send({"type": "facts", **one.facts()})

    def picture(self, desk: Desk, one: Try) -> None:
        """Show on its pages what it looks like."""
        desk.send({"type": "picture", **one.picture()})

    def strip(self) -> dict[str, Any]:
        """The history, newest first."""
        kept = [one.plain() for one in self.history.listed()]
        return {"type": "history", "history": kept}

    def whole(self, desk: Desk) -> dict[str, Any]:
        """All that lies on a desk."""
        tries = [{**one.facts(), **one.picture()} for one in desk.tries]
        return {**self.strip(), "type": "desk", "desk": desk.name, "tries": tries}

    def _plain(self, line: str) -> str:
        """A line without the folder of pictures that were dropped in."""
        return line.replace(f"{self.history.pictures}/", "")
