"""One animated sprite as a sheet: a row for each of its loops, data files and palette beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drawkit.errors import ConfigError
from drawkit.games.sprites import Sheet, SheetFormat, Sprite, sheet_formats
from drawkit.games.sprites.files import sheet_png
from drawkit.games.sprites.pack import PackConfig, pack
from drawkit.palettes import Palette
from drawkit.palettes.gpl import GplFormat
from drawkit.scene import Metadata, Scene
from drawkit.scene.grid import Grid

__all__ = ["chosen_formats", "one_loop", "row_sheet", "row_suffixes", "sheet_contents"]

_PALETTE = ".gpl"


def one_loop(scene: Scene, name: str) -> Scene:
    """The scene of pixel art with the frames of its loop of that name alone."""
    art = scene.pixel_art
    assert art is not None
    tag = next(tag for tag in art.grid.tags if tag.name == name)
    frames = art.grid.frames[tag.first : tag.last + 1]
    only = replace(tag, first=0, last=len(frames) - 1)
    grid = replace(art.grid, frames=frames, tags=(only,))
    return replace(scene, layers=(replace(art, grid=grid),))


def chosen_formats(names: Sequence[str]) -> list[SheetFormat]:
    """The sheet formats of these names. Raises `ConfigError` for one that is named twice."""
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"the sheet format '{name}' is named twice: {','.join(names)}")
    plugins = [sheet_formats.get(name) for name in names]
    return [plugin.cls(plugin.config()) for plugin in plugins]


def row_suffixes(formats: Sequence[SheetFormat]) -> tuple[str, ...]:
    """What follows the name in every file of a sheet, its picture's first."""
    return (".png", *(form.suffix for form in formats), _PALETTE)


def row_sheet(
    name: str, grid: Grid, scale: int | None = None, facts: Metadata = Metadata()
) -> Sheet:
    """The frames of an animated sprite, those of each tag in a row. scale: pixels of a cell."""
    longest = max(tag.last - tag.first + 1 for tag in grid.tags)
    config = PackConfig(padding=0, columns=longest, indexed=True, scale=scale)
    return pack([Sprite(name, grid)], config, facts)


def sheet_contents(
    stem: str,
    grid: Grid,
    formats: Sequence[SheetFormat],
    scale: int | None = None,
    facts: Metadata = Metadata(),
) -> dict[str, bytes]:
    """Suffix -> content of every file of the sheet `stem`.png."""
    sheet = row_sheet(stem, grid, scale, facts)
    texts = {form.suffix: form.text(sheet, f"{stem}.png").encode() for form in formats}
    return {".png": sheet_png(sheet), **texts, _PALETTE: _gpl(stem, grid)}


def _gpl(name: str, grid: Grid) -> bytes:
    """The colours that show, each once, with the names of their ramps."""
    names = grid.swatch_names or ("",) * len(grid.palette)
    found = dict(
        (color, label)
        for row, (color, label) in reversed(list(enumerate(zip(grid.palette, names, strict=True))))
        if row != grid.transparent
    )
    colors = list(reversed(found))
    labels = tuple(found[color] for color in colors)
    return GplFormat().write(Palette(name, tuple(colors), labels if any(labels) else ()))
