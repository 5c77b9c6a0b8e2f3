"""A finished film in the hand: save it, or show it in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from drawkit import InputError
from drawkit.export.anim import film_text
from drawkit.export.film_outputs import side_of, write_film
from drawkit.scene.film import Film, Sampled

__all__ = ["Movie", "checked"]


@dataclass(frozen=True, repr=False)
class Movie:
    """What `film` and `morph` return: the film, and ways to write it."""

    film: Film

    def save(
        self, path: str | Path, size: int | None = None, sound: str | Path | None = None
    ) -> Path:
        """Write it; the suffix decides the format, as does `%03d` in a name: a file a frame.

        size: longer side in px of what is made of pixels; 512 without one. sound: a file that is
        heard with it, in MP4 and WebM: cut to its length, or followed by silence.
        """
        path = Path(path)
        write_film(self.film, path, None if size is None else side_of(size), sound)
        return path

    def until(self, stopped: Callable[[], bool]) -> Movie:
        """The same, but that it ends where `stopped` becomes true while it is written."""
        frames = self.film.frames
        if not isinstance(frames, Sampled):
            return self
        return Movie(replace(self.film, frames=frames.until(stopped)))

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.film.seconds

    def _repr_svg_(self) -> str:
        """Notebooks play it."""
        return film_text(self.film)

    def __repr__(self) -> str:
        width, height = self.film.size
        frames = len(self.film.frames)
        return f"<Movie {width:g}x{height:g}, {frames} frames, {self.seconds:g} s>"


def checked(name: str, value: float, least: float, most: float) -> float:
    """A number within its limits; `InputError` for all else."""
    if not isinstance(value, int | float) or not least <= value <= most:
        raise InputError(f"{name} is {value}; allowed: {least:g} to {most:g}")
    return float(value)
