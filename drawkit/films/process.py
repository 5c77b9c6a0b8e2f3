"""The film of a drawing in the making: frames where it has changed, whatever the step.

with Recorder("cat.mp4") as film:
    draw("a cat", on_step=film)
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path as FilePath
from types import TracebackType

import numpy as np

from drawkit import Drawing, DrawkitError, Scene, Step
from drawkit.export import exporter_for, moving_suffixes
from drawkit.export.film_outputs import plan_films, side_of, write_films
from drawkit.export.png import PngConfig
from drawkit.export.video import FilmStream, VideoExporter
from drawkit.films.movie import checked
from drawkit.scene import RasterLayer
from drawkit.scene.film import Film, FilmFrame
from drawkit.scene.path import Path, Rgba

__all__ = ["CHANGE", "Recorder", "change", "thinned"]

CHANGE = 0.0012
"""Between two frames: how far points move in the mean, in sides, and colours, of black to white."""
_SHARE = 0.07
"""Of the time since the first step that may go into frames while it draws; the rest comes after."""
_NEARLY = 0.7
"""Of the way to the next frame that is gone before anybody looks: change may quicken."""
_LEAST_STEPS, _LEAST_OF_CELLS, _MOST_STEPS = 2, 3, 25
"""From one look to the next: looking takes a tenth of a step, of cells a seventh."""
_KEYS = 16
"""Frames that formats of vectors keep: they move evenly between them."""
_VECTORS = (".anim.svg", ".json")
_VIDEOS = VideoExporter.suffixes


class Recorder:
    """Films a drawing while it is made; called after each step, closed with the finished drawing.

    outputs: files, as `film` writes them. MP4 and WebM are written on the way, as long as that
    takes little of the time; else frames wait until drawing is done. hold: seconds that the
    finished drawing stays. fps: frames a second. size: longer side, px. Which frames are taken
    depends on the drawing alone, so the same drawing gives the same film. Raises as `film` does,
    before anything is drawn.
    """

    def __init__(
        self,
        outputs: str | FilePath | Sequence[str | FilePath],
        *,
        hold: float = 2.0,
        fps: float = 24.0,
        size: int | None = None,
        overwrite: bool = False,
    ) -> None:
        names = [outputs] if isinstance(outputs, str | FilePath) else list(outputs)
        self._hold, self._fps = checked("hold", hold, 0, 3600), checked("fps", fps, 1, 120)
        self._side = None if size is None else side_of(size)
        self._plan = plan_films(names, overwrite=overwrite)
        self._frames: list[Scene] = []
        self._waiting: deque[Scene] = deque()
        self._streams: list[FilmStream] = []
        self._stack = ExitStack()
        self._last_step, self._next_step = 0, 1
        self._began = 0.0
        self._configs: tuple[object, ...] = ()
        self._finished: Callable[[], Drawing] | None = None
        self._trouble: DrawkitError | None = None
        self.seconds = 0.0  # that it has taken from drawing so far

    def __call__(self, step: Step) -> None:
        """Look at the drawing after a step, if it is likely to have changed enough."""
        started = time.perf_counter()
        if self._finished is None:
            self._began = started
        self._finished = step.drawing
        if self._trouble is None:
            try:
                if step.index >= self._next_step:
                    self._look(step)
                self._work()
            except DrawkitError as error:  # a film is not worth a drawing
                self._trouble = error
                self._stack.close()
        self.seconds += time.perf_counter() - started

    @property
    def frames(self) -> int:
        """How many there are so far, without the finished drawing."""
        return len(self._frames)

    def close(self, drawing: Drawing) -> tuple[FilePath, ...]:
        """End with the finished drawing, and write what is not written yet; where the files are.

        Raises the `DrawkitError` that ended the film on the way, if one did.
        """
        if self._trouble is not None:
            raise self._trouble
        last, usual = drawing.scene, 1000 / self._fps
        if not self._frames:
            self._configs = self._sized(drawing.export_configs)
            self._take(last)
        hold = max(1000 * self._hold, usual)
        with self._stack:
            while self._waiting and self._streams:
                self._encode(self._waiting.popleft(), usual)
            self._encode(last, hold)
        film = Film((*(FilmFrame(scene, usual) for scene in self._frames), FilmFrame(last, hold)))
        paths = self._files(_VIDEOS)
        others = {*moving_suffixes()} - {*_VIDEOS, *_VECTORS}
        for suffixes, shown in ((others, film), (_VECTORS, thinned(film, _KEYS))):
            if self._files(suffixes):
                paths += write_films(shown, self._plan.only(suffixes), self._configs).paths
        return (*paths, *write_films(film, self._plan.only(()), self._configs).paths)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._finished is not None:  # what there is plays, whatever ended it
            self.close(self._finished())

    def _look(self, step: Step) -> None:
        """Take the drawing as a frame where it has changed, and guess when it will have again."""
        drawing = step.now()
        scene = drawing.scene
        if not self._frames:
            self._configs = self._sized(drawing.export_configs)
        apart = change(self._frames[-1], scene) if self._frames else math.inf
        steps = step.index - self._last_step
        left = CHANGE - apart
        if left <= 0:
            self._take(scene)
            self._last_step, left = step.index, CHANGE
        ahead = _NEARLY * left * steps / apart if apart > 0 else _MOST_STEPS
        least = _LEAST_STEPS if scene.grid is None else _LEAST_OF_CELLS
        self._next_step = step.index + round(min(max(ahead, least), _MOST_STEPS))

    def _sized(self, configs: tuple[object, ...]) -> tuple[object, ...]:
        """The drawing's own settings of formats, at the size that the film was asked for."""
        if self._side is None:
            return configs
        return (*(c for c in configs if not isinstance(c, PngConfig)), PngConfig(size=self._side))

    def _take(self, scene: Scene) -> None:
        if not self._frames:
            for path in self._files(_VIDEOS):
                exporter = exporter_for(path, self._configs)
                assert isinstance(exporter, VideoExporter)
                stream = exporter.stream(path, scene, exporter.rate_of([1000 / self._fps]))
                self._streams.append(self._stack.enter_context(stream))
        self._frames.append(scene)
        self._waiting.append(scene)

    def _work(self) -> None:
        """Encode what waits, as long as all of it takes little of the time."""
        started = time.perf_counter()
        while self._streams and self._waiting:
            now = time.perf_counter()
            if self.seconds + now - started > _SHARE * (now - self._began):
                return
            self._encode(self._waiting.popleft(), 1000 / self._fps)

    def _encode(self, scene: Scene, duration_ms: float) -> None:
        for stream in self._streams:
            stream.add(scene, duration_ms)

    def _files(self, suffixes: Collection[str]) -> list[FilePath]:
        """Those of the files that are to be written whose format is one of these."""
        targets = self._plan.only(suffixes).files.targets
        return [path for target in targets for path in target.paths()]


def change(before: Scene, after: Scene) -> float:
    """How much a drawing has changed, 0..1: places in sides, colours from black to white.

    Of pixel art the share of cells, as far as their colours are apart, and likewise of pictures;
    1 for other paths.
    """
    shown = [
        [one.pixels for one in s.layers if isinstance(one, RasterLayer)] for s in (before, after)
    ]
    if any(shown):
        if [one.shape for one in shown[0]] != [one.shape for one in shown[1]]:
            return 1.0
        pairs = zip(*shown, strict=True)
        return max(float(np.abs(np.subtract(a, b, dtype=float)).mean()) / 255 for a, b in pairs)
    grids = before.grid, after.grid
    if grids[0] is not None and grids[1] is not None:
        if grids[0].size != grids[1].size:
            return 1.0
        first, second = (grid.rgba().astype(float) for grid in grids if grid is not None)
        return float(np.abs(first - second).mean() / 255)
    ours, theirs = list(before.paths()), list(after.paths())
    if [len(p.control_points) for p in ours] != [len(p.control_points) for p in theirs]:
        return 1.0
    if not ours:
        return 0.0
    points = (np.concatenate([path.control_points for path in paths]) for paths in (ours, theirs))
    colors = (np.array([_paint(path) for path in paths]) for paths in (ours, theirs))
    moved = float(np.abs(np.subtract(*points)).mean()) / max(after.width, after.height)
    return moved + float(np.abs(np.subtract(*colors)).mean())


def _paint(path: Path) -> Rgba:
    """The colour that a path has, of its line or else of its area."""
    paint = path.fill if path.stroke is None else path.stroke
    return (0.0, 0.0, 0.0, 0.0) if paint is None else paint


def thinned(film: Film, most: int) -> Film:
    """So many of the frames, evenly, each as long as those that it stands for."""
    count = len(film.frames)
    if count <= most:
        return film
    kept = sorted({round(at * (count - 1) / (most - 1)) for at in range(most)})
    times = film.durations
    frames = [
        FilmFrame(film.frames[at].scene, sum(times[at:until]))
        for at, until in zip(kept, [*kept[1:], count], strict=True)
    ]
    return Film(tuple(frames), film.loop)
