"""The titles of a story: one over the whole film, or one over each scene while it stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawkit import InputError
from drawkit.engine.stories.plan import StoryPlan
from drawkit.films.lettering import Lettering
from drawkit.films.titles import Title

__all__ = ["titles_of"]

_SHARE = 0.5
"""Of the way to the next scene, for the title of one that does not stay."""


def titles_of(plan: StoryPlan, places: Sequence[int]) -> list[Title]:
    """What stands over the film where some scenes are told; none where nothing is said.

    Raises `InputError` for words and places that are none, `FileError` for a file that is no font.
    """
    pace = plan.pace
    font = None if pace.title_font is None else Path(pace.title_font)
    place = "bottom" if pace.title_place is None else pace.title_place
    found: list[Title] = []
    if pace.title is not None:
        found.append(Title(pace.title, None, place, font))
    start = 0.0
    for at, (hold, fade) in zip(places, plan.times(places), strict=True):
        scene = plan.scenes[at]
        words = scene.title
        if words is None and pace.titles and not scene.between:
            words = scene.order.title
        if words is not None:
            until = start + (hold if hold > 0 else _SHARE * fade)
            try:
                found.append(Title(words, (start, until), place, font))
            except InputError as error:
                raise InputError(f"{scene.order.place}: {error}") from error
        start += hold + fade
    if found:
        Lettering(font)
    elif font is not None or pace.title_place is not None:
        raise InputError("title_place and title_font are of titles; give titles, or a title")
    return found
