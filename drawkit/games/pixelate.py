"""A picture into pixel art, as `drawkit pixelate` does it: by its cells alone, or polished.

What needs no words is done without what draws, which takes seconds to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from drawkit.color import MAX_SWATCHES
from drawkit.config import DrawConfig, Given, PixelateOptions, Settings, coerce, parse_size, resolve
from drawkit.errors import ConfigError, InputError, suggestion
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.palettes import resolve_palette
from drawkit.pictures import Picture, as_pixels
from drawkit.pixelart.dither import Dither
from drawkit.pixelart.pixelate import pixelate as pixelated
from drawkit.scene import Background, CellLayer, Metadata, Scene
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import Cell, Grid

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from drawkit.engine import Session, Step
    from drawkit.engine.drawing import Drawing
    from drawkit.engine.options import Style

__all__ = [
    "POLISH",
    "cells_scene",
    "light_settings",
    "pixelate",
    "pixelated_grid",
    "polish_layer",
    "start_pixels",
]

_POLISHED_SCALE = 16
"""Pixels of a cell that is no square, where the polish starts from its picture."""
_NEEDS = "words to polish toward"
POLISH = (
    *("style", "modifiers", "steps", "seed", "model", "precision", "device", "cutouts"),
    *("threads", "save_every"),
)
"""Short names of what says how to draw, and so needs a prompt."""


@dataclass(frozen=True)
class _Pixels:
    """What pixel art may be set to without words; the names are those of the canvas."""

    palette: str | None = None
    colors: int | None = None
    cell: str = "rect"
    dither: str = "none"
    despeckle: int | None = None


_EXPORTS = ("export.png", "export.svg")
_SECTIONS: Mapping[str, type[Any]] = {
    "draw": DrawConfig,
    "pixels": _Pixels,
    "export.png": PngConfig,
    "export.svg": SvgConfig,
}


def pixelate(
    picture: Picture,
    size: int | str | tuple[int, int] = 64,
    *,
    prompt: str | Sequence[str] = (),
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[PixelateOptions],
) -> Drawing:
    """Turn a picture into pixel art: `pixelate("photo.jpg", 48, palette="db32").save("photo.png")`.

    picture: a file's name, a PIL picture or an array [H, W], [H, W, 3] or [H, W, 4]. size: cells
    of the longer side, or columns and rows. prompt: words that a perceptor then polishes it toward;
    `style`, `steps` and what else says how to draw needs them. Raises `InputError`; `on_step`,
    `session` and errors on the way are those of `draw`.
    """
    from drawkit.engine import Run, drawn, settings_for
    from drawkit.engine.drawing import Drawing
    from drawkit.engine.options import options_layer

    _refuse_others(options)
    idle = prompt is None or (not isinstance(prompt, str) and not prompt)
    if idle:
        for name in POLISH:
            if {**options, "style": style or None}.get(name) is not None:
                raise InputError(f"{name} needs prompt: {_NEEDS}")
    layer = options_layer(prompt, style, settings, options)
    found = light_settings(layer, "settings" if idle else None)
    grid = pixelated_grid(as_pixels(picture), size, found)
    title = Path(picture).stem if isinstance(picture, str | PathLike) else "picture"
    if idle:
        exports = tuple(found.sections[name] for name in _EXPORTS)
        return Drawing(cells_scene(grid, title, found), exports)
    run = Run(settings_for(polish_layer(grid, layer)), start_pixels(grid), session=session)
    return drawn(run, on_step)


def light_settings(layer: Mapping[str, Given], idle: str | None) -> Settings:
    """What the grid and its files are made with, read without the parts that draw.

    idle: the source of single settings where nothing is drawn: one of them that is about drawing
    would do nothing, and is refused.
    """
    used = {key: given for key, given in layer.items() if key in _readable()}
    for key, given in layer.items():
        if idle is not None and key not in used and given.source == idle:
            dashes = "--" if idle.startswith("--") else ""
            raise InputError(f"{idle} {key} needs {dashes}prompt: {_NEEDS}")
    return resolve(_SECTIONS, used)


def pixelated_grid(
    pixels: npt.NDArray[np.uint8],
    size: int | str | tuple[int, int],
    settings: Settings,
    source: str = "size",
) -> Grid:
    """Straight RGBA [H, W, 4] as a grid. source: where the size was given, for errors."""
    config = settings.get("pixels", _Pixels)
    return pixelated(
        pixels,
        _cells(size, source),
        palette=None if config.palette is None else resolve_palette(config.palette),
        colors=config.colors,
        cell=cast(Cell, config.cell),  # all others are refused
        dither=cast(Dither, config.dither),
        despeckle=config.despeckle,
    )


def cells_scene(grid: Grid, title: str, settings: Settings) -> Scene:
    """The grid as a scene on nothing, whose files say no more than the settings want."""
    facts = Metadata(title=title, detail=settings.get("draw", DrawConfig).metadata)
    return Scene(*grid.size, (CellLayer("cells", grid),), Background(None), facts)


def polish_layer(grid: Grid, layer: Mapping[str, Given]) -> dict[str, Given]:
    """The settings of a drawing that begins with the grid and stays near to it."""
    hidden = grid.transparent is not None
    count = min(len(grid.palette) + (not hidden), MAX_SWATCHES - 1)
    below = {"draw.background": "transparent", "pixels.economy": 0.0}
    above = {"draw.canvas": "pixels", "draw.size": grid.size, "pixels.colors": count}
    return {
        **{key: Given(value, "pixelate") for key, value in below.items()},
        **layer,
        **{key: Given(value, "pixelate") for key, value in above.items()},
    }


def start_pixels(grid: Grid) -> npt.NDArray[np.uint8]:
    """The grid as straight RGBA: a pixel a cell, or more where cells are no squares."""
    scale = 1 if grid.cell in ("rect", "knit") else _POLISHED_SCALE
    return grid.rgba(enlarged(grid, grid.indices, scale))


def _readable() -> set[str]:
    whole = {name: _SECTIONS[name] for name in ("pixels", *_EXPORTS)}
    return {"draw.metadata"} | {
        f"{name}.{field}" for name, cls in whole.items() for field in cls.__dataclass_fields__
    }


def _cells(size: int | str | tuple[int, int], source: str) -> int | tuple[int, int]:
    """One number for the longer side, or columns and rows."""
    if isinstance(size, str) and size.strip().isdecimal() and size.isascii() and len(size) < 10:
        return int(size)
    try:
        read = parse_size(size) if isinstance(size, str) else size
        found: int | tuple[int, int] = coerce(read, int | tuple[int, int])
    except ValueError as error:
        raise InputError(f"{source} {error}") from error
    return found


def _refuse_others(options: Mapping[str, Any]) -> None:
    """Refuse what is no keyword of this call, though it may be one of others."""
    allowed = {*PixelateOptions.__annotations__}
    for name in options:
        if name not in allowed:
            raise ConfigError(f"pixelate has no setting '{name}'{suggestion(name, allowed)}")
