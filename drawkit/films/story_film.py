"""Stories: words, scene by scene, as a film in which each drawing becomes the next one.

from drawkit import story

story(["a cat", "an owl", "a fish"], seconds=15).save("story.mp4")
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from drawkit import DrawOptions, InputError
from drawkit.engine.many.batch import Filled
from drawkit.engine.many.lines import Line
from drawkit.engine.options import Style, options_layer
from drawkit.engine.stopped import says_stop
from drawkit.engine.stories.plan import Pace, StoryPlan, plan_story
from drawkit.engine.stories.reading import Layer, StoryText, read_story
from drawkit.engine.stories.scenes import DrawnScene, StoryScenes, storyboard
from drawkit.films.camera import with_camera
from drawkit.films.dissolving import Dissolve, picture_of
from drawkit.films.morphing import Turn, morphed
from drawkit.films.movie import Movie
from drawkit.films.story_camera import camera_of
from drawkit.films.story_titles import titles_of
from drawkit.films.titles import with_titles
from drawkit.scene.film import Film, Sampled

__all__ = ["StoryMovie", "story"]


@dataclass(frozen=True, repr=False)
class StoryMovie(Movie):
    """What `story` returns: a film, and the scenes that it is made of."""

    scenes: tuple[DrawnScene, ...] = ()
    sound: str | None = None

    @classmethod
    def told(cls, plan: StoryPlan, scenes: Sequence[DrawnScene]) -> StoryMovie:
        """The film of those scenes that are drawn. Raises `InputError` where none is."""
        if not scenes:
            raise InputError(f"no scene of '{plan.name}' is drawn, so there is no film")
        places = [one.at for one in scenes]
        turns = [Turn(fade, hold, plan.ease, plan.loop) for hold, fade in plan.times(places)]
        if picture_of(scenes[0].scene) is not None:
            told = camera_of(plan, places), titles_of(plan, places)
            shown = Dissolve([one.scene for one in scenes], turns, *told)
            frames = Sampled(shown.at, shown.seconds, plan.fps)
            return cls(Film(frames, shown.loop), tuple(scenes), plan.pace.sound)
        moving = [one.moving for one in scenes]
        motion = morphed([one.scene for one in scenes], turns, moving)
        camera = camera_of(plan, places)
        if camera is not None:
            motion = with_camera(motion, camera)
        motion = with_titles(motion, titles_of(plan, places))
        return cls(Film.moving(motion, plan.fps), tuple(scenes), plan.pace.sound)

    @staticmethod
    def check(plan: StoryPlan) -> None:
        """Raise `InputError` for what the film will not take, before a scene is drawn."""
        camera = camera_of(plan, range(len(plan.scenes)))
        dreamt = {one.order.dreamt: one.order for one in plan.scenes}
        if len(dreamt) > 1:
            raise InputError(
                f"{dreamt[True].place} is a picture on canvas '{dreamt[True].canvas}', which does"
                f" not become {dreamt[False].canvas}; draw all scenes as pictures, or none"
            )
        if True in dreamt and camera is not None and camera.parallax:
            raise InputError("parallax needs what lies in front, and a picture is flat")
        titles_of(plan, range(len(plan.scenes)))

    def save(
        self, path: str | Path, size: int | None = None, sound: str | Path | None = None
    ) -> Path:
        """As of any film; MP4 and WebM have the story's own sound where none is given."""
        if sound is None and Path(path).suffix.lower() in (".mp4", ".webm"):
            sound = self.sound
        return super().save(path, size, sound)

    def storyboard(self) -> bytes:
        """A PNG with all scenes and their words."""
        return storyboard(self.scenes)


def story(
    text: str | PathLike[str] | Sequence[str],
    *,
    seconds: float | None = None,
    hold: float | None = None,
    fade: float | None = None,
    window: int | None = None,
    fps: float | None = None,
    loop: bool | None = None,
    ease: bool | None = None,
    camera: str | None = None,
    parallax: float | None = None,
    blend: int | None = None,
    title: str | None = None,
    titles: bool | None = None,
    title_place: str | None = None,
    title_font: str | None = None,
    sound: str | None = None,
    run_dir: str | PathLike[str] | None = None,
    workers: int = 1,
    on_scene: Callable[[Filled], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    **options: Unpack[DrawOptions],
) -> StoryMovie:
    """A text as a film, a scene a line: `story("story.txt").save("story.mp4")`.

    text: a file, as `drawkit story` reads it, or a list of texts. seconds: of all; 5 a scene
    without it. hold: seconds that a scene stays; fade: that it takes to become the next one, 2
    usually. window: so many words at a time, sliding, in place of lines. blend: so many scenes more
    on each way, of the words of both, whose weights cross-fade. fps: frames a second, 24. loop: the
    last scene becomes the first one again. camera, parallax: as of `film`. title: words
    over the film; titles: the words of each scene over it while it stays; title_place: `bottom`,
    `middle` or `top`; title_font: a file. sound: a file that MP4 and WebM are heard with.
    run_dir: a folder that keeps the scenes, so that the same call goes on. workers: scenes at a
    time, in processes if several, for which a program guards its start by
    `if __name__ == "__main__"`. on_scene: called after each; where it returns False, the film ends
    with those that are drawn. All else is as in `draw`, but that scenes are made of 24 shapes where
    neither strokes nor shapes are named.

    Raises `InputError` for what is wrong with a story, before anything is drawn; its `lines` has a
    line for each mistake where there are several. A scene that cannot be drawn raises
    `DrawkitError`, with the film of the others as its `movie`.
    """

    def layers(names: Sequence[str] | None, front: Layer) -> Layer:
        return _layer(style if names is None else names, front, settings, options)

    pace = Pace(
        *(seconds, hold, fade, window, fps, loop, ease, camera, parallax, blend),
        *(title, titles, title_place, title_font, sound),
    )
    plan = plan_story(_text_of(text), pace, layers)
    StoryMovie.check(plan)
    with ExitStack() as ends:
        folder = run_dir
        if folder is None:
            folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="drawkit-"))
        scenes = ends.enter_context(StoryScenes(plan, Path(folder)))
        for filled in scenes.draw(workers):
            if on_scene is not None and says_stop(on_scene(filled)):
                break
        failure, drawn = scenes.failure(), scenes.drawn()
    if failure is None:
        return StoryMovie.told(plan, drawn)
    if drawn:
        failure.movie = StoryMovie.told(plan, drawn)  # type: ignore[attr-defined]
        failure.add_note("The film of what was drawn is this error's attribute 'movie'.")
    raise failure


def _text_of(text: str | PathLike[str] | Sequence[str]) -> StoryText:
    if isinstance(text, str | PathLike):
        return read_story(Path(text))
    lines = [Line(f"scene {at}", {"prompt": one}) for at, one in enumerate(text, start=1)]
    return StoryText("story", tuple(lines))


def _layer(
    style: Style, front: Layer, settings: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> Layer:
    """Styles, then what the story says of all scenes, then what the call says."""
    below = options_layer((), style, None, {})
    above = options_layer((), (), settings, options)
    own = {key: given for key, given in above.items() if given.value != []}
    return {**{key: of for key, of in below.items() if of.value != []}, **front, **own}
