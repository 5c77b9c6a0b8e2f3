"""A drawn set as one sheet: common palette and baseline, the picture, its data, its index."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from drawkit.color import Swatch
from drawkit.config import DrawConfig
from drawkit.engine import prompts_of, settings_for
from drawkit.errors import DrawkitError, InputError
from drawkit.files.filesets import plan_files, save_files
from drawkit.games.sets import SpriteSet
from drawkit.games.sets.index import index_png
from drawkit.games.sets.place import in_one_palette, placed
from drawkit.games.sets.store import load_sprite
from drawkit.games.sprites import Sheet, SheetFormat, Sprite, sheet_formats
from drawkit.games.sprites.files import sheet_png
from drawkit.games.sprites.pack import pack
from drawkit.palettes import resolve_palette
from drawkit.pixelart.ramps import swatch_names
from drawkit.scene import Metadata
from drawkit.scene.grid import Frame, Grid

__all__ = ["PackedSet", "pack_set", "rehearse_sheet", "sheet_suffixes"]

INDEX = "-index.png"
_TWO_COLORS = ((0, 0, 0), (255, 255, 255))


@dataclass(frozen=True)
class PackedSet:
    """A finished sheet. lost: name -> error of sprites whose files could not be used."""

    sheet: Sheet
    index: bytes
    formats: tuple[str, ...]
    lost: Mapping[str, str]

    def files(self, stem: str) -> dict[str, bytes]:
        """Suffix -> content of every file, where the picture is `stem`.png."""
        texts = {
            f.suffix: f.text(self.sheet, f"{stem}.png").encode() for f in _formats(self.formats)
        }
        return {".png": sheet_png(self.sheet), **texts, INDEX: self.index}

    def save(self, path: str | Path) -> tuple[Path, ...]:
        """Write all files, the picture as `path`; replaces what is there. Raises `FileError`."""
        suffixes = tuple(self.files("sheet"))
        return save_files(plan_files(path, "sheet", suffixes, overwrite=True), self.files)[0]

    def image(self) -> Image.Image:
        """The sheet as a PIL picture (RGBA)."""
        with Image.open(io.BytesIO(self._repr_png_())) as picture:
            return picture.convert("RGBA")

    def _repr_png_(self) -> bytes:
        """Notebooks show the sheet."""
        return sheet_png(self.sheet)


def sheet_suffixes(plan: SpriteSet) -> tuple[str, ...]:
    """What follows the name in every file of a sheet, its picture's first."""
    return (".png", *(f.suffix for f in _formats(plan.config.formats)), INDEX)


def rehearse_sheet(plan: SpriteSet) -> None:
    """Pack frames of the right size and number, so that what no sheet can hold is refused at once.

    They show as little as a sprite can where the sheet is trimmed, else it makes no difference.
    """
    columns, rows = plan.size
    cells = np.zeros((rows, columns), np.uint8)
    cells[0, 0] = 1
    sprites = []
    for sprite in plan.sprites:
        count = 1 if sprite.animation is None else sprite.animation.total
        grid = Grid((Frame(cells),) * count, _TWO_COLORS, 0)
        sprites.append(Sprite(sprite.name, grid))
    sheet = pack(sprites, plan.config.pack)
    for form in _formats(plan.config.formats):
        form.text(sheet, "sheet.png")


def pack_set(plan: SpriteSet, folder: Path) -> PackedSet:
    """Read the sprites in `folder` and pack them. Raises `InputError` where none can be used."""
    lost: dict[str, str] = {}
    grids = {}
    for sprite in plan.sprites:
        try:
            grids[sprite.name] = load_sprite(sprite, folder)
        except DrawkitError as error:
            lost[sprite.name] = str(error)
    if not grids:
        raise InputError(next(iter(lost.values())))
    frames = [placed(grid, plan.size, plan.config) for grid in grids.values()]
    frames = in_one_palette(frames, plan.colors, _given_colors(plan))
    if any(s.animation is not None and s.animation.ramped for s in plan.sprites):
        frames = _named(frames)
    sprites = [Sprite(name, grid) for name, grid in zip(grids, frames, strict=True)]
    packing = plan.config.pack
    if len({(grid.palette, grid.transparent) for grid in frames}) > 1:  # too many for indices
        packing = replace(packing, indexed=False)
    prompts = [p for sprite in plan.sprites for p in prompts_of(settings_for(sprite.layer))]
    detail = settings_for(plan.sprites[0].layer).get("draw", DrawConfig).metadata
    facts = Metadata(plan.name, tuple((p.text, p.weight) for p in prompts), detail=detail)
    return PackedSet(pack(sprites, packing, facts), index_png(sprites), plan.config.formats, lost)


def _named(grids: list[Grid]) -> list[Grid]:
    """The grids of one palette with its colours named by ramps; as they are if they have many."""
    if len({(grid.palette, grid.transparent) for grid in grids}) > 1:
        return grids
    together = tuple(frame for grid in grids for frame in grid.frames)
    names = swatch_names(replace(grids[0], frames=together, tags=()))
    return [replace(grid, swatch_names=names) for grid in grids]


def _given_colors(plan: SpriteSet) -> tuple[Swatch, ...]:
    """The colours of the palettes that the sprites are held to, in order."""
    found: dict[Swatch, None] = {}
    for sprite in plan.sprites:
        palette = settings_for(sprite.layer).sections["pixels"].palette
        if palette is not None:
            found |= dict.fromkeys(resolve_palette(palette).swatches)
    return tuple(found)


def _formats(names: tuple[str, ...]) -> list[SheetFormat]:
    plugins = [sheet_formats.get(name) for name in names]
    return [plugin.cls(plugin.config()) for plugin in plugins]
