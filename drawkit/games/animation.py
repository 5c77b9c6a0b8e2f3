"""How a sprite moves, in settings: read without what draws, which takes seconds to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError, suggestion
from drawkit.pixelart.motion import MOTIONS
from drawkit.scene.grid import DIRECTIONS, Direction

__all__ = ["DIRECTIONS", "MOTIONS", "AnimateConfig", "Direction"]

MOST_FRAMES = 64


@dataclass(frozen=True)
class AnimateConfig:
    """How the frames differ and how they are played."""

    frames: Annotated[int, Limits(2, MOST_FRAMES)] = 4
    """How many, where words do not say it."""
    motion: str = "none"
    """A name of `MOTIONS`, or none."""
    words: tuple[str, ...] = ()
    """What each frame after the first shows; an empty text keeps the first one's picture."""
    durations: tuple[Annotated[int, Limits(1, 65535, unit="ms")], ...] = (120,)
    """Milliseconds of a frame: one for all, or one each."""
    tag: str = "idle"
    """Name of the loop in files that have names for them."""
    direction: Direction = "forward"
    """forward, reverse, pingpong or pingpong_reverse."""

    def __post_init__(self) -> None:
        """Refuse what no animation can be made of."""
        check_limits(self)
        if not 2 <= self.count <= MOST_FRAMES:
            raise ConfigError(f"an animation has {self.count} frames; allowed: 2 to {MOST_FRAMES}")
        if self.motion != "none" and self.motion not in MOTIONS:
            raise ConfigError(
                f"unknown motion '{self.motion}'{suggestion(self.motion, ['none', *MOTIONS])}"
            )
        if self.motion == "none" and not any(self.words):
            raise ConfigError(
                "an animation needs a motion or words for its frames; motions: "
                + ", ".join(MOTIONS)
            )
        if len(self.durations) not in (1, self.count):
            raise ConfigError(
                f"{len(self.durations)} durations for {self.count} frames; give one, or one each"
            )
        if self.direction not in DIRECTIONS:
            hint = suggestion(self.direction, DIRECTIONS)
            raise ConfigError(f"unknown direction '{self.direction}'{hint}")

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.words) + 1 if self.words else self.frames
