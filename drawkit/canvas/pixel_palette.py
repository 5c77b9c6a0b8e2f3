"""Which colours a pixel canvas begins with: those of a palette, or some that it will learn."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from drawkit.canvas import Rgb
from drawkit.canvas.pixels_config import DARKEST, PixelsConfig
from drawkit.canvas.swatches import Swatches
from drawkit.color import MAX_SWATCHES, parse_color
from drawkit.errors import ConfigError
from drawkit.palettes import resolve_palette

__all__ = ["LEARNED", "Roles", "pixel_palette"]

LEARNED = 16
"""Colours in all, where neither a palette nor a number is given."""


@dataclass(frozen=True)
class Roles:
    """Rows of colours with a job. paper: under the figure; line: of the outline; None: no such."""

    paper: int | None
    line: int | None


def pixel_palette(
    config: PixelsConfig, background: Rgb | None, generator: torch.Generator, *, full: bool = False
) -> tuple[Swatches, Roles]:
    """The colours, and which of them are the paper's and the outline's.

    full: every cell is shown, so that none is kept for what shows nothing.
    """
    line = None
    if config.outline not in (None, DARKEST):
        red, green, blue, _ = parse_color(str(config.outline))
        line = (red, green, blue)
    wanted = {"paper": background, "line": line}
    asked = {role: _rounded(color) for role, color in wanted.items() if color is not None}
    if config.palette is None:
        rows = list(dict.fromkeys(asked.values()))
        given = Swatches(rows, _learned(config, len(rows)), [], generator)
    else:
        # A file holds 256 colours, one of them the one that shows nothing.
        palette = resolve_palette(
            config.palette, limit=MAX_SWATCHES - (background is None and not full)
        )
        given = Swatches(palette.to_srgb().tolist(), 0, [], generator)
    found = {role: given.nearest_given(color) for role, color in asked.items()}
    if config.outline == DARKEST and given.fixed:
        found["line"] = int(given.given_lab[:, 0].argmin())
    given.kept[list(found.values())] = True
    return given, Roles(found.get("paper"), found.get("line"))


def _learned(config: PixelsConfig, given: int) -> int:
    """How many colours are left to learn."""
    most = LEARNED if config.colors is None else config.colors
    if most <= given:
        raise ConfigError(
            f"pixels.colors is {most}, and paper and outline take {given}; "
            f"allowed: {given + 1} to {MAX_SWATCHES - 1}, or a transparent background"
        )
    return min(most, MAX_SWATCHES - 1) - given


def _rounded(color: Rgb) -> Rgb:
    """A colour in the 8 bits that files have."""
    red, green, blue = (round(channel * 255) / 255 for channel in color)
    return red, green, blue
