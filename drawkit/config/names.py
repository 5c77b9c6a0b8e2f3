"""Short names of the settings that people reach for most: flags and Python keywords alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["SHORT_NAMES"]

SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "background": "draw.background",
        "cutouts": "cutouts.count",
        "device": "perceptor.device",
        "ink": "strokes.ink",
        "max_width": "strokes.max_width",
        "min_width": "strokes.min_width",
        "model": "perceptor.models",
        "png_size": "export.png.size",
        "precision": "perceptor.precision",
        "prompt": "draw.prompts",
        "rasterizer": "strokes.rasterizer",
        "reseed": "strokes.reseed",
        "save_every": "draw.save_every",
        "seed": "draw.seed",
        "segments": "strokes.segments",
        "shapes": "strokes.shapes",
        "size": "draw.size",
        "steps": "optimize.steps",
        "strokes": "strokes.strokes",
        "style": "draw.style",
        "threads": "draw.threads",
    }
)
"""Short name -> `section.key`. `draw(..., strokes=64)` and `--strokes 64` both come from here."""
