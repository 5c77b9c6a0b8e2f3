"""The camera of a story: over the whole film, or one for each scene that has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drawkit import InputError
from drawkit.engine.stories.plan import StoryPlan
from drawkit.films.camera import Camera, View
from drawkit.films.camera_words import read_camera

__all__ = ["camera_of"]

_MOMENT = 0.1
"""Seconds of a scene that does not stay, in which its camera is read."""


def camera_of(plan: StoryPlan, places: Sequence[int]) -> Camera | None:
    """What the camera sees while some scenes are told; None where there is none.

    That of a scene moves while the scene stays; on the way to the next one it goes to where that
    one's begins, the whole page where it has none. Raises `InputError` for words that are none,
    with the place of the scene, and for parallax without a camera.
    """
    times = plan.times(places)
    total = sum(hold + fade for hold, fade in times)
    words, parallax = plan.pace.camera, plan.pace.parallax or 0.0
    if words is not None:
        return read_camera(words, total, parallax=parallax, loop=plan.loop)
    scenes = [plan.scenes[at] for at in places]
    if all(scene.camera is None for scene in scenes):
        if parallax:
            raise InputError("parallax is what a camera sees; give a camera too, such as 'walk'")
        return None
    views: list[View] = []
    start = 0.0
    for scene, (hold, fade) in zip(scenes, times, strict=True):
        if scene.between:  # the camera goes on
            start += hold + fade
            continue
        own = [View(0.0)]
        if scene.camera is not None:
            try:
                own = list(read_camera(scene.camera, max(hold, _MOMENT)).views)
            except InputError as error:
                raise InputError(f"{scene.order.place}: {error}") from error
        own.append(replace(own[-1], at=max(hold, own[-1].at)))
        views += [replace(view, at=start + min(view.at, hold)) for view in own]
        start += hold + fade
    if plan.loop:
        views.append(replace(views[0], at=total))
    return Camera(tuple(views), parallax)
