"""What can be chosen from, as plain data: styles with pictures, palettes with colours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["STATIC", "PaletteCard", "Shelf", "StyleCard"]

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class StyleCard:
    """A style by name, and what it does in a few words."""

    name: str
    summary: str

    @property
    def picture(self) -> str:
        """Where the page finds its picture; empty for styles of the user's own."""
        there = (STATIC / "styles" / f"{self.name}.webp").is_file()
        return f"/static/styles/{self.name}.webp" if there else ""


@dataclass(frozen=True)
class PaletteCard:
    """A palette by name, and its colours as `#rrggbb`."""

    name: str
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """All of them."""

    styles: tuple[StyleCard, ...] = ()
    palettes: tuple[PaletteCard, ...] = ()

    def plain(self) -> dict[str, Any]:
        """For the page."""
        return {
            "styles": [{**asdict(style), "picture": style.picture} for style in self.styles],
            "palettes": [asdict(palette) for palette in self.palettes],
        }
