"""A film: scenes in a row, each shown for a while."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from drawkit.scene import Metadata, Scene
from drawkit.scene.grid import Frame, Grid, Tag
from drawkit.scene.motion import Motion

__all__ = ["Film", "FilmFrame", "Sampled", "whole_times"]


@dataclass(frozen=True)
class FilmFrame:
    """A scene and how long it is shown. duration_ms: above 0; `ValueError` for all else."""

    scene: Scene
    duration_ms: float = 100

    def __post_init__(self) -> None:
        if not (math.isfinite(self.duration_ms) and self.duration_ms > 0):
            raise ValueError(f"a frame lasts more than 0 ms, got {self.duration_ms}")


@dataclass(frozen=True)
class Film:
    """Scenes of one size in a row, with their times.

    frames: one at least; a sequence that makes each when it is asked for it is kept as it is, so
    that a long film never lies in memory. loop: whether it begins again at its end. tags: named
    runs of frames. motion: the same as paths that move, where it is known; formats of vectors
    write that. Raises `ValueError` for no frame, frames of several sizes, or tags beyond the end.
    """

    frames: Sequence[FilmFrame]
    loop: bool = True
    tags: tuple[Tag, ...] = ()
    motion: Motion | None = None

    def __post_init__(self) -> None:
        if isinstance(self.frames, list):
            object.__setattr__(self, "frames", tuple(self.frames))
        object.__setattr__(self, "tags", tuple(self.tags))
        if not len(self.frames):
            raise ValueError("a film needs a frame at least")
        if isinstance(self.frames, tuple):
            sizes = {(frame.scene.width, frame.scene.height) for frame in self.frames}
            if len(sizes) > 1:
                raise ValueError(f"frames of one film have one size, got {sorted(sizes)}")
        for tag in self.tags:
            if tag.last >= len(self.frames):
                raise ValueError(f"tag '{tag.name}' ends at frame {tag.last} of {len(self.frames)}")

    @classmethod
    def of(cls, shown: Scene | Film) -> Film:
        """A scene as a film: each frame of pixel art is one, any other scene is a single frame.

        A film is handed back as it is.
        """
        if isinstance(shown, Film):
            return shown
        art = shown.pixel_art
        if art is None:
            return cls((FilmFrame(shown),))
        if len(art.grid.frames) == 1:
            return cls((FilmFrame(shown, art.grid.frames[0].duration_ms),), tags=art.grid.tags)
        frames = []
        for frame in art.grid.frames:
            layer = replace(art, grid=replace(art.grid, frames=(frame,), tags=()))
            frames.append(FilmFrame(replace(shown, layers=(layer,)), frame.duration_ms))
        return cls(tuple(frames), tags=art.grid.tags)

    @classmethod
    def moving(cls, motion: Motion, fps: float) -> Film:
        """Paths that move, seen `fps` times a second."""
        return cls(Sampled(motion.at, motion.seconds, fps), motion.loop, motion=motion)

    @property
    def first(self) -> Scene:
        """The scene of the first frame."""
        return self.frames[0].scene

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in user units."""
        return self.first.width, self.first.height

    @property
    def metadata(self) -> Metadata:
        """How it was made: what the first scene says."""
        return self.first.metadata

    @property
    def durations(self) -> list[float]:
        """Milliseconds of each frame."""
        if isinstance(self.frames, Sampled):
            return [1000 / self.frames.fps] * len(self.frames)
        return [frame.duration_ms for frame in self.frames]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return sum(self.durations) / 1000

    @property
    def grid(self) -> Grid | None:
        """All frames as one grid, where each is pixel art in the same colours; else None."""
        grids: list[Grid] = []
        for frame in self.frames:
            grid = frame.scene.grid
            if grid is None or (grids and _kind(grid) != _kind(grids[0])):
                return None
            grids.append(grid)
        times = whole_times(self.durations)
        frames = tuple(Frame(g.indices, max(ms, 1)) for g, ms in zip(grids, times, strict=True))
        return replace(grids[0], frames=frames, tags=self.tags)


class Sampled(Sequence[FilmFrame]):
    """What is seen `fps` times a second, each frame made when it is asked for.

    at: the scene at a time, in seconds. stopped: asked before each frame as they are gone through;
    they end where it is true, but not before the first.
    """

    def __init__(
        self,
        at: Callable[[float], Scene],
        seconds: float,
        fps: float,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.fps = fps
        self._at, self._seconds, self._stopped = at, seconds, stopped

    def until(self, stopped: Callable[[], bool]) -> Sampled:
        """The same frames, which end where `stopped` becomes true."""
        return Sampled(self._at, self._seconds, self.fps, stopped)

    def __iter__(self) -> Iterator[FilmFrame]:
        for at in range(len(self)):
            if at and self._stopped():
                return
            yield self[at]

    def __len__(self) -> int:
        return max(1, round(self._seconds * self.fps))

    @overload
    def __getitem__(self, at: int) -> FilmFrame: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[FilmFrame]: ...

    def __getitem__(self, at: int | slice) -> FilmFrame | Sequence[FilmFrame]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return FilmFrame(self._at(at % len(self) / self.fps), 1000 / self.fps)


def whole_times(durations: Sequence[float], unit: int = 1, least: int = 1) -> list[int]:
    """Times in whole units of so many ms: what rounding takes from a frame the next one gets.

    So the whole keeps its length. least: the shortest in such units.
    """
    times, owed = [], 0.0
    for duration in durations:
        time = max(round((duration + owed) / unit), least)
        owed += duration - unit * time
        times.append(time)
    return times


def _kind(grid: Grid) -> tuple[object, ...]:
    return grid.palette, grid.transparent, grid.cell, grid.tile, grid.size
