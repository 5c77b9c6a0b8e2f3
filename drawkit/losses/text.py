"""The words: how far the views are from the prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drawkit.errors import ConfigError

__all__ = ["TextConfig"]


@dataclass(frozen=True)
class TextConfig:
    """How the distance from the prompts is measured."""

    weight: float = 1.0
    """Factor of this loss; 0 leaves it out."""
    distance: Literal["cosine", "spherical"] = "cosine"
    """cosine: 1 - cosine, as CLIPDraw; spherical: squared angle on the sphere, as pixray."""

    def __post_init__(self) -> None:
        """Refuse an unknown distance."""
        if self.distance not in ("cosine", "spherical"):
            raise ConfigError(
                f"losses.text.distance is '{self.distance}'; allowed: cosine, spherical"
            )
