"""Settings: what can be set, in which layers, and where each value came from."""

from drawkit.config.coerce import Raw, coerce
from drawkit.config.draw import DrawConfig, parse_size
from drawkit.config.layers import Given, Settings, from_assignments, from_sections, resolve
from drawkit.config.mix import Mix, settled
from drawkit.config.names import SHORT_NAMES, named_layer
from drawkit.config.optimize import OptimizeConfig
from drawkit.config.options import (
    DrawOptions,
    PixelateOptions,
    RestyleOptions,
    SketchOptions,
    TraceOptions,
)
from drawkit.config.prompts import Prompt, Prompts, name_list, parse_prompts, read_prompts, typed
from drawkit.config.sketch import SKETCHED, SketchConfig
from drawkit.config.toml import TomlFile, read_toml
from drawkit.config.words import HERE, REPELLERS, WordsConfig, style_prompts, weighted

__all__ = [
    "HERE",
    "REPELLERS",
    "SHORT_NAMES",
    "SKETCHED",
    "DrawConfig",
    "DrawOptions",
    "Given",
    "Mix",
    "OptimizeConfig",
    "PixelateOptions",
    "Prompt",
    "Prompts",
    "Raw",
    "RestyleOptions",
    "Settings",
    "SketchConfig",
    "SketchOptions",
    "TomlFile",
    "TraceOptions",
    "WordsConfig",
    "coerce",
    "from_assignments",
    "from_sections",
    "name_list",
    "named_layer",
    "parse_prompts",
    "parse_size",
    "read_prompts",
    "read_toml",
    "resolve",
    "settled",
    "style_prompts",
    "typed",
    "weighted",
]
