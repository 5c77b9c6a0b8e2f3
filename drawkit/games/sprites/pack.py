"""Many sprites into one sheet: enlarged, trimmed, laid out, extruded, coloured beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import numpy.typing as npt

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import InputError
from drawkit.export._indexed import MAX_SIDE, scale_for
from drawkit.games.sprites import Animation, Region, Sheet, Sprite
from drawkit.games.sprites.bleed import bled
from drawkit.games.sprites.layout import layout
from drawkit.scene import Metadata
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import Frame, Grid

__all__ = ["PackConfig", "pack"]

_Box = tuple[int, int, int, int]  # left, top, right, bottom

Gap = Annotated[int, Limits(0, 1024)]
Count = Annotated[int, Limits(1, 1024)]


@dataclass(frozen=True)
class PackConfig:
    """padding: empty px between frames; extrude: px by which each frame's border is repeated.

    trim: leave out empty rows and columns around each frame. columns: frames in a row, None for
    a nearly square sheet. power_of_two: of both sides. indexed: a palette picture instead of
    RGBA with colour beneath what is transparent. scale: pixels of a cell, None as PNG does.
    """

    padding: Gap = 1
    extrude: Gap = 0
    trim: bool = False
    columns: Count | None = None
    power_of_two: bool = False
    indexed: bool = False
    scale: Count | None = None

    def __post_init__(self) -> None:
        check_limits(self, "sheet")


def pack(
    sprites: Sequence[Sprite],
    config: PackConfig = PackConfig(),
    metadata: Metadata = Metadata(),
) -> Sheet:
    """All frames of all sprites in one picture; the same sprites give the same sheet.

    Raises `InputError` for no sprite, two of one name, a sheet that is too large, and where an
    indexed one is asked for of sprites with different palettes.
    """
    _refuse(sprites, config)
    scales = [scale_for(sprite.grid, scale=config.scale) for sprite in sprites]
    pairs = list(zip(sprites, scales, strict=True))
    frames = [(sprite, k, frame) for sprite, k in pairs for frame in sprite.grid.frames]
    boxes = [_box_of(sprite.grid, frame, k, config.trim) for sprite, k, frame in frames]
    around = 2 * config.extrude
    corners, size = layout(
        [(right - left + around, bottom - top + around) for left, top, right, bottom in boxes],
        config.padding,
        columns=config.columns,
        power_of_two=config.power_of_two,
    )
    if max(size) > MAX_SIDE:
        raise InputError(f"the sheet is {size[0]} x {size[1]} px; allowed: {MAX_SIDE} px a side")
    # Only now: a sheet that is refused may be larger than the memory.
    pictures = [enlarged(sprite.grid, frame.indices, k) for sprite, k, frame in frames]
    regions: list[Region] = []
    names = (name for sprite in sprites for name in _frame_names(sprite))
    for name, (_, _, frame), picture, box, corner in zip(
        names, frames, pictures, boxes, corners, strict=True
    ):
        regions.append(_region(name, frame, picture.shape, box, corner, config.extrude))
    parts = [
        np.pad(picture[top:bottom, left:right], config.extrude, mode="edge")
        for picture, (left, top, right, bottom) in zip(pictures, boxes, strict=True)
    ]
    grid = _indexed(sprites[0].grid, parts, corners, size) if config.indexed else None
    if grid is not None:
        pixels = grid.rgba()
    else:
        colored = [sprite.grid.rgba(p) for (sprite, _, _), p in zip(frames, parts, strict=True)]
        pixels = bled(_pasted(np.zeros((*size[::-1], 4), np.uint8), colored, corners))
    return Sheet(pixels, tuple(regions), _animations(sprites), grid, max(scales), metadata)


def _refuse(sprites: Sequence[Sprite], config: PackConfig) -> None:
    if not sprites:
        raise InputError("a sheet needs a sprite at least, got none")
    names = [sprite.name for sprite in sprites]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two sprites are named '{name}'; each needs a name of its own")
    looks = {(sprite.grid.palette, sprite.grid.transparent) for sprite in sprites}
    if config.indexed and len(looks) > 1:
        raise InputError(
            f"an indexed sheet has one palette, the {len(sprites)} sprites have {len(looks)};"
            " draw them with one palette or write an RGBA sheet"
        )


def _box_of(grid: Grid, frame: Frame, scale: int, trim: bool) -> _Box:
    """The part of an enlarged frame to keep, in pixels."""
    if grid.cell != "rect":
        return _box(enlarged(grid, frame.indices, scale) != grid.transparent, trim)
    shown = frame.indices != grid.transparent
    if trim and not shown.any():
        return _box(shown, trim)
    left, top, right, bottom = _box(shown, trim)
    return left * scale, top * scale, right * scale, bottom * scale


def _box(shown: npt.NDArray[np.bool_], trim: bool) -> _Box:
    """The part to keep; of an empty frame one pixel, as no engine takes an empty one."""
    height, width = shown.shape
    if not trim:
        return 0, 0, width, height
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _frame_names(sprite: Sprite) -> list[str]:
    """`door` for a single frame, else `knight 0`, `knight 1`... as Aseprite names them."""
    count = len(sprite.grid.frames)
    return [sprite.name] if count == 1 else [f"{sprite.name} {number}" for number in range(count)]


def _region(
    name: str,
    frame: Frame,
    shape: tuple[int, ...],
    box: _Box,
    corner: tuple[int, int],
    extrude: int,
) -> Region:
    left, top, right, bottom = box
    return Region(
        name,
        corner[0] + extrude,
        corner[1] + extrude,
        right - left,
        bottom - top,
        left,
        top,
        shape[1],
        shape[0],
        frame.duration_ms,
    )


def _indexed(
    like: Grid,
    parts: Sequence[npt.NDArray[np.uint8]],
    corners: Sequence[tuple[int, int]],
    size: tuple[int, int],
) -> Grid:
    """The sheet as indices; what lies between opaque frames gets a transparent colour as well."""
    palette, empty = like.palette, like.transparent
    if empty is None and len(palette) < 256:
        palette, empty = (*palette, (0, 0, 0)), len(palette)
    sheet = np.full(size[::-1], 0 if empty is None else empty, np.uint8)
    names = like.swatch_names
    names = (*names, *[""] * (len(palette) - len(names))) if names else ()
    return replace(Grid.still(_pasted(sheet, parts, corners), palette, empty), swatch_names=names)


def _pasted(
    sheet: npt.NDArray[np.uint8],
    parts: Sequence[npt.NDArray[np.uint8]],
    corners: Sequence[tuple[int, int]],
) -> npt.NDArray[np.uint8]:
    for part, (x, y) in zip(parts, corners, strict=True):
        sheet[y : y + part.shape[0], x : x + part.shape[1]] = part
    return sheet


def _animations(sprites: Sequence[Sprite]) -> tuple[Animation, ...]:
    """Each tag of each sprite, or the whole sprite; named with the sprite where there are more."""
    found: dict[str, Animation] = {}
    start = 0
    for sprite in sprites:
        last = start + len(sprite.grid.frames) - 1
        own = [
            Animation(
                tag.name if len(sprites) == 1 else f"{sprite.name} {tag.name}",
                start + tag.first,
                start + tag.last,
                tag.direction,
            )
            for tag in sprite.grid.tags
        ]
        for animation in own or [Animation(sprite.name, start, last)]:
            name, count = animation.name, 1
            while name in found:
                count += 1
                name = f"{animation.name} {count}"
            found[name] = Animation(name, animation.first, animation.last, animation.direction)
        start = last + 1
    return tuple(found.values())
