"""Many sprites of one look: what `drawkit sheet game.toml` draws, packs and can go on with.

    packed = drawkit.sheet("game.toml")
    packed.save("game.png")

The file's keys are those of `drawkit pixeldraw`; its sprites stand in `[[sprite]]` tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from drawkit.config import Given
from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError
from drawkit.games.animate import AnimateConfig
from drawkit.games.sprites.pack import PackConfig

__all__ = ["BASELINES", "Baseline", "SetConfig", "SpritePlan", "SpriteSet"]

Baseline = Literal["bottom", "middle", "none"]
BASELINES: tuple[Baseline, ...] = ("bottom", "middle", "none")


@dataclass(frozen=True)
class SetConfig:
    """The `[sheet]` table: how the sprites stand in their frames, and what is written.

    baseline: `bottom`: every figure stands on one line; `middle`: in the middle of its frame;
    `none`: as it was drawn. margin: empty cells under that line. formats: names of sheet formats.
    """

    baseline: Baseline = "bottom"
    margin: Annotated[int, Limits(0, 64, unit="cells")] = 1
    formats: tuple[str, ...] = ("aseprite",)
    pack: PackConfig = field(default_factory=lambda: PackConfig(indexed=True))

    def __post_init__(self) -> None:
        """Refuse what is no layout."""
        if self.baseline not in BASELINES:
            raise ConfigError(f"baseline is '{self.baseline}'; allowed: {', '.join(BASELINES)}")
        check_limits(self)


@dataclass(frozen=True)
class SpritePlan:
    """One sprite to draw. layer: all its settings; animation: None for a single picture."""

    name: str
    layer: Mapping[str, Given]
    animation: AnimateConfig | None = None


@dataclass(frozen=True)
class SpriteSet:
    """A whole set. size: columns and rows of a frame; colors: learned in common, None: as given."""

    name: str
    sprites: tuple[SpritePlan, ...]
    size: tuple[int, int]
    colors: int | None = None
    config: SetConfig = SetConfig()
