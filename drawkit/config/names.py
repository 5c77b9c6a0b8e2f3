"""Short names of the settings that people reach for most: flags and Python keywords alike."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from types import MappingProxyType
from typing import Any

from drawkit.config.layers import Given
from drawkit.errors import ConfigError, shown, suggestion

__all__ = ["SHORT_NAMES", "named_layer"]

SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "background": "draw.background",
        "canvas": "draw.canvas",
        "cell": "pixels.cell",
        "colors": "pixels.colors",
        "cutouts": "cutouts.count",
        "despeckle": "pixels.despeckle",
        "device": "perceptor.device",
        "dither": "pixels.dither",
        "freeze": "pixels.freeze",
        "freeze_edits": "pixels.freeze_edits",
        "hatch": "export.svg.hatch",
        "hatch_angle": "export.svg.hatch_angle",
        "init": "draw.init",
        "imagine": "perceptor.imagine",
        "ink": "strokes.ink",
        "keep": "perceptor.keep",
        "layers": "export.svg.layers",
        "margin": "export.svg.margin",
        "max_width": "strokes.max_width",
        "metadata": "draw.metadata",
        "min_width": "strokes.min_width",
        "model": "perceptor.models",
        "modifiers": "words.modifiers",
        "outline": "pixels.outline",
        "outline_side": "pixels.outline_side",
        "page": "export.svg.page",
        "palette": "pixels.palette",
        "patience": "optimize.patience",
        "pens": "export.svg.pens",
        "plotter": "export.svg.plotter",
        "png_size": "export.png.size",
        "precision": "perceptor.precision",
        "prompt": "draw.prompts",
        "prompts_file": "draw.prompts_file",
        "quality": "draw.quality",
        "rasterizer": "strokes.rasterizer",
        "reseed": "strokes.reseed",
        "save_every": "draw.save_every",
        "scale": "export.png.scale",
        "seed": "draw.seed",
        "segments": "strokes.segments",
        "shades": "pixels.shades",
        "shapes": "strokes.shapes",
        "simplify": "export.svg.simplify",
        "size": "draw.size",
        "steps": "optimize.steps",
        "strokes": "strokes.strokes",
        "style": "draw.style",
        "style_image": "losses.style.images",
        "symmetry": "pixels.symmetry",
        "target": "draw.target",
        "target_weights": "target.generate.weights",
        "threads": "draw.threads",
        "tile": "draw.tile",
        "time": "optimize.time",
    }
)
"""Short name -> `section.key`. `draw(..., strokes=64)` and `--strokes 64` both come from here."""
TRANSPARENT = "transparent"


def named_layer(named: Mapping[str, Any]) -> dict[str, Given]:
    """A layer from Python keywords, by their short names; None is as if left out.

    `transparent=True` is the flag of that name, short for a background. Raises ConfigError for
    another name.
    """
    layer: dict[str, Given] = {}
    for name, value in named.items():
        if name == TRANSPARENT:
            continue
        if name not in SHORT_NAMES:
            hint = suggestion(name, [*SHORT_NAMES, TRANSPARENT])
            raise ConfigError(f"unknown setting '{name}'{hint}")
        if value is not None:
            layer[SHORT_NAMES[name]] = Given(_plain(value), name)
    transparent = named.get(TRANSPARENT)
    if not isinstance(transparent, bool | None):
        raise ConfigError(f"{TRANSPARENT} takes true or false, got {shown(transparent)}")
    if transparent:
        layer["draw.background"] = Given("transparent", TRANSPARENT)
    return layer


def _plain(value: Any) -> Any:
    """Paths as text, as all else that names files."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return fspath(value) if isinstance(value, PathLike) else value
