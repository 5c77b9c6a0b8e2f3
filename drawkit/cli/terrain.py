"""What a tileset is made from: its settings, read and checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from drawkit.cli.materials import MaterialPress
from drawkit.color import parse_color
from drawkit.config import DrawConfig, Given
from drawkit.errors import InputError
from drawkit.export.png import PngConfig
from drawkit.grid import Grid, Rgb
from drawkit.palettes import resolve_palette
from drawkit.recolor import recolored
from drawkit.scene import Metadata
from drawkit.sprites.pack import PackConfig
from drawkit.tilesets.bundle import terrain_of
from drawkit.tilesets.files import tileset_sheet
from drawkit.tilesets.joins import mismatches
from drawkit.tilesets.masks import Kind

if TYPE_CHECKING:
    from drawkit.drawing import Drawing
    from drawkit.sprites import Sheet
    from drawkit.tilesets import Tileset

__all__ = ["TILE_DEFAULTS", "Order", "ground_of", "material_of", "rehearse"]

TILE_DEFAULTS: Mapping[str, Given] = MappingProxyType({"draw.size": Given((16, 16), "tileset")})
"""The size that most tile maps have."""


@dataclass(frozen=True)
class Order:
    """One tileset as it was asked for.

    layer: the settings of its drawings. ground: a colour, words, or None for transparent.
    palette: the colours that it is held to, if any. stuff: the user's own material. scale: px of
    a cell in the picture.
    """

    title: str
    kind: Kind
    layer: Mapping[str, Given]
    size: tuple[int, int]
    seed: int
    ground: Rgb | str | None
    palette: tuple[Rgb, ...] | None
    stuff: Grid | None
    scale: int | None

    @classmethod
    def read(
        cls,
        layer: Mapping[str, Given],
        words: str | None,
        kind: str,
        ground: str,
        material: Path | None,
    ) -> Order:
        """Everything that the flags name, read; raises `InputError` for what is not usable."""
        from drawkit.canvas.pixels_config import PixelsConfig
        from drawkit.engine import prompts_of, settings_for
        from drawkit.materials import read_material

        asked = "draw.size" in layer
        layer = {**TILE_DEFAULTS, **layer, **_fixed()}
        settings = settings_for(layer)
        config, pixels = settings.get("draw", DrawConfig), settings.get("pixels", PixelsConfig)
        palette = None if pixels.palette is None else resolve_palette(pixels.palette)
        stuff, title = None, words
        if material is not None:
            size = config.size if asked else None  # else its own
            stuff = read_material(material, size, palette=palette, colors=pixels.colors)
            title = material.stem if words is None else words
            layer = {**layer, "draw.size": Given(stuff.size, "--material")}
        else:
            title = prompts_of(settings)[0].text
        return cls(
            title=" ".join(title.split()),
            kind=cast(Kind, kind),
            layer=layer,
            size=config.size if stuff is None else stuff.size,
            seed=config.seed_number,
            ground=_ground(ground),
            palette=None if palette is None else palette.swatches,
            stuff=stuff,
            scale=settings.get("export.png", PngConfig).scale,
        )

    @property
    def fixed(self) -> bool:
        """Whether no colour beyond a palette's may be used."""
        return self.palette is not None

    def tiles(self, stuff: Grid, around: Grid | None) -> Tileset:
        """The tiles of a material, with what lies around it."""
        return terrain_of(self.title, stuff, around, self.kind, fixed=self.fixed, seed=self.seed)

    def sheet(self, tiles: Tileset, drawings: Sequence[Drawing]) -> Sheet:
        """The tiles in one indexed picture, with how the material was made."""
        facts = drawings[0].scene.metadata if drawings else Metadata()
        config = PackConfig(padding=0, indexed=True, scale=self.scale)
        return tileset_sheet(tiles, config, replace(facts, title=self.title))


def rehearse(order: Order) -> None:
    """Build the tileset once from plain colours, so that what cannot be is refused at once.

    Where the border runs, and so whether the tiles join, does not depend on the colours.
    """
    palette = ((60, 60, 60), (120, 120, 120)) if order.palette is None else order.palette
    columns, rows = order.size
    plain = Grid.still(np.zeros((rows, columns), int), palette)
    around = None if order.ground is None else plain
    tiles = order.tiles(plain, around)
    if wrong := mismatches(tiles):
        raise InputError(f"{len(wrong)} pairs of tiles do not join, such as {wrong[0]}")
    order.sheet(tiles, [])


def material_of(order: Order, press: MaterialPress) -> Grid:
    """The terrain's material: the user's own, or drawn."""
    return _drawn(order.layer, press) if order.stuff is None else order.stuff


def ground_of(order: Order, stuff: Grid, press: MaterialPress) -> Grid | None:
    """What lies around the terrain: drawn, of one colour, or nothing."""
    if order.ground is None:
        return None
    if isinstance(order.ground, str):
        return _drawn({**order.layer, "draw.prompts": Given([order.ground], "--ground")}, press)
    columns, rows = order.size
    plain = Grid.still(np.zeros((rows, columns), int), [order.ground])
    return plain if order.palette is None else recolored(plain, stuff.palette)


def _drawn(layer: Mapping[str, Given], press: MaterialPress) -> Grid:
    grid = press.draw(layer).scene.grid
    assert grid is not None
    return grid


def _fixed() -> dict[str, Given]:
    """What makes a material of a drawing, whatever a style says."""
    wanted: dict[str, Any] = {
        "draw.canvas": "pixels",
        "draw.tile": "xy",
        "draw.background": "paper",
        "pixels.cell": "rect",
        "pixels.symmetry": "none",
        "pixels.outline": None,
    }
    return {key: Given(value, "tileset") for key, value in wanted.items()}


def _ground(text: str) -> Rgb | str | None:
    """A colour as levels, other words as they are, None for transparent."""
    if not text.strip():
        raise InputError("--ground is empty; give words, a colour or transparent")
    try:
        red, green, blue, alpha = parse_color(text)
    except InputError:
        return text
    if alpha == 0:
        return None
    if alpha < 1:
        raise InputError(f"--ground is '{text}'; allowed: words, an opaque colour or transparent")
    return round(red * 255), round(green * 255), round(blue * 255)
