"""The sprites of a set as files of their own: drawn once, kept, and open to any editor.

A sprite is a PNG, its frames side by side. It says what settings made it and what its pixels
were. Where the settings have changed it is drawn anew; where the pixels have, somebody has edited
it, and it is taken as it is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.config import DrawConfig
from drawkit.engine import settings_for
from drawkit.engine.drawing import Drawing
from drawkit.errors import FileError
from drawkit.export._chunks import indexed_png, with_text
from drawkit.export._indexed import transparent_first
from drawkit.export._writing import write_whole
from drawkit.files import read_json
from drawkit.files.slugs import file_slug
from drawkit.games.animation import AnimateConfig
from drawkit.games.sets import SpritePlan
from drawkit.games.sets.place import MOST_COLORS
from drawkit.pictures import read_picture
from drawkit.scene.grid import Frame, Grid

__all__ = ["State", "load_sprite", "sprite_path", "state_of", "store_sprite"]

State = Literal["missing", "stale", "ready", "edited"]

_RECORD = "drawkit-sprite"
_LATER = ("facings", "looks", "ramp")


def sprite_path(folder: Path, plan: SpritePlan) -> Path:
    """Where a sprite lies."""
    return folder / f"{file_slug(plan.name)}.png"


def state_of(plan: SpritePlan, folder: Path) -> State:
    """Whether it must be drawn: missing, stale (settings changed), ready, or edited by hand.

    A file that cannot be read counts as edited: it may be dear to somebody.
    """
    path = sprite_path(folder, plan)
    if not path.exists():
        return "missing"
    try:
        pixels = read_picture(path)  # first: it refuses what no library should open
    except FileError:
        return "edited"
    record = _record(path)
    if record.get("pixels") != _digest(pixels):
        return "edited"
    return "ready" if record.get("settings") == _fingerprint(plan) else "stale"


def store_sprite(plan: SpritePlan, drawing: Drawing, folder: Path) -> None:
    """Write a drawn sprite, replacing what was drawn before."""
    grid = drawing.scene.grid
    assert grid is not None
    cells = np.concatenate([frame.indices for frame in grid.frames], axis=1)
    strip = Grid.still(cells, grid.palette, grid.transparent)
    record = {"settings": _fingerprint(plan), "pixels": _digest(strip.rgba())}
    ready = transparent_first(strip)
    png = indexed_png(
        [(ready.indices, 0)], ready.palette, transparent=ready.transparent is not None
    )
    facts = {_RECORD: json.dumps(record)}
    write_whole(sprite_path(folder, plan), with_text(png, drawing.scene.metadata, facts))


def load_sprite(plan: SpritePlan, folder: Path) -> Grid:
    """The sprite in its file; `FileError` where an edit left another size or too many colours."""
    path = sprite_path(folder, plan)
    pixels = read_picture(path)
    columns, rows = settings_for(plan.layer).get("draw", DrawConfig).size
    count = 1 if plan.animation is None else plan.animation.total
    if pixels.shape[:2] != (rows, columns * count):
        raise FileError(
            f"'{path}' is {pixels.shape[1]} x {pixels.shape[0]} px; its sprite has {count} frames"
            f" of {columns} x {rows}"
        )
    hidden = pixels[..., 3] < 128
    colors, cells = np.unique(pixels[..., :3][~hidden], axis=0, return_inverse=True)
    if len(colors) > MOST_COLORS:
        raise FileError(f"'{path}' has {len(colors)} colours; allowed: up to {MOST_COLORS}")
    # Index 0 shows nothing, used or not.
    indices = np.zeros(hidden.shape, np.uint8)
    indices[~hidden] = cells.ravel() + 1
    palette = [(0, 0, 0), *colors.tolist()]
    parts = np.split(indices, count, axis=1)
    if plan.animation is None:
        return Grid.still(parts[0], palette, 0)
    frames = tuple(Frame(p, ms) for p, ms in zip(parts, plan.animation.times, strict=True))
    return Grid(frames, tuple(palette), 0, tags=plan.animation.tags)


def _fingerprint(plan: SpritePlan) -> str:
    """What a sprite's pixels depend on."""
    moving = None if plan.animation is None else asdict(plan.animation)
    for key in _LATER:  # sprites drawn before there were these are as they were
        if moving is not None and moving[key] == getattr(AnimateConfig, key):
            del moving[key]
    return settings_for(plan.layer).fingerprint(moving)


def _digest(pixels: npt.NDArray[np.uint8]) -> str:
    """Of the picture as it shows; what lies under transparent pixels does not count."""
    shown = np.where(pixels[..., 3:] > 0, pixels, 0)
    return hashlib.sha256(str(shown.shape).encode() + shown.tobytes()).hexdigest()


def _record(path: Path) -> dict[str, str]:
    """What a sprite's file says of itself; empty where it says nothing."""
    try:
        with Image.open(path) as image:
            image.load()
            record = read_json(getattr(image, "text", {}).get(_RECORD, "{}"))
    except Exception:  # Pillow's decoders raise whatever their bytes lead them into
        return {}
    return record if isinstance(record, dict) else {}
