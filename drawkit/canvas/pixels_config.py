"""The settings of the pixel canvas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from drawkit.canvas.symmetry import SYMMETRIES, Symmetry
from drawkit.color import MAX_SWATCHES, parse_color
from drawkit.errors import ConfigError
from drawkit.grid import CELLS, Cell
from drawkit.grid.clusters import COHERENCE
from drawkit.grid.contour import Side
from drawkit.grid.dither import DITHERS, Dither

__all__ = ["DARKEST", "PixelsConfig"]

DARKEST = "auto"
"""The outline's colour by default: the darkest of the palette."""


@dataclass(frozen=True)
class PixelsConfig:
    """Cells, colours, and what keeps the drawing tidy. Distances of colours are in OKLab."""

    cell: Cell = "rect"
    """Shape of the cells."""
    palette: str | None = field(default=None, metadata={"file": True})
    """Colours that the drawing is held to: a name, a file or @PICTURE:16; none: it learns them."""
    by_lightness: bool = False
    """Start after a picture by its lightness alone, stretched over the palette's."""
    colors: int | None = None
    """Colours at most, the paper and the outline among them; none: 16, or all of the palette."""
    shades: int | None = None
    """Tones of one hue at most; none: any number."""
    symmetry: Symmetry = "none"
    """x: left mirrors right; y: upper mirrors lower; xy; rot4: the same after a quarter turn."""
    dither: Dither = "none"
    """Mix colours by patterns of cells."""
    outline: str | None = None
    """A line around the figure: a colour, or auto for the darkest; none: no line."""
    outline_side: Side = "outside"
    """Whether the outline lies around the figure or takes its outermost cells."""
    coherence: float = COHERENCE
    """How much farther (squared) a colour may be that all neighbours have; 0: each for itself."""
    even_edge: float = 0.3
    """How much opacity a cell is lent by shown neighbours, or owes to hidden ones."""
    despeckle: int | None = None
    """Groups of so many cells or fewer vanish in what is around them; 0: they stay; none: 2, or
    more on large grids."""
    contrast: float = 0.35
    """Distance to what is around it from which on a speck stays: an eye, a highlight."""
    even_steps: int = 2
    """Rounds in which jaggies of borders, steps of uneven length, move by a cell; 0: they stay."""
    unband: bool = True
    """Whether strips of a middle tone, one cell wide along an edge, go to one of its sides."""
    economy: float = 0.0015
    """How much nearer the mean cell must get for another colour at the start."""
    rare: float = 0.01
    """Share of the figure below which a colour gives way to one like it."""
    freeze: str | None = field(default=None, metadata={"file": True})
    """A picture of what must not change: cells under its light parts stay as they start."""
    freeze_edits: str | None = field(default=None, metadata={"file": True})
    """An older version of the start picture: cells that differ from it stay as they start."""
    side: int = 224
    """Pixels of the shorter side at least, of the picture that the perceptor sees."""
    softness: tuple[float, float] = (0.02, 0.004)
    """How far colours pull on cells, at the start and the end: a squared distance."""
    lr_color: float = 0.02
    """Learning rate of the cells' colours."""
    lr_alpha: float = 0.03
    """Learning rate of the cells' opacities."""
    lr_palette: float = 0.003
    """Learning rate of the learned colours."""

    def __post_init__(self) -> None:
        """Refuse what no pixel art can be made of."""
        if self.by_lightness and self.palette is None:
            raise ConfigError("pixels.by_lightness needs pixels.palette; there is none")
        _one_of("cell", self.cell, CELLS)
        _one_of("symmetry", self.symmetry, SYMMETRIES)
        _one_of("dither", self.dither, DITHERS)
        _one_of("outline_side", self.outline_side, ("inside", "outside"))
        for key, low, high in (
            ("colors", 1, MAX_SWATCHES),
            ("shades", 1, MAX_SWATCHES),
            ("despeckle", 0, 64),
            ("even_steps", 0, 8),
            ("contrast", 0, 2),
            ("coherence", 0, 1),
            ("even_edge", 0, 1),
            ("economy", 0, 1),
            ("rare", 0, 0.5),
            ("side", 1, 4096),
            ("lr_color", 0, 10),
            ("lr_alpha", 0, 10),
            ("lr_palette", 0, 10),
        ):
            value = getattr(self, key)
            if value is not None and not low <= value <= high:
                raise ConfigError(f"pixels.{key} is {value:g}; allowed: {low:g} to {high:g}")
        if not all(0 < value <= 1 for value in self.softness):
            raise ConfigError(f"pixels.softness is {list(self.softness)}; allowed: above 0 to 1")
        if self.outline not in (None, DARKEST) and parse_color(str(self.outline))[3] != 1:
            raise ConfigError(f"pixels.outline is '{self.outline}'; allowed: an opaque colour")


def _one_of(key: str, given: Any, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise ConfigError(f"pixels.{key} is '{given}'; allowed: {', '.join(allowed)}")
