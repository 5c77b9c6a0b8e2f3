"""The look of a terrain's border: which colours rim it, light it and shade it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.color import MAX_SWATCHES, oklab_to_srgb, srgb_to_oklab
from drawkit.games.tilesets.build import BorderConfig
from drawkit.games.tilesets.masks import Kind
from drawkit.scene.grid import Grid, Rgb

__all__ = ["Edged", "edged"]

_LIGHTER, _DARKER = 0.09, -0.1
"""Steps of lightness (OKLab) to what is lit and what lies in the shade."""
_RIM = 0.55
"""Lightness of the rim as a share of the darkest tone beside it."""
_NEAR = 0.045
"""Up to this distance (OKLab) a tone that is there already does instead of a new one."""
_FAR = 0.35
"""How much a wrong hue counts beside a wrong lightness, where only a palette's colours are free."""

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Edged:
    """Materials over one palette that has the border's colours too, and the border itself."""

    material: Grid
    other: Grid | None
    border: BorderConfig


def edged(
    material: Grid, other: Grid | None, kind: Kind, *, fixed: bool = False, seed: int = 0
) -> Edged:
    """A dark rim, a lit and a shaded side, a shadow on the ground, and a border that wanders.

    fixed: the palette is the user's, so that only its colours are used; else tones that lack are
    added, as far as a palette holds them. The grids are opaque squares of one size.
    """
    material, other = _joined(material, other, keep=fixed)
    colors = list(material.palette)
    used = np.unique(material.indices).tolist()
    ground = [] if other is None else np.unique(other.indices).tolist()
    # One is left for what is transparent.
    room = 0 if fixed else MAX_SWATCHES - 1 - len(colors)
    tones = _Tones(colors, room)
    darkest = min(used, key=lambda index: tones.lab[index][0])
    rim = tones.take(tones.lab[darkest] * np.array([_RIM, 0.8, 0.8]))
    lighter = {index: tones.step(index, _LIGHTER) for index in used}
    darker = {index: tones.step(index, _DARKER) for index in {*used, *ground}}
    count = len(tones.colors)
    border = BorderConfig(
        **_measures(min(material.size), kind, shadow=other is not None),
        line=(rim,),
        lighter=tuple(lighter.get(index, index) for index in range(count)),
        darker=tuple(darker.get(index, index) for index in range(count)),
        seed=seed,
    )
    material = Grid.still(material.indices, tones.colors)
    other = None if other is None else Grid.still(other.indices, tones.colors)
    return Edged(material, other, border)


class _Tones:
    """A palette that grows by the tones asked for, while there is room."""

    def __init__(self, colors: list[Rgb], room: int) -> None:
        self.colors = list(colors)
        self.lab = [_lab(color) for color in colors]
        self._room = room

    def step(self, index: int, lightness: float) -> int:
        """The colour that is so much lighter or darker than another one; never the other way."""
        found = self.take(self.lab[index] + np.array([lightness, 0.0, 0.0]))
        right_way = (self.lab[found][0] - self.lab[index][0]) * lightness > 0
        return found if right_way else index

    def take(self, wanted: _Floats) -> int:
        """The index of a colour (OKLab): one that is near, a new one, or the nearest there is."""
        apart = np.array(self.lab) - wanted
        apart[:, 1:] *= 1 if self._room > 0 else _FAR**-0.5
        distance = np.sqrt((apart**2).sum(axis=1))
        nearest = int(distance.argmin())
        if distance[nearest] <= _NEAR or self._room <= 0:
            return nearest
        levels = np.rint(oklab_to_srgb(wanted[None]).clip(0, 1)[0] * 255).astype(int).tolist()
        color: Rgb = (levels[0], levels[1], levels[2])
        if color in self.colors:
            return self.colors.index(color)
        self._room -= 1
        self.colors.append(color)
        self.lab.append(_lab(color))
        return len(self.colors) - 1


def _measures(side: int, kind: Kind, *, shadow: bool) -> dict[str, int]:
    """Inset, rounding, roughness, face and shadow in cells that suit a tile's side.

    Areas fill their tiles; paths are about half as wide as theirs. Small tiles leave room for a
    rim, and larger ones wander more.
    """
    roughness = side // 16
    wanted = side // 4 if kind == "edge16" else 3 * side // 16
    # A rim and what is lit or shaded on both sides, and something between them.
    inset = max(min(wanted, (side - 1) // 2 - 2 - roughness), 1)
    rounding = min(inset + side // 8, side // 2 - inset)
    fall = min(max(side // 16, 1), inset - roughness - 1) if shadow else 0
    return {
        "inset": inset,
        "rounding": rounding,
        "roughness": roughness,
        "face": max(side // 8, 1) if kind == "blob47" else 1,
        "shadow": max(fall, 0),
    }


def _joined(material: Grid, other: Grid | None, *, keep: bool) -> tuple[Grid, Grid | None]:
    """Both over one palette: that which they share, or the colours that they use."""
    grids = [material] if other is None else [material, other]
    if keep and all(grid.palette == material.palette for grid in grids):
        return material, other
    colors: list[Rgb] = []
    tables = []
    for grid in grids:
        table = np.zeros(len(grid.palette), np.uint8)
        for index in np.unique(grid.indices).tolist():
            color = grid.palette[index]
            if color not in colors:
                colors.append(color)
            table[index] = colors.index(color)
        tables.append(table)
    new = [Grid.still(t[grid.indices], colors) for t, grid in zip(tables, grids, strict=True)]
    return new[0], new[1] if other is not None else None


def _lab(color: Rgb) -> _Floats:
    lab: _Floats = srgb_to_oklab(np.array([color]) / 255.0)[0]
    return lab
