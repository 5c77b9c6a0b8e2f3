"""Settings: what can be set, in which layers, and where each value came from."""

from drawkit.config.coerce import Raw, coerce
from drawkit.config.draw import DrawConfig, parse_size
from drawkit.config.layers import Given, Settings, from_assignments, from_sections, resolve
from drawkit.config.mix import Mix, settled
from drawkit.config.names import SHORT_NAMES, named_layer
from drawkit.config.toml import TomlFile, read_toml
from drawkit.config.words import HERE, WordsConfig, weighted

__all__ = [
    "HERE",
    "SHORT_NAMES",
    "DrawConfig",
    "Given",
    "Mix",
    "Raw",
    "Settings",
    "TomlFile",
    "WordsConfig",
    "coerce",
    "from_assignments",
    "from_sections",
    "named_layer",
    "parse_size",
    "read_toml",
    "resolve",
    "settled",
    "weighted",
]
