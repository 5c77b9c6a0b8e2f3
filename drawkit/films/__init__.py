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
from drawkit.films.camera import Camera, with_camera
from drawkit.films.camera_words import read_camera
from drawkit.films.hand import ORDERS, Hand
from drawkit.films.lettering import Lettering
from drawkit.films.morphing import Turn, morphed
from drawkit.films.movie import Movie, checked
from drawkit.films.process import Recorder
from drawkit.films.story_film import StoryMovie, story
from drawkit.films.titles import Title, with_titles
from drawkit.scene.film import Film
from drawkit.scene.motion import Motion

__all__ = ["ORDERS", "Movie", "Recorder", "StoryMovie", "Title", "film", "morph", "story"]

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
    camera: str | None = None,
    parallax: float = 0.0,
    title: str | Title | None = None,
) -> Movie:
    """A drawing that is drawn by hand: `film("cat.svg").save("cat.mp4")`.

    drawing: an SVG file of anybody, or what `draw` made. seconds: of drawing, 0.1..3600. order:
    `paint` as it lies, `size` from large to small, `part` layer by layer with a pause between,
    `hand` to the nearest next start, slower in bends, never below what is there. hold: seconds
    that the end stays. fps: frames a second, 1..120. ease: lines begin and end slowly. pen: a tip
    draws them. loop: begin again at the end. camera: what a camera looks at, `zoom-in`, `walk` or
    `0: zoom 1; 5: zoom 1.6 at 0.7,0.3 turn 10`. parallax: 0..1, how much more it moves what lies
    on top. title: words over it, or a `Title`. Raises `InputError` for other values and for a
    drawing without paths, `FileError` for a file that is no SVG.
    """
    hand = Hand(
        checked("seconds", seconds, 0.1, 3600),
        order,
        checked("hold", hold, 0, 3600),
        ease,
        pen,
        loop,
    )
    rate = checked("fps", fps, 1, 120)
    over = _Over(camera, parallax, title, hand.seconds + hand.hold, loop)
    return Movie(Film.moving(over(drawn_by_hand(_scene(drawing), hand)), rate))


def morph(
    drawings: Sequence[Scene | Drawing | str | Path],
    *,
    seconds: float = 2.0,
    hold: float = 0.5,
    fps: float = 24.0,
    ease: bool = True,
    loop: bool = False,
    camera: str | None = None,
    parallax: float = 0.0,
    title: str | Title | None = None,
) -> Movie:
    """Drawings that become each other, path by path: `morph(["cat.svg", "owl.svg"])`.

    seconds: from one to the next, 0.1..3600. hold: seconds that each stays. loop: the last
    becomes the first again. The rest is as in `film`. Raises `InputError` for fewer than two.
    """
    if not 2 <= len(drawings) <= _MOST_DRAWINGS:
        raise InputError(f"a morph takes 2 to {_MOST_DRAWINGS} drawings, got {len(drawings)}")
    turn = Turn(checked("seconds", seconds, 0.1, 3600), checked("hold", hold, 0, 3600), ease, loop)
    rate = checked("fps", fps, 1, 120)
    over = _Over(camera, parallax, title, turn.lasts(len(drawings)), loop)
    return Movie(Film.moving(over(morphed([_scene(one) for one in drawings], turn)), rate))


class _Over:
    """What a film is seen through, read before anything is drawn: a camera, and a title."""

    def __init__(
        self,
        camera: str | None,
        parallax: float,
        title: str | Title | None,
        seconds: float,
        loop: bool,
    ) -> None:
        if camera is None and parallax:
            raise InputError("parallax is what a camera sees; give a camera too, such as 'walk'")
        self._camera: Camera | None = None
        if camera is not None:
            self._camera = read_camera(camera, seconds, parallax=parallax, loop=loop)
        self._titles = (
            [Title(title) if isinstance(title, str) else title] if title is not None else []
        )
        for one in self._titles:
            one.span(seconds)
            Lettering(one.font)

    def __call__(self, motion: Motion) -> Motion:
        seen = motion if self._camera is None else with_camera(motion, self._camera)
        return with_titles(seen, self._titles)


def _scene(drawing: Scene | Drawing | str | Path) -> Scene:
    if isinstance(drawing, Scene):
        return drawing
    return drawing.scene if isinstance(drawing, Drawing) else read_svg(drawing)
