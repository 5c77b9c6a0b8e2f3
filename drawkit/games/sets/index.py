"""The index picture: every sprite of a set, enlarged, over its name."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from drawkit.games.sprites import Sprite
from drawkit.pictures.contact_sheet import Cell, contact_sheet

__all__ = ["index_png"]

_SIDE = 128
_WIDEST = 6


def index_png(sprites: Sequence[Sprite]) -> bytes:
    """A PNG of all sprites, the first frame of each."""
    columns = min(len(sprites), max(_WIDEST, round(len(sprites) ** 0.5)))
    return contact_sheet([Cell(s.name, _picture(s)) for s in sprites], columns, _SIDE)


def _picture(sprite: Sprite) -> bytes:
    file = io.BytesIO()
    Image.fromarray(sprite.grid.rgba()).save(file, "PNG")
    return file.getvalue()
