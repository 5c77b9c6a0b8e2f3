"""What every drawing command shares: the words, the size, the seed, the paper, the judge."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal, NoReturn

from drawkit.color import parse_color
from drawkit.config.limits import Limits, check_limits
from drawkit.errors import ConfigError, InputError, shown

__all__ = ["MOST_SEED", "DrawConfig", "parse_seed", "parse_size"]

SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"icon": (16, 16), "sprite": (32, 32), "portrait": (48, 64), "scene": (96, 64)}
)
"""Sizes by name, in cells of pixel art."""
MOST_SEED = 2**53
"""Whole numbers up to here survive JSON."""
Seed = Annotated[int, Limits(0, MOST_SEED)]
Side = Annotated[int, Limits(0, 100_000)]
"""Wide enough for any canvas, each of which has limits of its own."""


def parse_size(value: Any) -> Any:
    """`"320x180"`, `"224"` or `224` -> (width, height); anything else is left to the type check."""
    if isinstance(value, str):
        if value.strip().lower() in SIZES:
            return SIZES[value.strip().lower()]
        if not re.fullmatch(r"\s*\d{1,9}\s*(x\s*\d{1,9}\s*)?", value, re.IGNORECASE | re.ASCII):
            raise ValueError(
                f"takes a number of pixels, {', '.join(SIZES)} or WIDTHxHEIGHT, got '{value}'"
            )
        numbers = [int(part) for part in value.lower().split("x")]
        return (numbers[0], numbers[-1])
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, value)
    return value


def parse_seed(value: Any) -> Any:
    """A number as text -> the number; `random` -> a number drawn now; a word stays a word."""
    if isinstance(value, str):
        text = value.strip()
        if text == "random":
            return secrets.randbelow(2**32)
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else text
    return value


@dataclass(frozen=True)
class DrawConfig:
    """The settings that are not about one canvas, loss or model.

    The prompts can be set here; what was said stands apart from all settings, in
    `Settings.prompts`, as most parts have no need of it.
    """

    prompts: tuple[str, ...] = ()
    """What to draw: `text` or `text:weight`, `|` between several; a negative one stays away."""
    prompts_file: str | None = field(default=None, metadata={"file": True})
    """A text file with more of them, one a line."""
    size: tuple[Side, Side] = field(default=(224, 224), metadata={"parse": parse_size})
    """Width and height: pixels, or cells of pixel art."""
    seed: Seed | str = field(default=0, metadata={"parse": parse_seed})
    """A number or a word; the same one gives the same drawing."""
    background: str = "paper"
    """`paper` (white, not painted in the file), a colour (painted), or `transparent`."""
    quality: Literal["draft", "normal", "best"] = "normal"
    """How much work it is worth: steps, cutouts and size where nothing sets them."""
    canvas: str = "strokes"
    """What the drawing is made of: the name of a canvas."""
    target: Literal["imagine", "generate"] = "imagine"
    """Where the picture to follow comes from: `imagine`, the perceptor's own, or `generate`, a
    diffusion model's."""
    init: str | None = field(default=None, metadata={"file": True})
    """A picture to start from, in place of what the perceptor imagines."""
    tile: Literal["none", "x", "y", "xy"] = "none"
    """Sides at which the drawing goes on seamlessly: left and right, top and bottom, or both."""
    style: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Styles by name or path; a later one overrides an earlier one, `NAME:SHARE` mixes all."""
    threads: Annotated[int, Limits(1, 1024)] | None = None
    """CPU threads; none: as many as there are cores."""
    metadata: Literal["short", "full", "none"] = "short"
    """What files say of how they were made: what differs from the defaults, all, or nothing."""
    save_every: Annotated[int, Limits(0, 1_000_000)] = 0
    """Write the drawing so far every so many steps; 0 only at the end."""

    def __post_init__(self) -> None:
        """Refuse what no drawing can be made of."""
        if isinstance(self.seed, int) and not 0 <= self.seed <= MOST_SEED:
            _refuse("seed", shown(self.seed), f"a word, random or a number 0 to {MOST_SEED}")
        if self.metadata not in ("short", "full", "none"):
            _refuse("metadata", f"'{self.metadata}'", "short, full, none")
        if self.target not in ("imagine", "generate"):
            _refuse("target", f"'{self.target}'", "imagine, generate")
        if self.seed == "":
            _refuse("seed", "empty", "a word, random or a number")
        check_limits(self, "draw")
        self._check_background()

    def check_sides(self, smallest: int, largest: int, unit: str) -> None:
        """Refuse a size that the canvas cannot have; its own sides and unit are given."""
        if not all(smallest <= side <= largest for side in self.size):
            given = "x".join(str(side) for side in self.size)
            _refuse("size", given, f"{smallest} to {largest} {unit} a side")

    @property
    def seed_number(self) -> int:
        """The seed as a number: a word becomes the same number on every machine."""
        if isinstance(self.seed, int):
            return self.seed
        return int.from_bytes(hashlib.sha256(self.seed.encode()).digest()[:4], "big")

    @property
    def paper(self) -> tuple[float, float, float] | None:
        """The colour under the drawing, RGB 0..1; None: transparent."""
        if self.background == "paper":
            return 1.0, 1.0, 1.0
        red, green, blue, alpha = parse_color(self.background)
        return (red, green, blue) if alpha else None

    def _check_background(self) -> None:
        if self.background == "paper":
            return
        try:
            alpha = parse_color(self.background)[3]
        except InputError as error:
            raise ConfigError(f"draw.background: {error}") from error
        if 0 < alpha < 1:
            _refuse("background", self.background, "an opaque colour or transparent")


def _refuse(key: str, given: object, allowed: str) -> NoReturn:
    raise ConfigError(f"draw.{key} is {given}; allowed: {allowed}")
