"""What would fail in the middle of a set is found before its first sprite is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from drawkit.config import DrawConfig, Settings
from drawkit.engine import Session, prompts_of, settings_for
from drawkit.engine.rehearsal import rehearse
from drawkit.errors import ConfigError, DrawkitError
from drawkit.files.slugs import file_slug
from drawkit.games.animate import frame_settings
from drawkit.games.character import refuse_shaped
from drawkit.games.sets import SpritePlan
from drawkit.palettes import resolve_palette

__all__ = [
    "LONGEST_NAME",
    "check_perceptors",
    "check_sprites",
    "checked_name",
    "refuse_twins",
    "told_at",
]

LONGEST_NAME = 100


@contextmanager
def told_at(path: Path, place: str = "") -> Iterator[None]:
    """Let errors say in which file they are, and where in it, unless they do that already."""
    try:
        yield
    except DrawkitError as error:
        text, whole = str(error), f"{path}: {place}" if place else str(path)
        raise ConfigError(text if str(path) in text else f"{whole}: {text}") from error


def checked_name(name: str) -> str:
    """A sprite's name, by which games and files call it; `ConfigError` where it is none."""
    if not any(character.isalnum() for character in name):
        raise ConfigError(f"name is {name[:LONGEST_NAME]!r}; it needs a letter or digit")
    if len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set("/\\"):
        raise ConfigError(
            f"name is {name[:LONGEST_NAME]!r}; allowed: up to {LONGEST_NAME} characters"
            " on one line, no slash"
        )
    return name


def refuse_twins(plans: Sequence[SpritePlan], path: Path) -> None:
    """Names are names of files too, so two that differ in nothing but case are one."""
    seen: dict[str, str] = {}
    for plan in plans:
        slug = file_slug(plan.name)
        if slug in seen:
            raise ConfigError(
                f"{path}: two sprites are named '{plan.name}'; each needs a name of its own"
                if seen[slug] == plan.name
                else f"{path}: '{plan.name}' and '{seen[slug]}' would have one file name"
            )
        seen[slug] = plan.name


def check_sprites(plans: Sequence[SpritePlan], size: tuple[int, int], path: Path) -> None:
    """Try every sprite of the set in the file `path`, whose frames have this size.

    Sprites that differ in nothing but their words and seeds are tried once.
    """
    tried: set[str] = set()
    for plan in plans:
        with told_at(path, f"sprite '{plan.name}'"):
            settings = settings_for(plan.layer)
            _check_kind(settings, size)
            if plan.animation is not None:
                refuse_shaped(settings, plan.animation)
            frames = [] if plan.animation is None else frame_settings(plan.layer, plan.animation)
            for one in (settings, *filter(None, frames)):
                prompts_of(one)
                key = _without(one, "prompts", "seed")
                if key not in tried:
                    rehearse(one)
                    tried.add(key)


def check_perceptors(plans: Iterable[SpritePlan]) -> None:
    """Open every perceptor that the sprites are drawn with; raises what that raises."""
    session = Session()
    for plan in plans:
        session.perceptors(settings_for(plan.layer).sections["perceptor"])


def _check_kind(settings: Settings, size: tuple[int, int]) -> None:
    """Refuse what is no sprite of a sheet."""
    draw = settings.get("draw", DrawConfig)
    if draw.canvas != "pixels":
        raise ConfigError(f"a sheet holds pixel art; its canvas is '{draw.canvas}'")
    if draw.size[0] > size[0] or draw.size[1] > size[1]:
        raise ConfigError(
            f"is {draw.size[0]}x{draw.size[1]} cells, more than the set's {size[0]}x{size[1]}"
        )
    pixels = settings.sections["pixels"]
    if pixels.cell != "rect":
        raise ConfigError("a sheet holds square cells")
    if pixels.palette is not None:
        resolve_palette(pixels.palette, limit=255)


def _without(settings: Settings, *keys: str) -> str:
    """The settings as text, without some of the drawing's."""
    plain = settings.as_dict()
    for key in keys:
        del plain["draw"][key]
    return json.dumps(plain, sort_keys=True, default=str)
