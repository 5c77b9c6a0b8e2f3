"""Read a set of sprites: every mistake is found before the first one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from drawkit.config import SHORT_NAMES, DrawConfig, Given, TomlFile, coerce, read_toml
from drawkit.config.toml import flatten
from drawkit.engine import settings_for, title_of
from drawkit.engine.options import style_layer
from drawkit.errors import ConfigError, DrawkitError, suggestion
from drawkit.files.slugs import file_slug
from drawkit.games.animate import AnimateConfig
from drawkit.games.sets import SetConfig, SpritePlan, SpriteSet
from drawkit.games.sets.check import (
    LONGEST_NAME,
    check_sprites,
    checked_name,
    refuse_twins,
    told_at,
)
from drawkit.games.sets.pack import rehearse_sheet
from drawkit.games.sprites import sheet_formats
from drawkit.games.sprites.pack import PackConfig

__all__ = ["MOST_SPRITES", "read_set"]

MOST_SPRITES = 1024
_MOST_VARIATIONS = 100
_LEARNED = 16
"""Colours that a set without a palette has in common."""

_TEXT, _COUNT = str, int
_OWN: Mapping[str, Any] = {"name": _TEXT, "variations": _COUNT}
_MOTION: Mapping[str, Any] = {
    "frames": _COUNT,
    "motion": _TEXT,
    "words": tuple[str, ...],
    "durations": tuple[int, ...],
    "tag": _TEXT,
    "direction": _TEXT,
    "facings": _COUNT,
    "looks": _TEXT,
    "ramp": tuple[str, ...],
}
_SHEET: Mapping[str, Any] = {
    "baseline": _TEXT,
    "margin": _COUNT,
    "formats": tuple[str, ...],
    "padding": _COUNT,
    "extrude": _COUNT,
    "trim": bool,
    "columns": int | None,
    "power_of_two": bool,
    "indexed": bool,
    "scale": int | None,
}


def read_set(path: Path) -> SpriteSet:
    """The set in a TOML file; `ConfigError` names what is wrong in it and where."""
    file = read_toml(path)
    sprites = file.top.get("sprite")
    if not isinstance(sprites, list) or not all(isinstance(item, dict) for item in sprites):
        raise ConfigError(f"{path}: a set needs a [[sprite]] at least, each with a prompt")
    if not 1 <= len(sprites) <= MOST_SPRITES:
        raise ConfigError(f"{path}: {len(sprites)} sprites; allowed: 1 to {MOST_SPRITES}")
    with told_at(path):
        shared = _shared_layer(file)
        size = settings_for(shared).get("draw", DrawConfig).size
    config = _set_config(file)
    plans: list[SpritePlan] = []
    for number, table in enumerate(sprites, start=1):
        below = shared if "style" not in table else _shared_layer(file, styled=False)
        name = f" {table['name']!r}" if isinstance(table.get("name"), str) else ""
        place = f"sprite {number}{name if len(name) <= LONGEST_NAME else ''}"
        with told_at(path, place):
            plans += _plans(table, below, f"{path}: {place}")
    refuse_twins(plans, path)
    check_sprites(plans, size, path)
    free = all("pixels.palette" not in plan.layer for plan in plans)
    colors = shared["pixels.colors"].value if "pixels.colors" in shared else _LEARNED
    found = SpriteSet(path.stem, tuple(plans), size, colors if free else None, config)
    with told_at(path, "sheet"):
        rehearse_sheet(found)
    return found


def _shared_layer(file: TomlFile, *, styled: bool = True) -> dict[str, Given]:
    """What holds for all sprites: pixel art on nothing, one thread each, then the file's words.

    styled: false leaves the file's style out, for a sprite with one of its own.
    """
    base = {
        "draw.canvas": Given("pixels", "sheet"),
        "draw.background": Given("transparent", "sheet"),
        "draw.threads": Given(1, "sheet"),
    }
    given: dict[str, Given] = {}
    for key, value in file.top.items():
        if key != "sprite":
            given[_setting(key, file.place(key))] = Given(value, file.place(key))
    for key, value in file.values.items():
        if not key.startswith("sheet."):
            given[key] = Given(value, file.place(key))
    if not styled:
        given.pop("draw.style", None)
    return {**base, **_styled(given), **given}


def _styled(given: Mapping[str, Given]) -> dict[str, Given]:
    names = given["draw.style"].value if "draw.style" in given else []
    return style_layer(names)


def _set_config(file: TomlFile) -> SetConfig:
    """The `[sheet]` table."""
    values: dict[str, Any] = {}
    for key, value in file.values.items():
        section, _, name = key.partition(".")
        if section == "sheet" and name:
            values[name] = _typed(_SHEET, name, value, file.place(key))
    packing = {f.name for f in fields(PackConfig)}
    pack = {"indexed": True} | {k: v for k, v in values.items() if k in packing}
    own = {key: value for key, value in values.items() if key not in packing}
    try:
        for name in own.get("formats", ()):
            sheet_formats.get(name)
        if len(set(own.get("formats", ()))) < len(own.get("formats", ())):
            raise ConfigError(f"formats names one twice: {', '.join(own['formats'])}")
        return SetConfig(**own, pack=PackConfig(**pack))
    except DrawkitError as error:
        raise ConfigError(f"{file.place('sheet')}: {error}") from error


_NONE = Given([], "")


def _plans(table: Mapping[str, Any], shared: Mapping[str, Given], place: str) -> list[SpritePlan]:
    """A sprite and its variations."""
    own: dict[str, Any] = {}
    given: dict[str, Given] = {}
    for key, value in table.items():
        if key in _OWN or key in _MOTION:
            own[key] = _typed({**_OWN, **_MOTION}, key, value, place)
        elif isinstance(value, dict):
            given |= {k: Given(v, place) for k, v in flatten({key: value})}
        else:
            given[_setting(key, place)] = Given(value, place)
    if "draw.prompts_file" not in given and given.get("draw.prompts", _NONE).value == []:
        raise ConfigError(f'{place}: has no prompt; say what it is, prompt = "a knight"')
    layer = {**shared, **_styled(given), **given}
    settings = settings_for(layer)
    title = title_of(settings)
    name = checked_name(own["name"]) if "name" in own else file_slug(title)
    animation = _animation(own, place)
    count = own.get("variations", 1)
    if not 1 <= count <= _MOST_VARIATIONS:
        raise ConfigError(f"{place}: variations is {count}; allowed: 1 to {_MOST_VARIATIONS}")
    seed = settings.get("draw", DrawConfig).seed
    found = []
    for number in range(count):
        again = seed + number if isinstance(seed, int) else f"{seed} {number + 1}"
        varied = {**layer, "draw.seed": Given(again if number else seed, place)}
        found.append(SpritePlan(f"{name}-{number + 1}" if number else name, varied, animation))
    return found


def _animation(own: Mapping[str, Any], place: str) -> AnimateConfig | None:
    given = {key: value for key, value in own.items() if key in _MOTION}
    if not given:
        return None
    try:
        return AnimateConfig(**given)
    except ConfigError as error:
        raise ConfigError(f"{place}: {error}") from error


def _setting(key: str, place: str) -> str:
    """A key without a section is the long flag of that name."""
    if key not in SHORT_NAMES:
        hint = suggestion(key, [*SHORT_NAMES, *_OWN, *_MOTION])
        raise ConfigError(f"{place}: unknown key '{key}'{hint}")
    return SHORT_NAMES[key]


def _typed(types: Mapping[str, Any], key: str, value: Any, place: str) -> Any:
    if key not in types:
        raise ConfigError(f"{place}: unknown key '{key}'{suggestion(key, types)}")
    try:
        return coerce(value, types[key])
    except ValueError as error:
        raise ConfigError(f"{place}: {key} {error}") from error
