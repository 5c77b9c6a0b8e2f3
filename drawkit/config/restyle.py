"""What a drawing that is restyled has where the user sets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["RESTYLED", "SHAPES_OF_PICTURE", "STRENGTH"]

STRENGTH = 0.6
"""How far it goes on the way from a hint (above 0) to a new drawing (1)."""
SHAPES_OF_PICTURE = 128
"""Filled shapes that a picture becomes which is neither an SVG nor a sprite."""

# Judged by eye on a cat, an apple and a house of 256 strokes, a sprite and a photo.
RESTYLED: Mapping[str, Any] = MappingProxyType(
    {
        "optimize.steps": 100,
        "losses.target.weight": 100.0,
        "losses.text.weight": 0.3,
        "losses.directional.weight": 0.3,
        "losses.patches.weight": 0.3,
    }
)
"""Laid under the user's settings, above those of a file's record."""
