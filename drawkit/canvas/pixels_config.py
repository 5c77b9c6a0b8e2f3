"""The settings of the pixel canvas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from drawkit.canvas.symmetry import SYMMETRIES, Symmetry
from drawkit.color import MAX_SWATCHES, parse_color
from drawkit.config.limits import Limits, Rate, Share, check_limits
from drawkit.errors import ConfigError
from drawkit.pixelart.clusters import COHERENCE
from drawkit.pixelart.contour import Side
from drawkit.pixelart.dither import DITHERS, Dither
from drawkit.scene.grid import CELLS, Cell

__all__ = ["DARKEST", "PixelsConfig"]

DARKEST = "auto"
"""The outline's colour by default: the darkest of the palette."""
_STAYS = "the picture that stays"
Colors = Annotated[int, Limits(1, MAX_SWATCHES)]
Pull = Annotated[float, Limits(0, 1, above=True)]


@dataclass(frozen=True)
class PixelsConfig:
    """Cells, colours, and what keeps the drawing tidy. Distances of colours are in OKLab."""

    cell: Cell = "rect"
    """Shape of the cells."""
    palette: str | None = field(default=None, metadata={"file": True})
    """Colours that the drawing is held to: a name, a file or @PICTURE:16; none: it learns them."""
    by_lightness: bool = False
    """Start after a picture by its lightness alone, stretched over the palette's."""
    colors: Colors | None = None
    """Colours at most, the paper and the outline among them; none: 16, or all of the palette."""
    shades: Colors | None = None
    """Tones of one hue at most; none: any number."""
    symmetry: Symmetry = "none"
    """x: left mirrors right; y: upper mirrors lower; xy; rot4: the same after a quarter turn."""
    dither: Dither = "none"
    """Mix colours by patterns of cells."""
    outline: str | None = None
    """A line around the figure: a colour, or auto for the darkest; none: no line."""
    outline_side: Side = "outside"
    """Whether the outline lies around the figure or takes its outermost cells."""
    coherence: Share = COHERENCE
    """How much farther (squared) a colour may be that all neighbours have; 0: each for itself."""
    even_edge: Share = 0.3
    """How much opacity a cell is lent by shown neighbours, or owes to hidden ones."""
    despeckle: Annotated[int, Limits(0, 64)] | None = None
    """Groups of so many cells or fewer vanish in what is around them; 0: they stay; none: 2, or
    more on large grids."""
    contrast: Annotated[float, Limits(0, 2)] = 0.35
    """Distance to what is around it from which on a speck stays: an eye, a highlight."""
    even_steps: Annotated[int, Limits(0, 8)] = 2
    """Rounds in which jaggies of borders, steps of uneven length, move by a cell; 0: they stay."""
    unband: bool = True
    """Whether strips of a middle tone, one cell wide along an edge, go to one of its sides."""
    economy: Share = 0.0015
    """How much nearer the mean cell must get for another colour at the start."""
    rare: Annotated[float, Limits(0, 0.5)] = 0.01
    """Share of the figure below which a colour gives way to one like it."""
    freeze: str | None = field(default=None, metadata={"file": True, "needs_init": _STAYS})
    """A picture of what must not change: cells under its light parts stay as they start."""
    freeze_edits: str | None = field(default=None, metadata={"file": True, "needs_init": _STAYS})
    """An older version of the start picture: cells that differ from it stay as they start."""
    side: Annotated[int, Limits(1, 4096)] = 224
    """Pixels of the shorter side at least, of the picture that the perceptor sees."""
    softness: tuple[Pull, Pull] = (0.02, 0.004)
    """How far colours pull on cells, at the start and the end: a squared distance."""
    lr_color: Rate = 0.02
    """Learning rate of the cells' colours."""
    lr_alpha: Rate = 0.03
    """Learning rate of the cells' opacities."""
    lr_palette: Rate = 0.003
    """Learning rate of the learned colours."""
    lr_painted: Share = 1.0
    """Share of the rates of cells that start as a picture: they are nearly there."""

    def __post_init__(self) -> None:
        """Refuse what no pixel art can be made of."""
        if self.by_lightness and self.palette is None:
            raise ConfigError("pixels.by_lightness needs pixels.palette; there is none")
        _one_of("cell", self.cell, CELLS)
        _one_of("symmetry", self.symmetry, SYMMETRIES)
        _one_of("dither", self.dither, DITHERS)
        _one_of("outline_side", self.outline_side, ("inside", "outside"))
        check_limits(self, "pixels")
        if self.outline not in (None, DARKEST) and parse_color(str(self.outline))[3] != 1:
            raise ConfigError(f"pixels.outline is '{self.outline}'; allowed: an opaque colour")


def _one_of(key: str, given: Any, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise ConfigError(f"pixels.{key} is '{given}'; allowed: {', '.join(allowed)}")
