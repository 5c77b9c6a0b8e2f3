"""The settings that suit one perceptor: laid over the dataclass defaults, under the user's own.

A built-in perceptor of 64 px sees pictures otherwise than a CLIP of 224 px does; what was
measured to draw best with it stands here, in one place. Dataclass defaults are CLIPDraw's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from drawkit.perceptor.names import ModelSpec

__all__ = ["defaults_for"]

Sections = Mapping[str, Mapping[str, Any]]

_BUILTIN: Sections = MappingProxyType(
    {
        "cutouts": MappingProxyType({"recipe": "whole", "count": 8}),
        "optimize": MappingProxyType({"steps": 400}),
        "strokes": MappingProxyType({"spread": 0.5, "init_opacity": (0.8, 0.8)}),
        "losses.ink": MappingProxyType({"weight": 0.06}),
    }
)


def defaults_for(model: str) -> Sections:
    """Section -> key -> value that suit `model` (as `--model` takes it); empty for most."""
    if ModelSpec.parse(model).kind == "builtin":
        return _BUILTIN
    return MappingProxyType({})
