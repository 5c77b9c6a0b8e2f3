"""CSS sprites: a class per frame, and keyframes per animation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar
from urllib.parse import quote

from drawkit.export._text import ascii_slug
from drawkit.games.sprites import Animation, Region, Sheet, SheetFormat, sheet_formats

__all__ = ["CssConfig", "CssSprites"]


@dataclass(frozen=True)
class CssConfig:
    """Nothing to set."""


@sheet_formats.register("css", config=CssConfig)
class CssSprites(SheetFormat):
    """CSS classes for web pages: `<i class="game game-door"></i>`, animations as keyframes."""

    suffix: ClassVar[str] = ".css"

    def __init__(self, config: CssConfig = CssConfig()) -> None:
        self._config = config

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        base = _class(PurePath(image).stem, set(), "sheet")
        taken = {base}
        rules = [
            f'.{base} {{ display: inline-block; background: url("{quote(image)}") no-repeat;'
            " image-rendering: pixelated; }"
        ]
        for region in sheet.regions:
            name = _class(f"{base}-{region.name}", taken, "frame")
            rules.append(f".{name} {{ {_size(region)} {_place(region)} }}")
        for animation in sheet.animations:
            if len(animation.played()) > 1:
                rules += _moving(_class(f"{base}-{animation.name}", taken, "run"), animation, sheet)
        return "\n".join(rules) + "\n"


def _moving(name: str, animation: Animation, sheet: Sheet) -> Iterator[str]:
    """A class that plays the animation: each frame stands until the next one's moment."""
    played = [sheet.regions[index] for index in animation.played()]
    total = sum(region.duration_ms for region in played)
    yield f".{name} {{ {_size(played[0])} animation: {name} {total}ms step-end infinite; }}"
    yield f"@keyframes {name} {{"
    moment = 0
    for region in played:
        yield f"  {100 * moment / total:.4f}% {{ {_size(region)} {_place(region)} }}"
        moment += region.duration_ms
    yield "}"


def _size(region: Region) -> str:
    """The frame's own size: the margin stands for what was trimmed."""
    size = f"width: {region.width}px; height: {region.height}px;"
    if not region.trimmed:
        return size
    right = region.source_width - region.width - region.left
    bottom = region.source_height - region.height - region.top
    return f"{size} margin: {region.top}px {right}px {bottom}px {region.left}px;"


def _place(region: Region) -> str:
    return f"background-position: {-region.x}px {-region.y}px;"


def _class(text: str, taken: set[str], fallback: str) -> str:
    """A class name of its own: ASCII letters, digits and hyphens, a letter first."""
    slug = ascii_slug(text)
    slug = slug if slug[:1].isalpha() else f"{fallback}-{slug}".rstrip("-")
    name, count = slug, 1
    while name in taken:
        count += 1
        name = f"{slug}-{count}"
    taken.add(name)
    return name
