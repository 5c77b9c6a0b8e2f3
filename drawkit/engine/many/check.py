"""What would fail in the middle of many drawings is found before the first one is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drawkit.config import DrawConfig, Given, OptimizeConfig, Settings, resolve
from drawkit.config.layers import PROMPTS
from drawkit.engine.aims import aims_of
from drawkit.engine.prompt_words import worded
from drawkit.engine.rehearsal import rehearse
from drawkit.engine.settings import settings_for
from drawkit.errors import ConfigError
from drawkit.perceptor import catalog
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.names import ModelSpec

__all__ = ["Checker"]

_SEED = "draw.seed"


class Checker:
    """Tries the settings of many drawings, but each once that differs in its words and seed only.

    So that thousands are checked in seconds.
    """

    def __init__(self) -> None:
        self._known: dict[str, Settings] = {}

    def settings(self, layer: Mapping[str, Given]) -> Settings:
        """The settings of one drawing. Raises DrawkitError for what a `Run` would refuse.

        But for what perceptors say; those that do not exist are refused.
        """
        bare = {key: given for key, given in layer.items() if key not in (PROMPTS, _SEED)}
        key = repr(sorted((name, given.value) for name, given in bare.items()))
        if key not in self._known:
            plain = settings_for(bare)
            _check_kind(plain)
            self._known[key] = plain
            try:
                found = _with_words(plain, layer)
                rehearse(found)
            except BaseException:
                del self._known[key]
                raise
            return found
        return _with_words(self._known[key], layer)


def _with_words(plain: Settings, layer: Mapping[str, Given]) -> Settings:
    draw = plain.get("draw", DrawConfig)
    sections: dict[str, Any] = dict(plain.sections)
    if _SEED in layer:
        own = resolve({"draw": DrawConfig}, {_SEED: layer[_SEED]})
        draw = replace(draw, seed=own.get("draw", DrawConfig).seed)
        sections["draw"] = draw
    found = replace(plain, sections=sections)
    if PROMPTS in layer:
        found = found.saying(layer[PROMPTS], draw.prompts_file)
    models = found.get("perceptor", PerceptorConfig).models
    said = worded(found.prompts.read, found, models)
    aims_of(said, draw, found.get("optimize", OptimizeConfig).steps)
    return found


def _check_kind(settings: Settings) -> None:
    draw = settings.get("draw", DrawConfig)
    if draw.save_every:
        raise ConfigError("save_every is for a single drawing; many are written as they are done")
    for model in settings.get("perceptor", PerceptorConfig).models:
        if ModelSpec.parse(model).kind not in ("none", "plugin"):
            catalog.describe(model)
