"""Titles of films: words over what moves, as outlines, in every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drawkit import InputError
from drawkit.films.camera_words import read_time
from drawkit.films.lettering import Lettering
from drawkit.scene import Background
from drawkit.scene.motion import Key, Motion, MovingLayer, Track
from drawkit.scene.path import Path as Drawn
from drawkit.scene.path import Rgba

__all__ = ["PLACES", "Title", "with_titles"]

PLACES = ("bottom", "middle", "top")
_LONGEST = 1000
_SIZE, _LEAST_SIZE = 0.07, 0.025
"""Of the shorter side: the size of the letters, and how small they become where there are many."""
_WIDEST, _HIGHEST = 0.9, 0.4
"""Shares of the page that a title takes at most."""
_LINES = 3
"""As many as it may have before letters become smaller."""
_EDGE = 0.05
"""Of the shorter side, from the edge of the page."""
_FADE = 0.4
"""Seconds in which it comes and goes; at most a quarter of its time."""
_HALO = 0.2
"""Of the size of letters: what sets them off from what lies below."""
_DARK, _LIGHT = (0.1, 0.1, 0.12), (0.97, 0.97, 0.95)


@dataclass(frozen=True)
class Title:
    """Words that are shown for a while.

    time: seconds from and until, also as `2-5` or `50%-100%`; None: as long as the film lasts.
    place: `bottom`, `middle` or `top`. font: a .ttf or .otf file; None: the one that is built in.
    Raises `InputError` for other values.
    """

    text: str
    time: tuple[float, float] | str | None = None
    place: str = "bottom"
    font: Path | None = None

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise InputError(f"unknown title place '{self.place}'; allowed: {', '.join(PLACES)}")
        if not self.text.strip():
            raise InputError("the title is empty")
        if len(self.text) > _LONGEST:
            raise InputError(f"the title has {len(self.text)} letters; allowed: {_LONGEST}")

    def span(self, seconds: float) -> tuple[float, float]:
        """From and until, in a film of so many seconds; `InputError` for what is not in it."""
        if self.time is None:
            return 0.0, seconds
        if isinstance(self.time, str):
            first, dash, last = self.time.partition("-")
            if not dash:
                raise InputError(f"the time of a title is 2-5 or 0%-50%, got '{self.time}'")
            start, until = (read_time(part, seconds, "the title") for part in (first, last))
        else:
            start, until = self.time[0], min(self.time[1], seconds)
        if until <= start:
            raise InputError(f"the title ends at {until:g} s, and begins at {start:g} s")
        return start, until


def with_titles(motion: Motion, titles: Sequence[Title]) -> Motion:
    """The same film with words above all else; a camera leaves them where they are.

    Letters that a font lacks are said in one line and left out. Raises `FileError` for a file that
    is no font, `InputError` for a time outside of the film.
    """
    fonts: dict[Path | None, Lettering] = {}
    tracks: list[Track] = []
    for title in titles:
        if title.font not in fonts:
            fonts[title.font] = Lettering(title.font)
        tracks += _tracks(title, fonts[title.font], motion)
    if not tracks:
        return motion
    layer = MovingLayer("titles", tuple(tracks), fixed=True)
    return replace(motion, layers=(*motion.layers, layer))


def _tracks(title: Title, font: Lettering, motion: Motion) -> list[Track]:
    """The halo of a title and its letters, coming and going."""
    text = font.known(title.text)
    start, until = title.span(motion.seconds)
    if not text.strip():
        return []
    lines, size = _fitted(text, font, motion)
    high, edge = font.height(len(lines)) * size, _EDGE * min(motion.width, motion.height)
    tops = {"top": edge, "middle": (motion.height - high) / 2}
    top = tops.get(title.place, motion.height - edge - high)
    runs = font.outlines(lines, size, motion.width / 2, top)
    if not runs:
        return []
    ink, around = _colors(motion.background)
    points, more = runs[0].control_points, tuple(runs[1:])
    letters = Drawn(points, True, fill=ink, more=more, label="title")
    halo = replace(letters, fill=None, stroke=around, stroke_width=_HALO * size)
    return [_shown(path, start, until, motion.seconds) for path in (halo, letters)]


def _fitted(text: str, font: Lettering, motion: Motion) -> tuple[list[str], float]:
    """Lines and the size of their letters, so that all of it is on the page."""
    side = min(motion.width, motion.height)
    share = _SIZE
    while True:
        size = share * side
        widest = _WIDEST * motion.width / size
        lines = font.wrapped(text, widest)
        wide = max(map(font.width, lines)) <= widest
        if wide and (len(lines) <= _LINES or share <= _LEAST_SIZE):
            break
        if share <= _LEAST_SIZE and font.height(len(lines)) * size <= _HIGHEST * motion.height:
            size *= widest / max(map(font.width, lines))  # one very long word
            break
        share *= 0.92
    return lines, size


def _colors(paper: Background) -> tuple[Rgba, Rgba]:
    """Of letters and of what is around them: as far from each other as the paper lets them be."""
    color = (1.0, 1.0, 1.0) if paper.color is None else paper.color
    dark = 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2] < 0.5
    ink = _LIGHT if dark else _DARK
    return (*ink, 1.0), (*color, 0.85)


def _shown(path: Drawn, start: float, until: float, end: float) -> Track:
    """It comes and goes slowly, but not where the film begins and ends."""

    def clear(paint: Rgba | None) -> Rgba | None:
        return None if paint is None else (*paint[:3], 0.0)

    nothing = replace(path, fill=clear(path.fill), stroke=clear(path.stroke))
    fade = min(_FADE, (until - start) / 4)
    keys = [Key(start, path)]
    if start > 0:
        keys = [Key(start, nothing), Key(start + fade, path)]
    if until < end:
        keys += [Key(until - fade, path), Key(until, nothing)]
    return Track(tuple(keys), until if until < end else None)
