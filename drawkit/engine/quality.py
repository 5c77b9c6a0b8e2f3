"""How much work a drawing is worth, in one word: `--quality draft|normal|best`.

A level changes what would be in force without it, and lies below all that anybody sets: styles,
`drawkit.toml`, flags. Judged by eye on five prompts, as strokes, shapes and pixels: the start is
painted after a picture already, so a draft needs few steps; cells stray from it if they take more.
Thumbnails stay as many as they are: of another number another one would be chosen, and a draft
would not show what the others draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from drawkit.config import DrawConfig, Given, OptimizeConfig, Settings
from drawkit.perceptor.cutouts import CutoutsConfig

__all__ = ["quality_layer"]


@dataclass(frozen=True)
class _Level:
    """Factors of steps, cutouts and sides."""

    steps: float
    cutouts: float
    side: float


_LEVELS: Mapping[str, _Level] = MappingProxyType(
    {
        "draft": _Level(0.2, 0.5, 4 / 7),
        "best": _Level(2.0, 2.0, 10 / 7),
    }
)
_OF_CELLS: Mapping[str, _Level] = MappingProxyType(
    {
        "draft": _Level(0.1, 0.5, 1.0),
        "best": _Level(1.0, 4.0, 1.0),
    }
)
"""How many cells there are is what is drawn, not how well."""
_PIXELS = "pixels"


def quality_layer(quality: str, canvas: str, usual: Settings) -> dict[str, Given]:
    """What a level sets. usual: the settings without it; those of `normal`, which sets nothing."""
    level = (_OF_CELLS if canvas == _PIXELS else _LEVELS).get(quality)
    if level is None:
        return {}
    draw, optimize = usual.get("draw", DrawConfig), usual.get("optimize", OptimizeConfig)
    views = usual.get("cutouts", CutoutsConfig).count
    found = {
        "optimize.steps": max(1, round(optimize.steps * level.steps)),
        "cutouts.count": max(1, round(views * level.cutouts)),
        "draw.size": tuple(round(side * level.side) for side in draw.size),
    }
    return {key: Given(value, f"quality {quality}") for key, value in found.items()}
