"""Words, or a picture, into a tileset: what it is made from is read first, then drawn and joined.

    order = Order.read(layer, "mossy stone", "blob47", ground="dark water", material=None)
    terrain = make_terrain(order)
    files = tileset_files(terrain.tiles, terrain.sheet, "moss", order.seed)

Where a drawing is to be watched or stopped, `make_terrain` draws with a function of the caller's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image

from drawkit.color import parse_color
from drawkit.config import DrawConfig, Given, parse_prompts, read_prompts
from drawkit.engine import Run, Session, Step, prompts_of, settings_for, title_of
from drawkit.engine.drawing import Drawing
from drawkit.engine.stopped import hand_over
from drawkit.errors import InputError
from drawkit.export.png import PngConfig
from drawkit.files.filesets import plan_files, save_files
from drawkit.games.animate import Watch, watched
from drawkit.games.material_picture import read_material
from drawkit.games.sprites import Sheet
from drawkit.games.sprites.files import sheet_png
from drawkit.games.sprites.pack import PackConfig
from drawkit.games.tilesets import TILE_SIZE, Tileset
from drawkit.games.tilesets.bundle import FILES, terrain_of, tileset_files
from drawkit.games.tilesets.files import tileset_sheet
from drawkit.games.tilesets.joins import mismatches
from drawkit.games.tilesets.masks import Kind
from drawkit.palettes import resolve_palette
from drawkit.pixelart.recolor import recolored
from drawkit.scene import Detail, Metadata
from drawkit.scene.grid import Grid, Rgb

__all__ = ["TILE_DEFAULTS", "Order", "Terrain", "make_terrain", "rehearse"]

TILE_DEFAULTS: Mapping[str, Given] = MappingProxyType({"draw.size": Given(TILE_SIZE, "tileset")})

Draw = Callable[[Mapping[str, Given]], Drawing]
"""One drawing with the settings of a layer."""


@dataclass(frozen=True)
class Order:
    """One tileset as it was asked for.

    layer: the settings of its drawings. ground: a colour, words, or None for transparent.
    palette: the colours that it is held to, if any. stuff: the user's own material. scale: px of
    a cell in the picture. detail: how much the picture says of how it was made.
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
    detail: Detail

    @classmethod
    def read(
        cls,
        layer: Mapping[str, Given],
        words: str | None,
        kind: Kind,
        ground: str,
        material: Path | None,
    ) -> Order:
        """Everything that the flags of `drawkit tileset` name, read.

        layer: settings, the prompts among them. words: the title where there is a `material`, a
        seamless picture in place of a drawing. ground: words, a colour or transparent. Raises
        `InputError` for what is not usable.
        """
        asked = "draw.size" in layer
        layer = {**TILE_DEFAULTS, **layer, **_fixed()}
        settings = settings_for(layer)
        config, pixels = settings.get("draw", DrawConfig), settings.sections["pixels"]
        palette = None if pixels.palette is None else resolve_palette(pixels.palette)
        stuff, title = None, words
        if material is not None:
            size = config.size if asked else None  # else its own
            stuff = read_material(material, size, palette=palette, colors=pixels.colors)
            title = material.stem if words is None else read_prompts([words]).main.text
            layer = {**layer, "draw.size": Given(stuff.size, "--material")}
        else:
            prompts_of(settings)  # there must be one
            title = title_of(settings)
        return cls(
            title=" ".join(title.split()),
            kind=kind,
            layer=layer,
            size=config.size if stuff is None else stuff.size,
            seed=config.seed_number,
            ground=_ground(ground),
            palette=None if palette is None else palette.swatches,
            stuff=stuff,
            scale=settings.get("export.png", PngConfig).scale,
            detail=config.metadata,
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
        facts = drawings[0].scene.metadata if drawings else Metadata(detail=self.detail)
        config = PackConfig(padding=0, indexed=True, scale=self.scale)
        return tileset_sheet(tiles, config, replace(facts, title=self.title))


def rehearse(order: Order) -> None:
    """Build the tileset once from plain colours, so that what cannot be is refused at once.

    Where the border runs, and so whether the tiles join, does not depend on the colours.
    """
    palette = ((60, 60, 60), (120, 120, 120)) if order.palette is None else order.palette
    plain = _plain(order, palette)
    around = None if order.ground is None else plain
    tiles = order.tiles(plain, around)
    if wrong := mismatches(tiles):
        raise InputError(f"{len(wrong)} pairs of tiles do not join, such as {wrong[0]}")
    order.sheet(tiles, [])


@dataclass(frozen=True, eq=False)
class Terrain:
    """A tileset, its picture, its material, and what was drawn for it: nothing, one or two.

    seed: of the example map among its files.
    """

    tiles: Tileset
    sheet: Sheet
    material: Grid
    drawings: tuple[Drawing, ...]
    seed: int = 0

    def save(self, path: str | Path) -> tuple[Path, ...]:
        """Write all files under one name, the picture's first; replaces what is there.

        Raises `FileError`.
        """
        plan = plan_files(path, self.tiles.name, FILES, overwrite=True)
        tiles, sheet, seed = self.tiles, self.sheet, self.seed
        return save_files(plan, lambda stem: tileset_files(tiles, sheet, stem, seed))[0]

    def image(self) -> Image.Image:
        """All tiles as a PIL picture (RGBA)."""
        with Image.open(io.BytesIO(self._repr_png_())) as picture:
            return picture.convert("RGBA")

    def _repr_png_(self) -> bytes:
        """Notebooks show the tiles."""
        return sheet_png(self.sheet)


class _Press:
    """Draws one material after the other; after an error or a stop the rest stays as it starts."""

    def __init__(self, watch: Watch, session: Session | None) -> None:
        self.error: BaseException | None = None
        self._session = Session() if session is None else session
        self._watch = watch
        self._stopped = False

    def _goes_on(self, step: Step) -> bool:
        self._stopped = not self._watch(step)
        return not self._stopped

    def draw(self, layer: Mapping[str, Given]) -> Drawing:
        run = Run(settings_for(layer), session=self._session)
        try:
            if self.error is None and not self._stopped:
                return watched(run, self._goes_on)
        except BaseException as error:
            if not run.steps:
                raise
            self.error = error
        return run.drawing()


def make_terrain(
    order: Order,
    draw: Draw | None = None,
    watch: Watch = lambda step: True,
    session: Session | None = None,
) -> Terrain:
    """Draw what is asked for in words, and make tiles of it. draw: makes one of the drawings.

    watch: gets every step where `draw` is left out; False stops. session: has perceptors that are
    open already.
    An error on the way, Ctrl-C too, has the tiles of the best drawings so far as its attribute
    `terrain`; in a notebook the stop button returns them.
    """
    press = _Press(watch, session)
    draw = press.draw if draw is None else draw
    drawings: list[Drawing] = []

    def draw_grid(layer: Mapping[str, Given]) -> Grid:
        drawings.append(draw(layer))
        grid = drawings[-1].scene.grid
        assert grid is not None  # the canvas is pixels
        return grid

    material = draw_grid(order.layer) if order.stuff is None else order.stuff
    around = None
    if isinstance(order.ground, str):
        words, no_file = Given([order.ground], "--ground"), Given(None, "--ground")
        said = {"draw.prompts": words, "draw.prompts_file": no_file}
        around = draw_grid({**order.layer, **said})
    elif order.ground is not None:
        plain = _plain(order, [order.ground])
        around = plain if order.palette is None else recolored(plain, material.palette)
    tiles = order.tiles(material, around)
    sheet = order.sheet(tiles, drawings)
    terrain = Terrain(tiles, sheet, material, tuple(drawings), order.seed)
    return terrain if press.error is None else hand_over(press.error, terrain, "terrain")


def _plain(order: Order, palette: Sequence[Rgb]) -> Grid:
    """A material of the first of some colours."""
    columns, rows = order.size
    return Grid.still(np.zeros((rows, columns), int), palette)


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
        parse_prompts(text)
        return text
    if alpha == 0:
        return None
    if alpha < 1:
        raise InputError(f"--ground is '{text}'; allowed: words, an opaque colour or transparent")
    return round(red * 255), round(green * 255), round(blue * 255)
