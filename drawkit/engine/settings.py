"""The settings that a run uses: defaults, what suits its perceptor, what is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from drawkit.canvas import Canvas, canvases
from drawkit.canvas.contract import TakesTraits
from drawkit.config import (
    SHORT_NAMES,
    DrawConfig,
    Given,
    OptimizeConfig,
    Settings,
    SketchConfig,
    WordsConfig,
    from_sections,
    resolve,
    settled,
)
from drawkit.config.layers import PROMPTS
from drawkit.engine.quality import quality_layer
from drawkit.engine.record import refuse_endless
from drawkit.engine.targets.generate import SECTION, GenerateConfig
from drawkit.errors import ConfigError
from drawkit.export import exporters
from drawkit.losses import HasTraits, SuggestsSettings, losses
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.cutouts import CutoutsConfig, cutouts
from drawkit.perceptor.defaults import defaults_for

__all__ = ["plain_settings", "refuse_lacking", "sections", "settings_for"]


def sections() -> dict[str, type[Any]]:
    """Every section that can be set, and the dataclass that says what is in it."""
    return {
        "draw": DrawConfig,
        "words": WordsConfig,
        "sketch": SketchConfig,
        SECTION: GenerateConfig,
        **{name: canvases.get(name).config for name in canvases.names()},
        "perceptor": PerceptorConfig,
        "cutouts": CutoutsConfig,
        **{f"cutouts.{name}": cutouts.get(name).config for name in cutouts.names()},
        "optimize": OptimizeConfig,
        **{f"losses.{name}": losses.get(name).config for name in losses.names()},
        **{f"export.{name}": exporters.get(name).config for name in exporters.names()},
    }


def settings_for(layer: Mapping[str, Given]) -> Settings:
    """The settings that a run uses: defaults < what suits its parts < a quality < `layer`.

    Sections of canvases and cutout recipes that are not in use are checked, then left out. The
    prompts decide none of the others.
    """
    said = layer.get(PROMPTS)
    settings = _without_words({key: given for key, given in layer.items() if key != PROMPTS})
    file = settings.get("draw", DrawConfig).prompts_file
    if said is None and file is None:
        return settings
    return settings.saying(Given((), "default") if said is None else said, file)


def _without_words(layer: Mapping[str, Given]) -> Settings:
    """The settings of all that is no prompt."""
    model = _part(layer, "perceptor", "models").models[0]
    canvas = canvases.get(_part(layer, "draw", "canvas").canvas)
    defaults = defaults_for(model, canvas.name)
    suited = from_sections(defaults, f"perceptor {model}")
    quality = _part(layer, "draw", "quality").quality
    if quality != "normal":
        suited |= quality_layer(quality, canvas.name, _resolved(suited))
    suited |= _suggested({**suited, **layer}, defaults, canvas.cls)
    every = _resolved({**suited, **settled(layer, suited, _resolved)})
    refuse_endless(every)
    _check_size(every, canvas.cls)
    recipe = cutouts.get(every.get("cutouts", CutoutsConfig).recipe).name
    target = every.get("draw", DrawConfig).target
    _refuse_idle_target(layer, target)
    others = getattr(every.sections.get(f"target.{target}"), "recipe", recipe)
    sketched = any(key.startswith("sketch.") for key in layer)
    idle = {*canvases.names(), *(f"cutouts.{name}" for name in cutouts.names())}
    idle -= {canvas.name, f"cutouts.{recipe}", f"cutouts.{others}"}
    return every.without(idle if sketched else idle | {"sketch"})


def _refuse_idle_target(layer: Mapping[str, Given], target: str) -> None:
    """Refuse what is said of a source that this drawing has no use for."""
    for key, given in layer.items():
        filed = "drawkit.toml" in given.source or given.source.startswith("style ")
        if not filed and key.startswith("target.") and not key.startswith(f"target.{target}."):
            name = key if given.source in ("--set", "settings") else given.source
            wanted = key.split(".")[1]
            how = f"--target {wanted}" if name.startswith("--") else f"draw.target {wanted}"
            raise ConfigError(f"{name} needs {how}")


def refuse_lacking(settings: Settings) -> None:
    """Refuse what is about a start picture where there is none, in the words of where it was set.

    A setting that needs `draw.init` says in its field what for:
    `field(..., metadata={"needs_init": "the picture that stays"})`.
    """
    if settings.get("draw", DrawConfig).init is not None:
        return
    for section, config in settings.sections.items():
        for field in dataclasses.fields(config):
            why = field.metadata.get("needs_init")
            if why is None or getattr(config, field.name) == field.default:
                continue
            key = f"{section}.{field.name}"
            name = next((short for short, full in SHORT_NAMES.items() if full == key), key)
            source = settings.sources.get(key, name)
            if source.startswith("--"):
                raise ConfigError(f"--{name.replace('_', '-')} needs --init: {why}")
            place = "" if source == name else f"{source}: "
            raise ConfigError(f"{place}{name} needs init: {why}")


def _part(layer: Mapping[str, Given], section: str, *keys: str) -> Any:
    """One section alone, with these keys as they are set, or with all."""
    found = {
        key: given
        for key, given in layer.items()
        if key.rpartition(".")[0] == section and (not keys or key.rpartition(".")[2] in keys)
    }
    kind = {section: sections()[section]}
    return resolve(kind, settled(found, {}, lambda own: resolve(kind, own))).sections[section]


def _suggested(
    layer: Mapping[str, Given],
    defaults: Mapping[str, Mapping[str, Any]],
    canvas: type[Canvas],
) -> dict[str, Given]:
    """What losses want of others where they count, and the canvas, to be like their pictures."""
    found: dict[str, Given] = {}
    for name in losses.names():
        loss, section = losses.get(name).cls, f"losses.{name}"
        if not (issubclass(loss, SuggestsSettings) or issubclass(loss, HasTraits)):
            continue
        config = _part(layer, section)
        if config.weight == 0:
            continue
        refuse_endless(Settings({section: config}, {}))  # before its pictures are measured
        if issubclass(loss, SuggestsSettings):
            found |= from_sections(loss.suggested_settings(config, defaults), section)
        traits = loss.traits(config) if issubclass(loss, HasTraits) else None
        if traits is not None and issubclass(canvas, TakesTraits):
            found |= from_sections(canvas.settings_for_traits(traits), section)
    return found


def _resolved(layer: Mapping[str, Given]) -> Settings:
    return resolve(sections(), layer)


def plain_settings(settings: Settings) -> Settings:
    """What a run on this canvas with this perceptor has where the user sets nothing."""
    keys = {"draw": ("canvas",), "perceptor": ("models",)}
    given = {s: {key: getattr(settings.sections[s], key) for key in keys[s]} for s in keys}
    return settings_for(from_sections(given, "plain"))


def _check_size(settings: Settings, canvas: type[Canvas]) -> None:
    """Refuse a size that is not for this canvas, naming where it was set."""
    try:
        settings.get("draw", DrawConfig).check_sides(*canvas.sides, canvas.unit)
    except ConfigError as error:
        source = settings.sources.get("draw.size")
        raise ConfigError(str(error) if source is None else f"{source}: {error}") from error
