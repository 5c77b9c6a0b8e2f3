"""The settings that a run uses: defaults, what suits its perceptor, what is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drawkit.canvas import Canvas, canvases
from drawkit.config import (
    DrawConfig,
    Given,
    OptimizeConfig,
    Settings,
    WordsConfig,
    from_sections,
    resolve,
    settled,
)
from drawkit.engine.record import refuse_endless
from drawkit.errors import ConfigError
from drawkit.export import exporters
from drawkit.losses import losses
from drawkit.perceptor.clip import PerceptorConfig
from drawkit.perceptor.cutouts import CutoutsConfig, cutouts
from drawkit.perceptor.defaults import defaults_for

__all__ = ["plain_settings", "sections", "settings_for"]


def sections() -> dict[str, type[Any]]:
    """Every section that can be set, and the dataclass that says what is in it."""
    return {
        "draw": DrawConfig,
        "words": WordsConfig,
        **{name: canvases.get(name).config for name in canvases.names()},
        "perceptor": PerceptorConfig,
        "cutouts": CutoutsConfig,
        **{f"cutouts.{name}": cutouts.get(name).config for name in cutouts.names()},
        "optimize": OptimizeConfig,
        **{f"losses.{name}": losses.get(name).config for name in losses.names()},
        **{f"export.{name}": exporters.get(name).config for name in exporters.names()},
    }


def settings_for(layer: Mapping[str, Given]) -> Settings:
    """The settings that a run uses: defaults < what suits its perceptor < `layer`.

    Sections of canvases and cutout recipes that are not in use are checked, then left out.
    """
    judge = {key: given for key, given in layer.items() if key.startswith("perceptor.")}
    model = resolve({"perceptor": PerceptorConfig}, judge).get("perceptor", PerceptorConfig).models
    kind = {key: given for key, given in layer.items() if key == "draw.canvas"}
    canvas = canvases.get(resolve({"draw": DrawConfig}, kind).get("draw", DrawConfig).canvas)
    suited = from_sections(defaults_for(model[0], canvas.name), f"perceptor {model[0]}")
    every = _resolved({**suited, **settled(layer, suited, _resolved)})
    refuse_endless(every)  # before anything is measured in them
    for name in losses.names():
        config = every.sections[f"losses.{name}"]
        if config.weight != 0 and (more := losses.get(name).cls.suited(config)):
            suited.update(from_sections(more, f"losses.{name}"))
            every = _resolved({**suited, **settled(layer, suited, _resolved)})
    _check_size(every, canvas.cls)
    recipe = cutouts.get(every.get("cutouts", CutoutsConfig).recipe).name
    idle = {*canvases.names(), *(f"cutouts.{name}" for name in cutouts.names())}
    return every.without(idle - {canvas.name, f"cutouts.{recipe}"})


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
