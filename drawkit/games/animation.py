"""How a sprite moves, in settings: read without what draws, which takes seconds to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError, suggestion
from drawkit.pixelart.facings import FACINGS, LOOKS, Looks
from drawkit.pixelart.motion import MOTIONS
from drawkit.pixelart.ramps import parse_swap
from drawkit.scene.grid import DIRECTIONS, Direction, Tag

__all__ = ["DIRECTIONS", "FACINGS", "LOOKS", "MOTIONS", "AnimateConfig", "Direction", "Looks"]

MOST_FRAMES = 64


@dataclass(frozen=True)
class AnimateConfig:
    """How the frames differ and how they are played."""

    frames: Annotated[int, Limits(2, MOST_FRAMES)] = 4
    """How many, where words do not say it."""
    motion: str = "none"
    """A name of `MOTIONS`, several with commas between, a loop each, or none."""
    words: tuple[str, ...] = ()
    """What each frame after the first shows; an empty text keeps the first one's picture."""
    durations: tuple[Annotated[int, Limits(1, 65535, unit="ms")], ...] = (120,)
    """Milliseconds of a frame: one for all, or one each."""
    tag: str = "idle"
    """Name of the loop in files that have names for them; several loops are named by motion."""
    direction: Direction = "forward"
    """forward, reverse, pingpong or pingpong_reverse."""
    facings: Annotated[int, Limits(1, 8)] = 1
    """From how many sides it is seen: 1, 2 (left, right), 4 (down, left, right, up) or 8."""
    looks: Looks = "down"
    """Where the sprite looks as it is drawn: down (to the viewer), left or right."""
    ramp: tuple[str, ...] = ()
    """Materials in other colours: `red=blue`, `red=#3355cc`."""

    def __post_init__(self) -> None:
        """Refuse what no animation can be made of."""
        check_limits(self)
        if not 2 <= self.count <= MOST_FRAMES and not self._stands:
            raise ConfigError(f"an animation has {self.count} frames; allowed: 2 to {MOST_FRAMES}")
        self._check_character()
        if self.motions == ("none",) and self.facings == 1 and not any(self.words):
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
        """How many frames a loop has."""
        if self.words:
            return len(self.words) + 1
        return 1 if self._stands else self.frames

    @property
    def total(self) -> int:
        """How many frames there are in all loops."""
        return self.count * len(self.loops)

    @property
    def times(self) -> tuple[int, ...]:
        """Milliseconds of each frame, of all loops."""
        each = self.durations * self.count if len(self.durations) == 1 else self.durations
        return each * len(self.loops)

    @property
    def motions(self) -> tuple[str, ...]:
        """The motions, in the order of their loops."""
        return tuple(name.strip() for name in self.motion.split(","))

    @property
    def turns(self) -> bool:
        """Whether it is a character: seen from several sides, or moving in several ways."""
        return self.facings > 1 or len(self.motions) > 1

    @property
    def ramped(self) -> bool:
        """Whether the palette is in named ramps."""
        return self.turns or bool(self.ramp)

    @property
    def loops(self) -> tuple[tuple[str, str], ...]:
        """Motion and facing of each loop, in the order of the frames."""
        return tuple((one, facing) for one in self.motions for facing in FACINGS[self.facings])

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Name and frames of each loop: `idle`, or `walk-down`, `walk-left` of a character."""
        found = []
        for number, (motion, facing) in enumerate(self.loops):
            own = self.tag != AnimateConfig.tag or motion == "none" or not self.turns
            name = self.tag if own else motion
            name = f"{name}-{facing}" if self.facings > 1 else name
            first = number * self.count
            found.append(Tag(name, first, first + self.count - 1, self.direction))
        return tuple(found)

    @property
    def _stands(self) -> bool:
        """Whether it is one still frame from each side."""
        return self.motion == "none" and self.facings > 1

    def _check_character(self) -> None:
        """Refuse motions, facings and ramps that there are not, and what does not go together."""
        for name in self.motions:
            if name not in MOTIONS and (name != "none" or len(self.motions) > 1):
                raise ConfigError(f"unknown motion '{name}'{suggestion(name, ['none', *MOTIONS])}")
            if self.motions.count(name) > 1:
                raise ConfigError(f"the motion '{name}' is named twice: {self.motion}")
        if self.facings not in FACINGS:
            allowed = ", ".join(str(count) for count in FACINGS)
            raise ConfigError(f"facings is {self.facings}; allowed: {allowed}")
        if self.looks not in LOOKS:
            raise ConfigError(f"looks is '{self.looks}'; allowed: {', '.join(LOOKS)}")
        if self.words and self.turns:
            raise ConfigError("frames with words of their own have one facing and one motion")
        if len(self.motions) > 1 and self.tag != AnimateConfig.tag:
            raise ConfigError(
                f"'{self.tag}' cannot name {len(self.motions)} loops; they are named by motion"
            )
        swaps = [parse_swap(text).old for text in self.ramp]
        for name in swaps:
            if swaps.count(name) > 1:
                raise ConfigError(f"the ramp '{name}' is swapped twice: {', '.join(self.ramp)}")
