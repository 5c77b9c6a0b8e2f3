"""What a page can ask for: to draw, to stop, to go on, to change something by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from drawkit import DrawkitError, InputError
from drawkit.files.slugs import file_slug
from drawkit.studio.desks import MOST, Board, Desk
from drawkit.studio.edits import edited
from drawkit.studio.messages import (
    Begin,
    Check,
    Export,
    Forget,
    Go,
    GoOn,
    Halt,
    Paint,
)
from drawkit.studio.table import Table
from drawkit.studio.tries import Try, seeds
from drawkit.studio.wish import Wish, command, resume_command

__all__ = ["Studio"]

_MORE_STEPS = {"draft": 60, "normal": 120, "best": 300}
"""Steps that a drawing goes on for, where it had done all of its own."""
_KEEP = "0.4"
"""How much of pixel art stays where its words change, or another seed begins with it."""


class Studio:
    """Does what pages ask for, in the event loop."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.history = table.history
        self.desks = table.desks

    def welcome(self, name: str, board: Board) -> Desk:
        """The desk of a page that has opened; the page is told all that lies on it."""
        desk = self.desks.take(name, board)
        board.send(self.table.whole(desk))
        return desk

    async def act(self, desk: Desk, ask: Mapping[str, Any]) -> None:
        """Do what a page asks for; what cannot be done is told to it in one line."""
        try:
            async with desk.turn:  # what is asked later is done later
                await self._act(desk, ask)
        except (DrawkitError, OSError) as error:
            desk.send({"type": "said", "line": " ".join(str(error).split())})
        except Exception as error:  # a fault of the studio's own, for its log as well
            desk.send({"type": "said", "line": f"this did not work: {error!r}"})
            raise

    async def _act(self, desk: Desk, ask: Mapping[str, Any]) -> None:
        what = ask.get("do")
        if what == "draw":
            given = ask.get("wish")
            self._draw(desk, Wish.of(given if isinstance(given, dict) else {}), ask.get("tries"))
        elif what == "halt-all":
            for each in desk.tries:
                self._halt(each)
        elif what == "open":
            await self._open(desk, str(ask.get("name")))
        elif what == "forget":
            self._forget(desk, str(ask.get("name")))
        else:
            one = desk.find(str(ask.get("name")))
            if one is None:
                raise InputError("this drawing is no longer on the desk; open it from the history")
            await self._with(desk, one, ask)

    async def _with(self, desk: Desk, one: Try, ask: Mapping[str, Any]) -> None:
        what = ask.get("do")
        if what == "halt":
            self._halt(one)
        elif what == "go":
            self._go(desk, one)
        elif what == "say":
            self._say(desk, one, str(ask.get("words", "")).strip())
        elif what == "more":
            self._more(desk, one)
        elif what == "edit":
            self._edit(desk, one, ask)
        elif what == "paint":
            await self._paint(desk, one, ask)
        elif what == "away":
            self._away(desk, one)

    # What a page can ask for.

    def _draw(self, desk: Desk, wish: Wish, tries: Any) -> None:
        place = self.history.pictures.resolve()
        if not wish.words and not wish.picture:  # what lies on the desk stays there
            raise InputError("the prompt is empty; say in a few words what to draw")
        if wish.picture and not Path(wish.picture).resolve().is_relative_to(place):
            raise InputError("a picture is dropped in first")
        count = tries if isinstance(tries, int) and 1 <= tries <= MOST else 1
        for one in list(desk.tries):
            self._away(desk, one, tell=False)
        for each in seeds(wish, count):
            self._begin(desk, each)
        desk.send(self.table.whole(desk))

    def _begin(self, desk: Desk, wish: Wish) -> Try:
        one = Try(self.history.new_name(wish.words or wish.picture.rpartition("/")[2]), wish)
        one.commands = [command(wish, self._file(wish, "svg"))]
        desk.tries.append(one)
        self.table.order(Begin(one.next_job(), wish))
        return one

    def _halt(self, one: Try) -> None:
        if one.going:
            self.table.order(Halt(one.job))

    def _go(self, desk: Desk, one: Try) -> None:
        if one.going:
            return
        if one.live:
            one.status = "drawing"
            self.table.order(Go(one.job))
        elif one.svg:
            left = one.total - one.step if 0 < one.step < one.total else 0
            self._go_on(desk, one, one.wish, left if left else self._steps(one.wish))
        else:  # nothing is there yet: from the start
            one.error, one.status = "", "waiting"
            self.table.order(Begin(one.next_job(), one.wish))
        self.table.tell(desk, one)

    def _say(self, desk: Desk, one: Try, words: str) -> None:
        """Other words from here on."""
        if not words:
            raise InputError("the prompt is empty; say in a few words what to draw")
        wish = replace(one.wish, words=words)
        if not one.svg:
            one.wish = wish
            self._go(desk, one)
            return
        if one.wish.traced:
            raise InputError("a traced picture follows no words; draw with it as the start")
        left = one.total - one.step
        pixels = wish.kind == "pixels"
        wish = replace(wish, keep=_KEEP) if pixels else wish
        self._go_on(desk, one, wish, left if left > 0 else self._steps(wish))

    def _go_on(self, desk: Desk, one: Try, wish: Wish, steps: int) -> None:
        """Draw on from what it looks like now, in a new run."""
        if one.wish.wordless and one.wish.kind != "pixels":
            raise InputError(
                "it follows its picture alone; say words, and draw with it as the start"
            )
        if one.going or one.live:
            self.table.order(Forget(one.job))
        wish, path = self._base(one, wish, steps)
        one.before += one.step
        one.rounds += 1
        one.wish, one.status, one.error, one.live = wish, "waiting", "", False
        one.step = 0
        held = tuple(sorted(one.held))
        self.table.order(GoOn(one.next_job(), wish, str(path), held))
        self.table.tell(desk, one)

    def _base(self, one: Try, wish: Wish, steps: int) -> tuple[Wish, Path]:
        """What a new run of it starts from, as files, and the command that does the same."""
        folder = self.history.path(one.name).parent
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"from-{one.rounds + 1}.svg"
        path.write_text(one.svg, encoding="utf-8")
        wish = replace(wish, steps=str(steps))
        output = self._file(wish, "svg")
        if wish.kind == "pixels" and not wish.traced:
            start = str(path.with_suffix(".png"))
            wish = replace(wish, begun=start, freeze="", size=one.size)
            if one.held:  # with the picture's own colours, or those of held cells might go
                mask = str(path.with_name(f"held-{one.rounds + 1}.png"))
                wish = replace(wish, freeze=mask, palette=f"@{start}", count="")
            one.commands.append(command(wish, output))
        else:
            one.commands.append(resume_command(wish, str(path), output))
        return wish, path

    def _more(self, desk: Desk, one: Try) -> None:
        """Others that begin with its paths, each with a seed of its own."""
        if one.wish.wordless:
            raise InputError("it follows its picture alone, whatever the seed")
        if not one.svg:
            raise InputError("there is nothing of it yet; wait for its first strokes")
        if len(desk.tries) == MOST:
            for other in [other for other in desk.tries if other is not one]:
                self._away(desk, other, tell=False)
        for wish in seeds(replace(one.wish, keep=_KEEP), MOST - len(desk.tries), first=1):
            words = wish.words or "drawing"
            other = Try(self.history.new_name(words), wish, held=set(one.held))
            other.commands = list(one.commands[:1])
            other.show(one.svg, one.cells)
            desk.tries.append(other)
            self._go_on(desk, other, wish, self._steps(wish))
        desk.send(self.table.whole(desk))

    def _edit(self, desk: Desk, one: Try, ask: Mapping[str, Any]) -> None:
        """Lock, hide, delete or colour parts of what its user saw; it stops for that."""
        edits = ask.get("edits")
        frame = ask.get("frame")
        base = one.seen(frame) if isinstance(frame, int) else one.svg
        new = edited(
            base, [e for e in edits if isinstance(e, dict)] if isinstance(edits, list) else []
        )
        self._leave(one)
        one.show(new, b"")
        one.changed = one.frame
        self.table.keep(desk, one)

    async def _paint(self, desk: Desk, one: Try, ask: Mapping[str, Any]) -> None:
        """Cells in other colours, and cells that stay."""
        if not one.cells:
            raise InputError("the pencil is for pixel art")
        cells = [(int(x), int(y), str(colour)) for x, y, colour in ask.get("cells") or []]
        held = {(int(x), int(y)) for x, y in ask.get("held") or []}
        self._leave(one)
        one.held = held
        if cells:
            self.table.keep(desk, one, tell=False)
            path = str(self.history.path(one.name))
            answer = await self.table.ask(Paint, path, tuple(cells))
            if answer.line:
                raise InputError(answer.line)
            one.show(answer.svg, answer.cells)
        self.table.keep(desk, one)

    def _leave(self, one: Try) -> None:
        """Let go of its run: what it looks like is changed by hand now."""
        if one.job and (one.going or one.live):
            self.table.order(Forget(one.job))
        one.job, one.live, one.error = "", False, ""
        one.status = "stopped"

    def _away(self, desk: Desk, one: Try, *, tell: bool = True) -> None:
        """Off the desk; it stays in the history as it is."""
        if one.svg:
            self.table.keep(desk, one, tell=False)
        self._leave(one)
        desk.tries.remove(one)
        if tell:
            desk.send(self.table.whole(desk))

    async def _open(self, desk: Desk, name: str) -> None:
        """A drawing of the history, back on the desk."""
        if self.desks.holding(name) is not None:
            if desk.find(name) is None:
                raise InputError("this drawing lies on the desk of another tab")
            desk.send({"type": "chosen", "name": name})
            return
        kept, svg = self.history.read(name)
        one = Try(name, kept.wish, status="stopped", score=kept.score)
        one.step, one.total, one.commands = kept.step, kept.total, list(kept.commands)
        one.rounds, one.held = len(kept.commands), set(kept.held)
        cells = b""
        if kept.wish.kind == "pixels" and not kept.wish.traced:  # its cells, as a picture
            cells = (await self.table.ask(Paint, str(self.history.path(name)), ())).cells
        one.show(svg, cells)
        if len(desk.tries) == MOST:
            resting = [other for other in desk.tries if not other.going]
            self._away(desk, (resting or desk.tries)[0], tell=False)
        desk.tries.append(one)
        desk.send(self.table.whole(desk))
        desk.send({"type": "chosen", "name": name})

    def _forget(self, desk: Desk, name: str) -> None:
        found = self.desks.holding(name)
        if found is not None:
            raise InputError("this drawing lies on a desk; take it off first")
        self.history.forget(name)
        desk.send(self.table.strip())

    # What the routes ask for.

    async def export(self, name: str, suffix: str, form: str) -> Path:
        """A file of a drawing on a desk or in the history. Raises InputError in one line."""
        found = self.desks.holding(name)
        source = self.history.path(name)
        if found is not None and found[1].svg:
            self.table.keep(*found, tell=False)
        if suffix == "svg":
            return source
        target = source.with_name(f"{form}.{suffix}")
        answer = await self.table.ask(Export, str(source), str(target), form)
        if answer.line:
            raise InputError(answer.line)
        return target

    async def check(self, path: Path) -> str:
        """Why a picture cannot be read, in one line; empty where it can."""
        answer = await self.table.ask(Check, str(path))
        return answer.line.replace(str(path), path.name)

    def file_name(self, name: str, suffix: str) -> str:
        """What a download of a drawing is called."""
        found = self.desks.holding(name)
        wish = found[1].wish if found is not None else self.history.read(name)[0].wish
        return self._file(wish, suffix)

    # In short.

    def _steps(self, wish: Wish) -> int:
        return _MORE_STEPS[wish.quality]

    def _file(self, wish: Wish, suffix: str) -> str:
        words = wish.words or Path(wish.picture).stem
        return f"{file_slug(words)}.{suffix}"
