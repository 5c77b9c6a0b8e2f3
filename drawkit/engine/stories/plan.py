"""What a story will be: its scenes with their settings and times, checked before one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drawkit.config import Given, Settings
from drawkit.config.vary import Base
from drawkit.engine.many.lines import Line, order_lines
from drawkit.engine.many.orders import Order, Orders
from drawkit.engine.settings import settings_for
from drawkit.engine.stories.blending import blended
from drawkit.engine.stories.reading import (
    MOST_SCENES,
    Layer,
    StoryText,
    of_a_story,
    windows,
)
from drawkit.errors import ConfigError, InputError, shown
from drawkit.export.png import PngConfig

__all__ = ["LOOK", "Layers", "Pace", "StoryPlan", "StoryScene", "plan_story"]

SECONDS = 5.0
"""Of a scene, with the way to the next one."""
FADE = 2.0
SIDE = 720
"""Longer side of the film in px."""
_MOST_OF_IT = 0.4
"""Share of a short scene that the way to the next one takes."""
_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "seconds": (0.1, 3600),
        "hold": (0, 3600),
        "fade": (0.1, 3600),
        "window": (1, 1000),
        "fps": (1, 120),
        "parallax": (0, 1),
        "blend": (0, 9),
    }
)
_OF_FILM = ("seconds", "hold", "fade", "camera", "title")
LOOK: Mapping[str, int] = MappingProxyType({"strokes.strokes": 0, "strokes.shapes": 24})
"""What scenes are made of where nothing is said: areas become each other, lines swarm."""

Layers = Callable[[Sequence[str] | None, Layer], Layer]
"""The settings of a scene, given its styles (None: those of the call) and the story's own."""


@dataclass(frozen=True)
class Pace:
    """How long things take; None: what the story says, or the usual. See `story`."""

    seconds: float | None = None
    hold: float | None = None
    fade: float | None = None
    window: float | None = None
    fps: float | None = None
    loop: bool | None = None
    ease: bool | None = None
    camera: str | None = None
    parallax: float | None = None
    blend: float | None = None
    title: str | None = None
    titles: bool | None = None
    title_place: str | None = None
    title_font: str | None = None
    sound: str | None = None


@dataclass(frozen=True, eq=False)
class StoryScene:
    """A scene: how it is drawn, seconds that it stays, and until it is the next one.

    camera: what a camera does while it stays; title: what stands over it then. between: whether it
    is of the words of two others, on the way from one to the other.
    """

    order: Order
    hold: float
    fade: float
    camera: str | None = None
    title: str | None = None
    between: bool = False

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.hold + self.fade


@dataclass(frozen=True, eq=False)
class StoryPlan:
    """The scenes in order, and how they are told.

    all_of: what their drawings ask for together. configs: of the formats that the film is written
    in. pace: what is said of the whole film.
    """

    name: str
    scenes: tuple[StoryScene, ...]
    all_of: Orders
    fps: float
    loop: bool
    ease: bool
    configs: tuple[object, ...]
    pace: Pace = Pace()

    @property
    def seconds(self) -> float:
        """How long the film will be."""
        return sum(scene.seconds for scene in self.scenes)

    @property
    def dreamt(self) -> bool:
        """Whether its scenes are pictures, without paths or cells."""
        return any(scene.order.dreamt for scene in self.scenes)

    def times(self, places: Sequence[int]) -> list[tuple[float, float]]:
        """Seconds that some scenes stay and change; the last one stays, where it is no loop."""
        scenes = [self.scenes[at] for at in places]
        found = [(one.hold, one.fade) for one in scenes]
        return found if self.loop else [*found[:-1], (scenes[-1].seconds, 0.0)]


def plan_story(text: StoryText, pace: Pace, layers: Layers) -> StoryPlan:
    """Check a story and all settings in it.

    pace: what the call says, over the story's own. Raises BadLines, with a line for each mistake,
    and ConfigError for a story without scenes, or with too many.
    """
    own, front, styles = of_a_story(text.whole, [field.name for field in fields(Pace)])
    pace = _paced(own, pace, text.folder)
    lines = list(text.scenes)
    if pace.window is not None:
        if any(set(line.values) != {"prompt"} for line in lines):
            raise ConfigError(
                f"{text.name}: a window slides over a text, not over tables of scenes"
            )
        lines = windows(lines, int(pace.window))
    if not 1 <= len(lines) <= MOST_SCENES:
        more = ", a line each" if not lines else "; a wider window has fewer"
        raise InputError(
            f"'{text.name}' has {len(lines) or 'no'} scenes; allowed: 1 to {MOST_SCENES}{more}"
        )
    # What is wrong for all is said once, with its own place.
    settings = settings_for(_with_look(layers(styles, front)))

    def base(names: Sequence[str] | None) -> Layer:
        layer = _with_look(layers(styles if names is None else names, front))
        # How the film is written is no reason to draw a scene again.
        return {key: of for key, of in layer.items() if not _of_files(key)}

    told = [dict(line.values) for line in lines]
    times = [{key: one.pop(key) for key in _OF_FILM if key in one} for one in told]
    bare = [Line(line.place, one) for line, one in zip(lines, told, strict=True)]
    orders, all_of = order_lines(bare, base)
    fps = 24.0 if pace.fps is None else pace.fps
    scenes = _timed(orders, times, pace)
    if pace.blend:
        scenes = _with_blends(bare, scenes, pace, base)
    return StoryPlan(
        text.name,
        scenes,
        all_of,
        fps,
        bool(pace.loop),
        pace.ease is not False,
        _configs(settings),
        pace,
    )


def _with_blends(
    lines: Sequence[Line], scenes: Sequence[StoryScene], pace: Pace, base: Base
) -> tuple[StoryScene, ...]:
    """The scenes with those between them, which share the time of the way."""
    count = int(pace.blend or 0)
    ways = len(lines) if pace.loop else len(lines) - 1
    if len(lines) + count * ways > MOST_SCENES:
        whole = len(lines) + count * ways
        raise ConfigError(f"with blend {count} there are {whole} scenes; allowed: {MOST_SCENES}")
    found: list[StoryScene] = []
    for at, scene in enumerate(scenes):
        if at >= ways:
            found.append(scene)
            break
        both = lines[at], lines[(at + 1) % len(lines)]
        orders, _ = order_lines(blended(*both, count), base)
        fade = scene.fade / (count + 1)
        found.append(replace(scene, fade=fade))
        found += [StoryScene(order, 0.0, fade, between=True) for order in orders]
    return tuple(found)


def _configs(settings: Settings) -> tuple[object, ...]:
    """How the film is written: as the drawings are, but as large as films are seen."""
    configs = [config for name, config in settings.sections.items() if name.startswith("export.")]
    return tuple(PngConfig(size=SIDE) if config == PngConfig() else config for config in configs)


def _of_files(key: str) -> bool:
    """Whether a setting is of files other than the SVG that a scene is kept as."""
    return key.startswith("export.") and not key.startswith("export.svg.")


def _with_look(layer: Layer) -> Layer:
    """Settings with those of what scenes are made of, where nothing is said of that."""
    said = any(f"strokes.{name}" in layer for name in ("strokes", "shapes", "ink"))
    return layer if said else {**{key: Given(of, "story") for key, of in LOOK.items()}, **layer}


def _paced(own: Mapping[str, Given], pace: Pace, folder: Path) -> Pace:
    """What the call says, over what the story says, all of it checked. folder: of its files."""
    found = {}
    for field in fields(Pace):
        said, given = getattr(pace, field.name), own.get(field.name)
        name = field.name
        if said is None and given is not None:
            said, name = given.value, f"{given.source}: {field.name}"
            if field.name in ("sound", "title_font") and isinstance(said, str):
                said = str(folder / said)
        found[field.name] = None if said is None else _of_kind(field.name, name, said)
    return Pace(**found)


def _of_kind(key: str, name: str, value: Any) -> Any:
    """A value of the film, of its kind and within its limits. name: what it is called in errors."""
    if key in _LIMITS:
        number = _checked(name, value, *_LIMITS[key])
        if key in ("window", "blend") and number != int(number):
            raise ConfigError(f"{name} takes a whole number, got {value}")
        return number
    switch = key in ("loop", "ease", "titles")
    kind, allowed = (bool, "true or false") if switch else (str, "text")
    if not isinstance(value, kind):
        raise ConfigError(f"{name} takes {allowed}, got {shown(value)}")
    return value


def _checked(name: str, value: Any, least: float, most: float) -> float:
    """A number within its limits; ConfigError for all else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{name} takes a number, got {shown(value)}")
    if not least <= value <= most:
        raise ConfigError(f"{name} is {value}; allowed: {least:g} to {most:g}")
    return float(value)


def _timed(
    orders: Sequence[Order], owns: Sequence[Mapping[str, Any]], pace: Pace
) -> tuple[StoryScene, ...]:
    """The scenes with their times: those without own ones share what is left of the whole."""
    times = [
        {key: _of_kind(key, f"{order.place}: {key}", value) for key, value in own.items()}
        for order, own in zip(orders, owns, strict=True)
    ]
    whole, hold, fade = pace.seconds, pace.hold, pace.fade
    if pace.camera is not None and any("camera" in own for own in times):
        raise ConfigError("a camera is of the whole story or of its scenes, not of both")
    if pace.title is not None and (pace.titles or any("title" in own for own in times)):
        raise ConfigError("a title is of the whole story or of its scenes, not of both")
    if None not in (whole, hold, fade):
        raise ConfigError("seconds, hold and fade do not go together; allowed: two of them")
    said = [own["seconds"] for own in times if "seconds" in own]
    others, share = len(times) - len(said), None
    if whole is not None and others:
        share = (whole - sum(said)) / others
        if share < 0.1:
            raise ConfigError(
                f"seconds is {whole:g}, of which {others} scenes without a time of their own have"
                f" {max(share, 0):.3g} each; allowed: 0.1 at least"
            )
    scenes = []
    for order, own in zip(orders, times, strict=True):
        seconds = own.get("seconds", share)
        parts = _parts(order, seconds, own.get("hold", hold), own.get("fade", fade))
        scenes.append(StoryScene(order, *parts, own.get("camera"), own.get("title")))
    return tuple(scenes)


def _parts(
    order: Order, seconds: float | None, hold: float | None, fade: float | None
) -> tuple[float, float]:
    """Seconds that a scene stays, and seconds on the way to the next one."""
    if hold is not None and fade is not None:
        if seconds is not None and abs(seconds - hold - fade) > 1e-6:
            raise ConfigError(
                f"{order.place}: {seconds:g} s are not hold {hold:g} and fade {fade:g};"
                " leave one out"
            )
        return hold, fade
    if hold is not None:
        turn = FADE if seconds is None else seconds - hold
        if turn < 0.1:
            raise ConfigError(f"{order.place}: hold {hold:g} leaves no time of its {seconds:g} s")
        return hold, turn
    seconds = SECONDS if seconds is None else seconds
    if fade is None:
        fade = min(FADE, _MOST_OF_IT * seconds)
    if fade > seconds:
        raise ConfigError(f"{order.place}: fade {fade:g} is longer than its {seconds:g} s")
    return seconds - fade, fade
