"""Drawings that move: drawn by hand, become each other, told, or seen while they are optimized.

from drawkit import film, morph

film("cat.svg", seconds=6, order="hand").save("cat.mp4")
morph(["cat.svg", "owl.svg"], loop=True).save("morph.webp")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawkit import Drawing, InputError, Scene, read_svg
from drawkit.films.by_hand import drawn_by_hand
from drawkit.films.hand import ORDERS, Hand
from drawkit.films.morphing import Turn, morphed
from drawkit.films.movie import Movie, checked
from drawkit.films.process import Recorder
from drawkit.films.story_film import StoryMovie, story
from drawkit.scene.film import Film

__all__ = ["ORDERS", "Movie", "Recorder", "StoryMovie", "film", "morph", "story"]

_MOST_DRAWINGS = 100


def film(
    drawing: Scene | Drawing | str | Path,
    *,
    seconds: float = 8.0,
    order: str = "paint",
    hold: float = 1.0,
    fps: float = 24.0,
    ease: bool = True,
    pen: bool = False,
    loop: bool = False,
) -> Movie:
    """A drawing that is drawn by hand: `film("cat.svg").save("cat.mp4")`.

    drawing: an SVG file of anybody, or what `draw` made. seconds: of drawing, 0.1..3600. order:
    `paint` as it lies, `size` from large to small, `part` layer by layer with a pause between,
    `hand` to the nearest next start, slower in bends, never below what is there. hold: seconds
    that the end stays. fps: frames a second, 1..120. ease: lines begin and end slowly. pen: a tip
    draws them. loop: begin again at the end. Raises `InputError` for other values and for a
    drawing without paths, `FileError` for a file that is no SVG.
    """
    scene = _scene(drawing)
    hand = Hand(
        checked("seconds", seconds, 0.1, 3600),
        order,
        checked("hold", hold, 0, 3600),
        ease,
        pen,
        loop,
    )
    return Movie(Film.moving(drawn_by_hand(scene, hand), checked("fps", fps, 1, 120)))


def morph(
    drawings: Sequence[Scene | Drawing | str | Path],
    *,
    seconds: float = 2.0,
    hold: float = 0.5,
    fps: float = 24.0,
    ease: bool = True,
    loop: bool = False,
) -> Movie:
    """Drawings that become each other, path by path: `morph(["cat.svg", "owl.svg"])`.

    seconds: from one to the next, 0.1..3600. hold: seconds that each stays. loop: the last
    becomes the first again. The rest is as in `film`. Raises `InputError` for fewer than two.
    """
    if not 2 <= len(drawings) <= _MOST_DRAWINGS:
        raise InputError(f"a morph takes 2 to {_MOST_DRAWINGS} drawings, got {len(drawings)}")
    turn = Turn(checked("seconds", seconds, 0.1, 3600), checked("hold", hold, 0, 3600), ease, loop)
    scenes = [_scene(one) for one in drawings]
    return Movie(Film.moving(morphed(scenes, turn), checked("fps", fps, 1, 120)))


def _scene(drawing: Scene | Drawing | str | Path) -> Scene:
    if isinstance(drawing, Scene):
        return drawing
    return drawing.scene if isinstance(drawing, Drawing) else read_svg(drawing)
