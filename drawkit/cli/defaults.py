"""The defaults in force and what settings allow, without torch, which takes seconds to load."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from drawkit.canvas.pixels_config import PixelsConfig
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import (
    SHORT_NAMES,
    DrawConfig,
    Given,
    OptimizeConfig,
    WordsConfig,
    from_sections,
    resolve,
)
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.cutouts import CutoutsConfig
from drawkit.perceptor.defaults import defaults_for

__all__ = ["choices", "default_values"]

_SECTIONS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "draw": DrawConfig,
        "words": WordsConfig,
        "strokes": StrokesConfig,
        "pixels": PixelsConfig,
        "perceptor": PerceptorConfig,
        "cutouts": CutoutsConfig,
        "optimize": OptimizeConfig,
    }
)
"""Where short names lead that have defaults to show; a test holds it to what the engine finds."""


def default_values(canvas: str, own: Mapping[str, Given]) -> dict[str, Any]:
    """`section.key` -> what it is where the user sets nothing, on this canvas.

    own: what the command lays over the defaults.
    """
    suited = defaults_for(PerceptorConfig().models[0], canvas)
    known = {name: keys for name, keys in suited.items() if name in _SECTIONS}
    layer = {**from_sections(known, "perceptor"), **own, "draw.canvas": Given(canvas, "command")}
    rows = resolve(_SECTIONS, layer).rows()
    return {f"{section}.{key}": value for section, key, value, _ in rows}


def choices(name: str) -> tuple[str, ...]:
    """The words that the setting of this short name allows; none where it takes others too."""
    section, _, key = SHORT_NAMES[name].rpartition(".")
    if section not in _SECTIONS:
        return ()
    hint = get_type_hints(_SECTIONS[section])[key]
    return tuple(get_args(hint)) if get_origin(hint) is Literal else ()
