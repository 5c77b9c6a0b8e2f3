"""A story on its way: what it draws, what it says meanwhile, the files that it writes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from drawkit.cli.console import complain
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop
from drawkit.errors import DrawkitError, InputError
from drawkit.export.outputs import plan_outputs
from drawkit.files import expanded, read_bytes, read_json
from drawkit.files.writing import write_file, write_whole

if TYPE_CHECKING:
    from drawkit.engine.stories.plan import Layers, Pace

__all__ = ["Telling"]

_WRITTEN = "written.json"
"""What a run folder keeps of the files that the story was written to."""
_OF_PATHS = (".anim.svg", ".json")
_LOOK_EVERY = 24
"""Frames between two words of how far the film is."""


class Telling:
    """A story on its way: the plan, the scenes in their folder, the files."""

    def __init__(
        self,
        text: Path,
        pace: Pace,
        layers: Layers,
        run_dir: str | None,
        stop: Stop,
        display: Display,
    ) -> None:
        from drawkit import StoryMovie
        from drawkit.engine.stories.plan import plan_story
        from drawkit.engine.stories.reading import read_story

        self._stop, self._display = stop, display
        self._began = time.monotonic()
        with _line_by_line(display):
            self._plan = plan_story(read_story(text), pace, layers)
        StoryMovie.check(self._plan)
        self._run_dir = None if run_dir is None else expanded(run_dir)
        self._ends = ExitStack()
        self.paths: list[Path] = []
        self.failure: DrawkitError | None = None
        self.stopped = False

    def __enter__(self) -> Telling:
        from drawkit.engine.stories.scenes import StoryScenes

        folder = self._run_dir
        if folder is None:
            folder = Path(self._ends.enter_context(TemporaryDirectory(prefix="drawkit-")))
        self._scenes = StoryScenes(self._plan, folder)
        with _line_by_line(self._display):
            self._ends.enter_context(self._scenes)
        return self

    def __exit__(self, *error: Any) -> None:
        self._ends.close()

    @property
    def usual(self) -> str:
        """The suffix of the film where no file is named."""
        return ".mp4" if self._plan.dreamt else ".anim.svg"

    def check(self, outputs: Sequence[str], storyboard: str | None, overwrite: bool) -> None:
        """Check the names of files. What this story wrote before it may replace."""
        for name in outputs if self._plan.dreamt else ():
            if name.lower().endswith(_OF_PATHS):
                raise InputError(
                    f"-o '{name}' moves paths, and a story of pictures has none; allowed: .mp4,"
                    " .webm, .gif, .webp, .apng or NAME-%03d.png"
                )
        from drawkit.export.film_outputs import plan_films, sound_of

        names = [*outputs, *([] if storyboard is None else [storyboard])]
        self._overwrite = overwrite or self._wrote(names)
        self._films = plan_films(outputs, overwrite=self._overwrite)
        self._configs = list(self._plan.configs)
        sound = self._plan.pace.sound
        if sound is not None and outputs:
            heard, notes = sound_of(self._films, sound)
            self._configs.append(heard)
            for note in notes:
                self._display.warn(note)
        self._sheet: Path | None = None
        if storyboard is not None:
            if not storyboard.lower().endswith(".png"):
                raise InputError(f"--storyboard writes a PNG, got '{storyboard}'")
            (target,) = plan_outputs([storyboard], "", overwrite=self._overwrite).targets
            (self._sheet,) = target.paths()

    def draw(self, workers: int | None) -> None:
        """Draw the scenes that are not there, and say what becomes of each."""
        stop, display, scenes = self._stop, self._display, self._scenes
        total, count = scenes.waiting, len(self._plan.scenes)
        seconds = f"{self._plan.seconds:.4g} s"
        display.say(f"{count} scenes, {seconds}" + _there(scenes.count - total))
        stop.drawing = True
        began = time.monotonic()
        display.wait(f"drawing {total} scenes")
        drawing = scenes.draw(workers, lambda: stop.requested)
        for done, one in enumerate(drawing, start=1):
            left = (time.monotonic() - began) / done * (total - done)
            score = "" if one.score is None else f"  score {one.score:.3f}"
            said = score if one.error is None else f"  failed: {one.error}"
            display.say(f"{done}/{total}  {one.order.title}{said}  {left:.0f} s left")
            display.wait(f"drawing {total - done} scenes")
        self.failure = scenes.failure()
        # From here on a stop is another one: the film of what is drawn is made all the same.
        self.stopped, stop.requested = stop.requested, False

    def write(self) -> None:
        """Write the sheet and the film of the scenes that are drawn."""
        from drawkit import StoryMovie
        from drawkit.engine.stories.scenes import storyboard
        from drawkit.export.film_outputs import write_films

        drawn = self._scenes.drawn()
        self._display.finish()
        if self.stopped:
            whole = len(self._plan.scenes)
            goes_on = "" if self._run_dir is None else "; the same command goes on"
            self._display.warn(f"stopped after {len(drawn)} of {whole} scenes{goes_on}")
        if not drawn:
            return
        if self._sheet is not None:
            write_file(self._sheet, storyboard(drawn), overwrite=self._overwrite)
            self.paths.append(self._sheet)
            self._note()
        if not self._films.any:
            return
        movie = StoryMovie.told(self._plan, drawn)
        film = movie.until(self._frames(len(movie.film.frames))).film
        saved = write_films(film, self._films, self._configs)
        self._display.finish()
        for note in saved.notes:
            self._display.warn(note)
        self.paths += saved.paths
        self._note()
        if self._stop.requested:
            self.stopped = True
            self._display.warn("stopped; the film ends where it was")
        elif not self.stopped:
            took = time.monotonic() - self._began
            self._display.say(f"a film of {movie.seconds:.4g} s in {took:.0f} s")

    def _frames(self, total: int) -> Callable[[], bool]:
        """What is asked before each frame: says how far the film is, and whether to stop."""
        began, made = time.monotonic(), 0

        def asked() -> bool:
            nonlocal made
            made += 1
            if made % _LOOK_EVERY == 0:
                left = (time.monotonic() - began) / made * max(total - made, 0)
                self._display.wait(f"frame {made} of {total}, {left:.0f} s left")
            return self._stop.requested

        self._display.wait(f"making a film of {total} frames")
        return asked

    def _wrote(self, names: Sequence[str]) -> bool:
        """Whether all files of these names that are there were written by this story."""
        known = self._known()
        there = [path for path in map(expanded, names) if path.is_file()]
        return bool(there) and all(known.get(_key(path)) == _digest(path) for path in there)

    def _known(self) -> dict[str, str]:
        place = None if self._run_dir is None else self._run_dir / _WRITTEN
        if place is None or not place.is_file():
            return {}
        try:
            found = read_json(read_bytes(place))
        except (ValueError, DrawkitError):
            return {}
        return found if isinstance(found, dict) else {}

    def _note(self) -> None:
        """Note down which files are this story's own."""
        if self._run_dir is not None:
            own = {_key(path): _digest(path) for path in self.paths if path.is_file()}
            text = json.dumps({**self._known(), **own}, indent=1)
            write_whole(self._run_dir / _WRITTEN, text.encode())


@contextmanager
def _line_by_line(display: Display) -> Iterator[None]:
    """Tell all mistakes of a story, a line each, and leave."""
    from drawkit.engine.many.orders import BadLines

    try:
        yield
    except BadLines as error:
        display.finish()
        for line in error.lines:
            complain(line)
        raise typer.Exit(2) from error


def _there(count: int) -> str:
    return f"; {count} are there already" if count else ""


def _key(path: Path) -> str:
    return str(path.absolute())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
