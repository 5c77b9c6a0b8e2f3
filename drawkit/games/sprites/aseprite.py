"""Sheet data as Aseprite writes it, which most engines read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import drawkit
from drawkit.games.sprites import Region, Sheet, SheetFormat, sheet_formats
from drawkit.scene.grid import Grid

__all__ = ["AsepriteArray", "AsepriteConfig", "AsepriteJson", "frame_json", "meta_json"]


@dataclass(frozen=True)
class AsepriteConfig:
    """Nothing to set."""


@sheet_formats.register("aseprite", config=AsepriteConfig)
class AsepriteJson(SheetFormat):
    """Aseprite JSON, frames by name (hash), with durations and tags."""

    suffix: ClassVar[str] = ".json"

    def __init__(self, config: AsepriteConfig = AsepriteConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        frames = {region.name: _frame(region) for region in sheet.regions}
        return _dumped({"frames": frames, "meta": _meta(sheet, image)})


@sheet_formats.register("aseprite-array", config=AsepriteConfig)
class AsepriteArray(SheetFormat):
    """Aseprite JSON, frames as a list (array), with durations and tags."""

    suffix: ClassVar[str] = "-array.json"

    def __init__(self, config: AsepriteConfig = AsepriteConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        frames = [{"filename": region.name, **_frame(region)} for region in sheet.regions]
        return _dumped({"frames": frames, "meta": _meta(sheet, image)})


def frame_json(region: Region) -> dict[str, Any]:
    """Where a frame lies, in the words that Aseprite and TexturePacker share."""
    return {
        "frame": {"x": region.x, "y": region.y, "w": region.width, "h": region.height},
        "rotated": False,
        "trimmed": region.trimmed,
        "spriteSourceSize": {
            "x": region.left,
            "y": region.top,
            "w": region.width,
            "h": region.height,
        },
        "sourceSize": {"w": region.source_width, "h": region.source_height},
    }


def meta_json(sheet: Sheet, image: str) -> dict[str, Any]:
    """What both say of the sheet as a whole."""
    width, height = sheet.size
    ramps = {} if sheet.grid is None else _ramps(sheet.grid)
    return {
        "app": "drawkit",
        "version": drawkit.__version__,
        "image": image,
        "format": "RGBA8888" if sheet.grid is None else "I8",
        "size": {"w": width, "h": height},
        "scale": "1",
        **({"ramps": ramps} if ramps else {}),
    }


def _ramps(grid: Grid) -> dict[str, list[str]]:
    """Name of each ramp of the palette -> its colours, light to dark."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name, color in zip(grid.swatch_names, grid.palette, strict=False):
        ramp, _, step = name.rpartition(" ")
        if ramp:
            found.setdefault(ramp, []).append((int(step), "#" + bytes(color).hex()))
    return {ramp: [color for _, color in sorted(steps)] for ramp, steps in found.items()}


def _frame(region: Region) -> dict[str, Any]:
    return {**frame_json(region), "duration": region.duration_ms}


def _meta(sheet: Sheet, image: str) -> dict[str, Any]:
    tags = [
        {
            "name": animation.name,
            "from": animation.first,
            "to": animation.last,
            "direction": animation.direction,
            "color": "#000000ff",
        }
        for animation in sheet.animations
    ]
    return {**meta_json(sheet, image), "frameTags": tags, "layers": [], "slices": []}


def _dumped(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
