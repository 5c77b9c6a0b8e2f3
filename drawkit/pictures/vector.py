"""SVG files as pixels, where a picture is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from drawkit.files import expanded
from drawkit.pictures.of_scene import picture_of
from drawkit.pictures.svg import svg_file
from drawkit.pictures.svg.document import MAX_BYTES
from drawkit.scene import Scene
from drawkit.scene.cells import enlarged
from drawkit.scene.grid import Grid

__all__ = ["is_svg", "is_svg_file", "scene_pixels", "svg_pixels"]

_SIDE = 1024
"""Pixels of the longer side: SVGs have no pixels of their own, and often no size that means any."""
_HEAD = 4096
_MARK = re.compile(rb"<\0?(?:[a-z]\0?)*:?\0?s\0?v\0?g[\s>/\0]", re.IGNORECASE)
_GZIP = b"\x1f\x8b"


def is_svg(file: BinaryIO) -> bool:
    """Whether a file begins as an SVG does, a packed one too; it is left at its start."""
    head = file.read(_HEAD)
    file.seek(0)
    return head.startswith(_GZIP) or _MARK.search(head) is not None


def is_svg_file(path: str | Path) -> bool:
    """The same of a file by its name; what cannot be opened is none."""
    try:
        with expanded(path).open("rb") as file:
            return is_svg(file)
    except (OSError, ValueError):
        return False


def svg_pixels(file: BinaryIO, tell: Callable[[str], None]) -> npt.NDArray[np.uint8]:
    """Straight RGBA [H, W, 4]; cells as squares of whole pixels. Raises InputError.

    tell: takes the line about what was left out.
    """
    found = svg_file(file.read(MAX_BYTES + 1))
    if found.note:
        tell(found.note)
    return scene_pixels(found.scene)


def scene_pixels(scene: Scene) -> npt.NDArray[np.uint8]:
    """A scene as straight RGBA [H, W, 4], its longer side 1024 px, cells of whole pixels."""
    return _paths(scene) if scene.grid is None else _cells(scene.grid)


def _cells(grid: Grid) -> npt.NDArray[np.uint8]:
    scale = max(1, _SIDE // max(grid.size))
    if grid.cell != "rect":
        scale = max(8, scale // 8 * 8)  # so that all proportions are exact
    return grid.rgba(enlarged(grid, grid.indices, scale))


def _paths(scene: Scene) -> npt.NDArray[np.uint8]:
    scale = _SIDE / max(scene.width, scene.height)
    width, height = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    picture = picture_of(scene, width, height)
    alpha = picture[..., 3:]
    straight = picture[..., :3] / np.where(alpha > 1e-6, alpha, 1)
    levels = np.concatenate([straight, alpha], axis=2).clip(0, 1) * 255
    pixels: npt.NDArray[np.uint8] = np.rint(levels).astype(np.uint8)
    return pixels
