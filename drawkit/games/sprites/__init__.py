"""Sprites packed into one picture, and the files that tell a game where each frame lies.

    sheet = pack([Sprite("knight", grid), Sprite("door", other)], PackConfig(padding=2))
    save_sheet(sheet, Path("game.png"), [Godot4Frames(), AsepriteJson()])

A new file format is one file here: a class with `suffix` and `text`, its own frozen config and
`@sheet_formats.register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from drawkit.errors import InputError
from drawkit.export._text import xml_text
from drawkit.registry import Registry
from drawkit.scene import Metadata
from drawkit.scene.grid import Direction, Grid, Tag

__all__ = ["Animation", "Region", "Sheet", "SheetFormat", "Sprite", "sheet_formats"]

sheet_formats = Registry("sheet format", "drawkit.games.sprites")


@dataclass(frozen=True, eq=False)
class Sprite:
    """A named grid: one picture, or an animation with tags. The name is one line of text."""

    name: str
    grid: Grid

    def __post_init__(self) -> None:
        for name in (self.name, *(tag.name for tag in self.grid.tags)):
            if not name.strip() or not name.isprintable() or name != xml_text(name):
                raise InputError(f"names of sprites and tags are one line of text, got {name!r}")


@dataclass(frozen=True)
class Region:
    """Where one frame lies in the sheet, in px, and what trimming took from it.

    x, y, width, height: the pixels in the sheet, without extrusion. left, top: where they lie in
    the untrimmed frame of source_width x source_height.
    """

    name: str
    x: int
    y: int
    width: int
    height: int
    left: int
    top: int
    source_width: int
    source_height: int
    duration_ms: int

    @property
    def trimmed(self) -> bool:
        """Whether the frame is larger than what the sheet holds of it."""
        return (self.width, self.height) != (self.source_width, self.source_height)


@dataclass(frozen=True)
class Animation:
    """A named run of regions of a sheet, `first` to `last`, and the way it is played."""

    name: str
    first: int
    last: int
    direction: Direction = "forward"

    def played(self) -> tuple[int, ...]:
        """Numbers of the regions in the order in which one round shows them."""
        return Tag(self.name, self.first, self.last, self.direction).played()


@dataclass(frozen=True, eq=False)
class Sheet:
    """A packed picture. pixels: [H, W, 4] straight RGBA; grid: the same as indices, or None.

    scale: pixels of a cell. Regions stand in the order of sprites and frames; every sprite has
    an animation for each of its tags, or one for all its frames.
    """

    pixels: npt.NDArray[np.uint8]
    regions: tuple[Region, ...]
    animations: tuple[Animation, ...]
    grid: Grid | None = None
    scale: int = 1
    metadata: Metadata = Metadata()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        height, width = self.pixels.shape[:2]
        return width, height


class SheetFormat(ABC):
    """Writes where the frames of a sheet lie in one format; built from its own frozen config."""

    suffix: ClassVar[str]
    """What follows the sheet's name: `.json`. No two formats have the same."""

    @abstractmethod
    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file. image: name of the picture, which lies in the same folder."""
