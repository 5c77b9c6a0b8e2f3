"""Slices for Unity: what an importer script sets in `TextureImporter.spritesheet`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from drawkit.config.limits import Limits, Place, check_limits
from drawkit.games.sprites import Region, Sheet, SheetFormat, sheet_formats
from drawkit.games.sprites.aseprite import frame_json, meta_json

__all__ = ["UnityConfig", "UnityJson"]

_CUSTOM = 9  # SpriteAlignment.Custom: the pivot is given


@dataclass(frozen=True)
class UnityConfig:
    """pixels_per_unit: px to a unit of the scene, None for the highest frame; pivot: y up."""

    pixels_per_unit: Annotated[int, Limits(1, 16384)] | None = None
    pivot: tuple[Place, Place] = (0.5, 0.5)

    def __post_init__(self) -> None:
        check_limits(self, "unity")


@sheet_formats.register("unity", config=UnityConfig)
class UnityJson(SheetFormat):
    """Unity slices: settings and sprite rectangles from the bottom left, frames as a list."""

    suffix: ClassVar[str] = ".unity.json"

    def __init__(self, config: UnityConfig = UnityConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file. `frames` are TexturePacker's list, for importers that read that."""
        units = self._config.pixels_per_unit
        if units is None:
            units = max(region.source_height for region in sheet.regions)
        x, y = self._config.pivot
        frames = [
            {"filename": r.name, **frame_json(r), "pivot": {"x": x, "y": 1 - y}}
            for r in sheet.regions
        ]
        data = {
            "frames": frames,
            "meta": meta_json(sheet, image),
            "importer": {
                "spriteImportMode": "Multiple",
                "filterMode": "Point",
                "textureCompression": "Uncompressed",
                "mipmapEnabled": False,
                "alphaIsTransparency": True,
                "spritePixelsPerUnit": units,
            },
            "sprites": [self._sprite(r, sheet.size[1]) for r in sheet.regions],
            "animations": [
                {
                    "name": a.name,
                    "frames": [sheet.regions[i].name for i in a.played()],
                    "durations": [sheet.regions[i].duration_ms for i in a.played()],
                }
                for a in sheet.animations
            ],
        }
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    def _sprite(self, region: Region, sheet_height: int) -> dict[str, Any]:
        """A slice; its pivot stays the same point of the untrimmed frame."""
        x, y = self._config.pivot
        below = region.source_height - region.top - region.height
        return {
            "name": region.name,
            "rect": {
                "x": region.x,
                "y": sheet_height - region.y - region.height,
                "width": region.width,
                "height": region.height,
            },
            "alignment": _CUSTOM,
            "pivot": {
                "x": (x * region.source_width - region.left) / region.width,
                "y": (y * region.source_height - below) / region.height,
            },
            "border": {"x": 0, "y": 0, "z": 0, "w": 0},
        }
