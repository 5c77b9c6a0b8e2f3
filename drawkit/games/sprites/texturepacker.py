"""Sheet data as TexturePacker writes it, for Phaser, PixiJS and many more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

from drawkit.config.limits import Place, check_limits
from drawkit.games.sprites import Sheet, SheetFormat, sheet_formats
from drawkit.games.sprites.aseprite import frame_json, meta_json

__all__ = ["TexturePackerConfig", "TexturePackerJson"]


@dataclass(frozen=True)
class TexturePackerConfig:
    """pivot: the point of each frame that games place and turn it by, in fractions, y down."""

    pivot: tuple[Place, Place] = (0.5, 0.5)

    def __post_init__(self) -> None:
        check_limits(self, "texturepacker")


@sheet_formats.register("texturepacker", config=TexturePackerConfig)
class TexturePackerJson(SheetFormat):
    """TexturePacker JSON, frames by name (hash), with the animations that PixiJS reads."""

    suffix: ClassVar[str] = ".atlas.json"

    def __init__(self, config: TexturePackerConfig = TexturePackerConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        pivot = dict(zip("xy", self._config.pivot, strict=True))
        names = [region.name for region in sheet.regions]
        data = {
            "frames": {r.name: {**frame_json(r), "pivot": pivot} for r in sheet.regions},
            "animations": {a.name: [names[i] for i in a.played()] for a in sheet.animations},
            "meta": meta_json(sheet, image),
        }
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
